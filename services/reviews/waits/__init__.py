"""Waits: one list of what waits for whom in reviews, and until when."""
