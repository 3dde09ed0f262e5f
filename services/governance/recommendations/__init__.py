"""Recommendations: what reviews recommend becomes a proposed action here, and goes with it while nobody has agreed."""
