"""The tracker: what is running, on whom it waits, and where it stalls; for the operational group and for each agency."""
