"""How a joint decision moves: the same everywhere."""

from shared.joint_decisions.domain import TRANSITIONS

__all__ = ["TRANSITIONS"]
