"""Outcomes: what came of a meeting, of three kinds: information, a decision, an action."""
