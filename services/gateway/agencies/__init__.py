"""What the partnership grants each agency here, and whether it is suspended."""
