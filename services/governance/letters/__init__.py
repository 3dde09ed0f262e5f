"""Letters: what owners of actions and challenged agencies are told by e-mail; what it is about is read after signing in."""
