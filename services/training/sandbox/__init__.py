"""Fills a sandbox with a plainly made-up year of training."""

from services.training.sandbox.playing import fill

__all__ = ["fill"]
