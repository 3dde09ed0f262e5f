"""Risks: the partnership's register, scored on a matrix, escalated to the Executive by their score, and reviewed."""
