"""The chair's report after a meeting, to every body to which hers reports."""
