"""References: the short names by which people speak of a record, `DEC-2627-0042`, in one run for each kind and year."""
