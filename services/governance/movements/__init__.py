"""Movements: how the risks of the register moved over time, as a picture with its table."""
