"""Escalations: one professional's challenge to another agency's decision about a child, until the raiser is told."""
