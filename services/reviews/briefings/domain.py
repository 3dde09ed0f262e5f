"""How a briefing moves, what it lacks to be sent, and how many have passed it on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.reviews.publication.domain import Words, findings
from shared.days import today
from shared.moves import moved
from shared.problems import Conflict, FieldError, SeemsToIdentify


class Status(StrEnum):
    """Where a briefing stands."""

    DRAFT = "draft"
    SENT = "sent"


class Do(StrEnum):
    """What can be done to a briefing; the same word in the URL and the command."""

    START = "start"
    WRITE = "write"
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.DRAFT, Do.WRITE): Status.DRAFT,
    (Status.DRAFT, Do.SEND): Status.SENT,
    (Status.SENT, Do.SEND): Status.SENT,  # to further agencies
    (Status.SENT, Do.ACKNOWLEDGE): Status.SENT,
}


class BriefingNotReady(Conflict):
    """A part is not written, or the review is not published."""

    code = "briefing_not_ready"
    title = "The briefing is not ready"
    cure = "`detail` says which."


class AlreadyAcknowledged(Conflict):
    """The agency has acknowledged the briefing."""

    code = "already_acknowledged"
    title = "This agency has acknowledged the briefing"
    cure = "Nothing; what was said stands."


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts of a briefing, from the data."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One agency's answer: when it said that the briefing was passed on, whether late, and how many it reached."""

    acknowledged_on: date | None
    acknowledge_by: date
    reached: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many agencies have it, passed it on, did so late, are silent after their day, and how many people it reached."""

    sent: int
    acknowledged: int
    late: int
    silent: int
    reached: int


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This briefing")


def must_be_ready(parts: Sequence[Part], written: Collection[str], *, ended: bool) -> None:
    """Refuse to send what is not whole, or of a review that is neither published nor signed off to be learnt from alone."""
    missing = [part.title for part in parts if part.code not in written]
    if missing:
        raise BriefingNotReady(f"Still to be written: {'; '.join(missing)}.")
    if not ended:
        raise BriefingNotReady("Its review is not published yet: it is sent when everybody may read it.")


def must_not_identify(text: str, words: Words) -> None:
    """SeemsToIdentify where something in a briefing could identify a child, as in a report."""
    found = findings({"text": text}, words)
    if found:
        said = "; ".join(f"{one.why} (at character {one.at})" for one in found)
        message = f"This seems to hold {said}. Say it without, or send text_checked: true."
        raise SeemsToIdentify(message, errors=[FieldError("text", "seems_to_identify", message)])


def counts(heard: Collection[Heard], now: datetime) -> Counts:
    """How far it has come."""
    said = [one for one in heard if one.acknowledged_on]
    return Counts(
        sent=len(heard),
        acknowledged=len(said),
        late=sum(is_late(one) for one in said),
        silent=sum(one.acknowledged_on is None and today(now) > one.acknowledge_by for one in heard),
        reached=sum(one.reached or 0 for one in said),
    )


def is_late(one: Heard) -> bool:
    """Whether it was said after its day."""
    return one.acknowledged_on is not None and one.acknowledged_on > one.acknowledge_by
