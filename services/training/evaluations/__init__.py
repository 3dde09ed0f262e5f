"""Evaluations: what a delegate, or the manager she has named, says before a session, at its end, and of its impact."""
