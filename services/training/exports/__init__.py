"""Exports: everything that is an agency's own in training, at any time, in open formats."""
