"""Rounds: who is asked what a session was worth as time goes, who is reminded, and what lapses."""
