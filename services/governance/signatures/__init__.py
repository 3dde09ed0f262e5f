"""Signatures: bodies that were not at work on an action say that it is done, that it changed something, that it is closed."""
