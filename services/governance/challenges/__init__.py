"""Challenges: the log of strategic challenge to agencies, from the question to the impact of what changed."""
