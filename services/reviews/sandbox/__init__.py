"""A few plainly made-up cases, the same on every machine, played through the service's own commands."""

from services.reviews.sandbox.playing import fill

__all__ = ["fill"]
