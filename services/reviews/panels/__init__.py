"""Panels: the people named for one rapid review and for its length, and whether anything conflicts."""
