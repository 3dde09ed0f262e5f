"""Outcomes: what a case is weighed against, what the three decide from it, and what the national Panel answers."""
