"""Certificates: issued to whoever attended and said what it was worth, checked by anybody who has the code."""
