"""The gate of a state machine: what its table names is done, and where it does not is said what is possible; pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from shared.problems import Conflict

S = TypeVar("S", bound=StrEnum)
D = TypeVar("D", bound=StrEnum)


class NotNow(Conflict):
    """The record's present status does not allow this."""

    code = "not_in_this_status"
    title = "Not possible in the present status"
    cure = "Do what `detail` names as possible, or read the record again."


def moved(
    transitions: Mapping[tuple[S, D], S], status: S, do: D, what: str, not_offered: Collection[D] = frozenset()
) -> S:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible, but what is not offered."""
    try:
        return transitions[status, do]
    except KeyError:
        possible = ", ".join(sorted(d for s, d in transitions if s is status and d not in not_offered)) or "nothing"
        said = status.replace("_", " ")
        raise NotNow(f"{what} is {said}, so this cannot be done: {do}. Possible now: {possible}.") from None
