"""Cancellations: places given back, in time or late, passed to a substitute, or lost with a session that is called off."""
