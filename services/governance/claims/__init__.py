"""Claims: those who do an action begin it, say that it is done, test what it changed, and say what they found."""
