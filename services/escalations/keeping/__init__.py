"""Until when this service's records about children are kept, and the legal holds upon them."""
