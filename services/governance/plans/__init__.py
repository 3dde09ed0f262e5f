"""Plans: which actions belong together, whose they are, who signs them, and what was published about them."""
