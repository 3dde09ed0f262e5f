"""Terms: from which day to which a seat is held or a delegation holds."""
