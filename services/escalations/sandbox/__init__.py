"""Eight quarters of plainly made-up escalations, the same on every machine, played through the service's own commands."""

from services.escalations.sandbox.playing import fill

__all__ = ["fill"]
