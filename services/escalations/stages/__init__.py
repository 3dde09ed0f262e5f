"""Stages entered and clocks run: where a challenge stands on its ladder, and what is due from whom by when."""
