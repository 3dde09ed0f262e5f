"""Votes: the joint decisions of the three, each told to the noun that asked when it has ended."""
