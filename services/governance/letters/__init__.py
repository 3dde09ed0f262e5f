"""Letters: what owners of actions, challenged agencies and those who vote are told by e-mail; what it is about is read after signing in."""
