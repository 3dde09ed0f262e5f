"""Scoping: what agencies are asked for a rapid review, what they return, and that they are asked again until they do."""
