"""Returns: what an agency was asked for a rapid review, and what it has told."""
