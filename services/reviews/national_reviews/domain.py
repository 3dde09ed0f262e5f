"""How a review that was published elsewhere is checked: recorded, asked of agencies, answered by each, concluded."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from shared.moves import moved
from shared.problems import Conflict, Invalid


class Status(StrEnum):
    """Where the check stands."""

    RECORDED = "recorded"
    ASKED = "asked"
    CONCLUDED = "concluded"


class Do(StrEnum):
    """What is done about it; the same word in the URL, the command and the history."""

    RECORD = "record"
    ASK = "ask"
    ANSWER = "answer"
    CONCLUDE = "conclude"


class Verdict(StrEnum):
    """Whether what was found elsewhere is true here."""

    TRUE_FOR_US = "true_for_us"
    PARTLY = "partly"
    NOT_TRUE_FOR_US = "not_true_for_us"
    NOT_KNOWN = "not_known"  # nobody can show it either way


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.RECORDED, Do.ASK): Status.ASKED,
    (Status.RECORDED, Do.CONCLUDE): Status.CONCLUDED,  # the body can say so by itself
    (Status.ASKED, Do.ASK): Status.ASKED,
    (Status.ASKED, Do.ANSWER): Status.ASKED,
    (Status.ASKED, Do.CONCLUDE): Status.CONCLUDED,
}


class NotTrueHere(Conflict):
    """Nobody has concluded that what a review elsewhere found is true here, wholly or in part."""

    code = "not_true_here"
    title = "This was not found true here"
    cure = "Conclude first."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This check")


def answer_by(rule_day: date, wanted: date | None, today: date) -> date:
    """Until when: the rule's day, or an earlier one. Invalid for a later day, and for one that is over."""
    if wanted is None:
        return rule_day
    if wanted > rule_day:
        raise Invalid.field("due_on", "later", f"The rule gives {rule_day}; an earlier day may be set.")
    if wanted < today:
        raise Invalid.field("due_on", "past", "The day lies ahead, or is today.")
    return wanted


def must_be_true_here(verdict: str | None) -> None:
    """NotTrueHere unless the body has concluded that it is, wholly or in part: else there is nothing to be put right."""
    if verdict not in (Verdict.TRUE_FOR_US, Verdict.PARTLY):
        raise NotTrueHere("First the body concludes that what was found elsewhere is true here, wholly or in part.")


def check_published(published_on: date, now: datetime) -> None:
    """Invalid for a publication that lies ahead."""
    if published_on > now.date():
        raise Invalid.field("published_on", "future", "Record it when it is published.")


def said(status: str, verdict: str | None, answered: int, asked: int, silent: Collection[str]) -> str:
    """How the check stands, in one sentence."""
    if status == Status.CONCLUDED and verdict:
        return f"Concluded: {verdict.replace('_', ' ')}; {answered} of {asked} agencies had answered."
    if not asked:
        return "Nobody has been asked yet."
    late = f"; overdue: {', '.join(sorted(silent))}" if silent else ""
    return f"{answered} of {asked} agencies {'has' if answered == 1 else 'have'} answered{late}."
