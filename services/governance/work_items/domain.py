"""How an item of a work plan moves, and when it is late."""

from datetime import date
from enum import StrEnum

from shared.calendar import Quarter
from shared.moves import moved
from shared.problems import Invalid


class Status(StrEnum):
    """Where an item stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class Do(StrEnum):
    """What can be done to an item; the same word in the URL, the command and the history."""

    BEGIN = "begin"
    DEFER = "defer"  # to a later quarter, with the reason
    FINISH = "finish"
    DROP = "drop"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.PLANNED, D.BEGIN): S.UNDER_WAY,
    (S.PLANNED, D.DEFER): S.PLANNED,
    (S.PLANNED, D.DROP): S.DROPPED,
    (S.UNDER_WAY, D.DEFER): S.UNDER_WAY,
    (S.UNDER_WAY, D.FINISH): S.DONE,
    (S.UNDER_WAY, D.DROP): S.DROPPED,
}
OPEN = frozenset({S.PLANNED, S.UNDER_WAY})


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This item")


def quarter_of(year: str, number: str) -> Quarter:
    """The quarter that a request names. Invalid says what is wrong, and the cure."""
    try:
        return Quarter.parse(year, number)
    except ValueError as failure:
        raise Invalid.field("year", "quarter", f"{failure}.") from None


def check_later(present: Quarter, wanted: Quarter) -> None:
    """Invalid where an item would be deferred to where it is, or to before."""
    if wanted <= present:
        raise Invalid.field("quarter", "not_later", f"It is planned for {present}: defer it to a later quarter.")


def is_late(status: Status, last_day: date, day: date) -> bool:
    """Whether its quarter is over and it is not."""
    return status in OPEN and last_day < day
