"""How a task-and-finish group goes on and closes, and what its brief needs."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from services.governance.bodies.domain import Kind
from shared.moves import moved
from shared.problems import Conflict, FieldError, Invalid


class Status(StrEnum):
    """Where a group stands."""

    RUNNING = "running"
    CLOSED = "closed"


class Do(StrEnum):
    """What can be done to a group; the same word in the URL, the command and the history."""

    EXTEND = "extend"  # it needs longer, and why
    CLOSE = "close"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.RUNNING, Do.EXTEND): Status.RUNNING,
    (Status.RUNNING, Do.CLOSE): Status.CLOSED,
}


class AlreadyBriefed(Conflict):
    """The task-and-finish group has its brief."""

    code = "already_briefed"
    title = "The group has a brief"
    cure = "Extend that one, or close it."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This brief")


def check(kind: Kind, parent_ids: Collection[str], overseen_by: str, due_on: date, day: date) -> None:
    """Invalid with every fault: the body is no task-and-finish group, does not report to its overseer, or is late at once."""
    errors = []
    if kind is not Kind.TASK_AND_FINISH:
        errors.append(FieldError("body_id", "kind", "A brief is for a task-and-finish group."))
    if overseen_by not in parent_ids:
        errors.append(FieldError("overseen_by", "no_parent", "It is overseen by a body to which it reports."))
    if due_on < day:
        errors.append(FieldError("due_on", "past", "The day lies ahead, or is today."))
    if errors:
        raise Invalid("The brief cannot be so.", errors=errors)


def check_extended(present: date, wanted: date) -> None:
    """Invalid for a day that is not later."""
    if wanted <= present:
        raise Invalid.field("due_on", "not_later", f"It is due on {present}: name a later day.")


def is_overdue(status: Status, due_on: date, day: date) -> bool:
    """Whether the group should have closed by now."""
    return status is Status.RUNNING and due_on < day
