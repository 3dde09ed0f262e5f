"""Ladders: the stages that a challenge climbs, and the clocks of each."""
