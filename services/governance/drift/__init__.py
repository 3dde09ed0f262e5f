"""Drift: the actions that are late or whose dates slide, the worst first, with what was decided about each."""
