"""Distribution lists: whom open sessions are for, and the series whose sessions each gets without being named."""
