"""Ways: how far each learning point of any service has come, as governance tells it; the quarterly report counts them."""
