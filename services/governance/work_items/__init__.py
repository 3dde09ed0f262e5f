"""Work items: what a body means to do in which quarter of its year, and what became of it."""
