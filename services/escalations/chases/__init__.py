"""Chases: the operational group, or the business unit, asks whoever has the next step in a matter for it."""
