"""Joint decisions: what the three statutory partners are asked besides cases, how each voted, and what holds now."""
