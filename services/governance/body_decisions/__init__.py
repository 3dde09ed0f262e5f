"""Decisions of bodies: taken at a meeting or by correspondence, with the statutory partners who were there or agreed."""
