"""Progress: how far a plan has come, each share with its denominator and in the words of its definition."""
