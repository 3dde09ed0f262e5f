"""What the letter says that asks, and the link in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.training.evaluations.domain import Audience, Moment
from services.training.sessions.domain import when
from shared.days import until_written
from shared.one_time import record_of, signed
from shared.problems import NotFound

PURPOSE = b"evaluations"


class LinkNotFound(NotFound):
    """The link was not made here, or is not whole."""

    code = "link_not_found"
    cure = "Copy it whole."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a letter may say."""

    moment: Moment
    audience: Audience
    course: str
    starts_at: datetime
    ends_at: datetime
    delegate: str
    due_at: datetime
    reminded: int
    throughout: bool


ASKS = {
    (Moment.BEFORE, Audience.ATTENDEE): "Before you come: where do you stand today?",
    (Moment.END, Audience.ATTENDEE): "You were there: what was it worth?",
    (Moment.IMPACT, Audience.ATTENDEE): "Some time has passed: what has it changed in your work?",
    (Moment.IMPACT, Audience.MANAGER): "{delegate} was there, and has named you: what has it changed at work?",
}


CERTIFIED = "Your certificate of attendance is issued when you have answered; from then on this link leads to it."
IN_PART = (
    "The register says that you were there for part of it, for which no certificate is issued. If that is wrong, tell the "
    "trainer, who can correct it."
)


def heading(facts: Facts) -> str:
    """What is asked, in one sentence."""
    return ASKS[facts.moment, facts.audience].format(delegate=facts.delegate)


def worded(facts: Facts, link: str) -> tuple[str, str]:
    """A letter's subject and text."""
    again = "Reminder: " if facts.reminded else ""
    lines = [
        f"{facts.course}, {when(facts.starts_at, facts.ends_at)}.",
        heading(facts),
        f"It takes a minute at most, until {in_words(facts.due_at)}:\n{link}",
        "The link works once and is yours: whoever has it can answer in your name. Please name no child and no family.",
    ]
    if facts.moment is Moment.END:
        lines.insert(3, CERTIFIED if facts.throughout else IN_PART)
    return f"{again}{facts.course}: your view", "\n\n".join(lines) + "\n"


def in_words(due_at: datetime) -> str:
    """Until when: `23:59 on Thursday 8 October 2026`; the end of a day is that day's."""
    return until_written(due_at - timedelta(minutes=1))


def token(key: str, evaluation_id: UUID) -> str:
    """The secret part of an evaluation's link."""
    return signed(key, PURPOSE, evaluation_id)


def evaluation_of(token: str, *keys: str) -> UUID | None:
    """The evaluation whose link this is, or None where the token was made under none of these keys."""
    return record_of(token, PURPOSE, *keys)
