"""Letters: what owners, challenged agencies and those who decide are told by e-mail; what it is about is read after signing in."""
