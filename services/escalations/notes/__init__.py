"""Notes: what was settled informally, and what was done well; a minute to write, about no child, counted apart."""
