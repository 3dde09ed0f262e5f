"""Who a child is: found by its numbers, matched by a person, opened with a reason."""
