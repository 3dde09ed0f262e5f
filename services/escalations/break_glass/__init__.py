"""Break-glass: the matters about a child at immediate risk, opened by who is no party; told at once, reviewed afterwards."""
