"""Ways: how far each learning point has come on its thread, told to the other services once for each step of the way."""
