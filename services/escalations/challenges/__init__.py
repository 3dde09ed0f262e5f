"""Challenges: what a professional says when she disagrees, and the escalation that begins with it."""
