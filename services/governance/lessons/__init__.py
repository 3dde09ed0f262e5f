"""Lessons: what a body has taken of the learning from escalations stands as a proposed action until somebody words it."""
