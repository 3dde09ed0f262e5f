"""Exports: everything that is an agency's own in reviews, at any time, in open formats; no number of a child among it."""
