"""Holds for proceedings: whose they are, with what evidence, until when, and who may lift them."""
