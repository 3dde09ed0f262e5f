"""Advances: how a challenge climbs its ladder or changes hands, and what follows when nobody answers."""
