"""Answers to risks: what the Executive says to those that come to it, and asks of their owners, who reply by a day."""
