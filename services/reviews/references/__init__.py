"""References: the numbers by which people name a case, counted for each year."""
