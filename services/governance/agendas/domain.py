"""The order of an agenda, and when a paper is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.governance.meetings.domain import Status
from shared.moves import NotNow
from shared.problems import Invalid


class Block(StrEnum):
    """The parts of an agenda, in their order."""

    OPENING = "opening"  # begins with the voice of the child
    MINUTES = "minutes"  # of the meeting before
    ARISING = "arising"  # open actions, decisions by correspondence, reports of chairs: they come by themselves
    BUSINESS = "business"
    CLOSING = "closing"


ORDER = {block: place for place, block in enumerate(Block)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an agenda; `about` is the record that brings it, and `id` is given once it is kept."""

    block: Block
    title: str
    text: str | None = None
    minutes: int | None = None
    about: tuple[str, str] | None = None
    causes: tuple[tuple[str, str], ...] = ()
    id: UUID | None = None


def in_order(items: Iterable[Item]) -> list[Item]:
    """The lines block by block, each block in the order given."""
    return sorted(items, key=lambda item: ORDER[item.block])


def open_action(reference: str, status: str, due_on: date | None, day: date) -> str:
    """An open action as a line says it: `ACT-2627-0007, in progress: overdue since 30 September 2026`."""
    said = f"{reference}, {status.replace('_', ' ')}"
    if due_on is None:
        return f"{said}: without a date"
    return f"{said}: {'overdue since' if due_on < day else 'due'} {due_on.day} {due_on:%B %Y}"


def check_open(status: Status) -> None:
    """NotNow once the meeting has been held or called off: its agenda stands as it was."""
    if status is not Status.CONVENED:
        raise NotNow(f"This meeting is {status}: its agenda stands as it was.")


def check_place(position: int | None, there: int) -> int:
    """Where a new line goes among the business already there. Invalid for a place that leaves a gap."""
    if position is None:
        return there + 1
    if position > there + 1:
        raise Invalid.field("position", "gap", f"There are {there} items of business: the last place is {there + 1}.")
    return position


def is_late(added_at: datetime, due_at: datetime | None) -> bool:
    """Whether a paper came after the day by which papers are to be there."""
    return due_at is not None and added_at > due_at
