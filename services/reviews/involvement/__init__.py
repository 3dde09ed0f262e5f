"""Which agencies take part in a practice review, as that becomes known."""
