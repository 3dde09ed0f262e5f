"""Exports: everything that is an agency's own in governance, at any time, in open formats."""
