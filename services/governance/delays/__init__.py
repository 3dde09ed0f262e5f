"""Delay: how far a date is past, whose days those are, and the one sentence that says so."""
