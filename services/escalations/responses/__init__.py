"""Responses: what the receiving agency answers, and what the two sides say when they meet."""
