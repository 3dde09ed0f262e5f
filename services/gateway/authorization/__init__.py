"""The authorization server's surroundings: its keys, its rows, the commit before the answer, and its HTTP doors."""
