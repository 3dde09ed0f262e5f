"""Bodies: the Executive, its subgroups and groups, and the boards beside the partnership, with dates."""
