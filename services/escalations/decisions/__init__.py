"""Joint decisions: the votes of police, ICB and council at the stages of a ladder that the three decide."""
