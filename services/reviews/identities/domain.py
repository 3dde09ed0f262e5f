"""How often a child was harmed or nearly so, as far as those know who ask."""

from collections.abc import Iterable
from uuid import UUID


def incidents_at_least(found: Iterable[tuple[UUID, bool]]) -> int:
    """How many incidents those are, of which each says whether it goes on under another: such a one is none of its own."""
    return max(1, len({incident_id for incident_id, joined in found if not joined}))
