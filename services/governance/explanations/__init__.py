"""Explanations: an agency that came less often than is expected is asked why, once, and what it answers stays."""
