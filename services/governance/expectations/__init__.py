"""Expectations: at how many of a body's meetings an agency is to be there, since when, and who expects it."""
