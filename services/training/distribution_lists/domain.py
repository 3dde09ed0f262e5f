"""Whom an open session invites, and what a list must say of itself."""

from collections.abc import Sequence

from shared.problems import Conflict


class ListKnown(Conflict):
    """Another list has this address."""

    code = "list_known"
    title = "A list has this address"
    cure = "Change that one."


def invited(named: Sequence[str], subscribed: Sequence[str]) -> tuple[str, ...]:
    """Whom an open session invites: the lists named for it, then those subscribed to its course's series; each once."""
    return tuple(dict.fromkeys(one.casefold() for one in (*named, *subscribed)))
