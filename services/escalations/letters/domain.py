"""What letters there are, what they say, and when one that failed is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.escalations.ladders.domain import Duty, Priority
from shared.days import until_written
from shared.one_time import record_of, signed

LINK_LASTS = timedelta(days=14)
PURPOSE = b"one-time links"


class Side(StrEnum):
    """Whose contact is told."""

    RAISING = "raising"
    RECEIVING = "receiving"


class Occasion(StrEnum):
    """Why a contact is told."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"  # by a one-time link, which is used up: here is the next
    ADVANCED = "advanced"
    PASSED_ON = "passed_on"
    SUCCEEDED = "succeeded"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    CHASED = "chased"
    RESPONDED = "responded"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    VOTES_ASKED = "votes_asked"
    NOBODY_TOLD = "nobody_told"
    OPENED_IN_EMERGENCY = "opened_in_emergency"
    LEARNING_SUCCEEDED = "learning_succeeded"


ASKS_FOR_AN_ANSWER = frozenset(
    {
        Occasion.RAISED,
        Occasion.ACKNOWLEDGED,
        Occasion.ADVANCED,
        Occasion.PASSED_ON,
        Occasion.SUCCEEDED,  # where one is awaited at that moment
        Occasion.REMINDED,
        Occasion.OVERDUE,
        Occasion.CHASED,  # where that is what is awaited
    }
)


@dataclass(frozen=True)
class Facts:
    """What a letter may say: the reference, the agencies, where it stands and by when. Nothing about the child."""

    reference: str
    raising_name: str
    receiving_name: str
    priority: str
    stage_order: int
    stage_name: str
    due_at: datetime | None
    duty: str | None = None  # what is due, or was
    needs: str | None = None  # what is asked for by who tracks the matter, in words


DUTIES = {
    Duty.ACKNOWLEDGE: "an acknowledgement",
    Duty.RESPOND: "an answer",
    Duty.MEET: "a meeting",
    Duty.WRITE_OUTCOME: "the outcome in writing",
}


SAID: Mapping[Occasion, tuple[str, str]] = {
    Occasion.RAISED: ("an answer is needed", "{raising} challenges a decision of {receiving}."),
    Occasion.ACKNOWLEDGED: ("an answer is needed", "You have acknowledged the challenge of {raising} to {receiving}."),
    Occasion.ADVANCED: ("at stage {stage}", "The challenge of {raising} to {receiving} is now at a higher stage."),
    Occasion.PASSED_ON: ("passed on", "The challenge of {raising} has been passed on to {receiving}."),
    Occasion.SUCCEEDED: (
        "a successor takes over",
        "An agency of this challenge has ended, and its successor stands in its place: it is now the challenge of "
        "{raising} to {receiving}.",
    ),
    Occasion.REMINDED: ("a reminder", "The challenge of {raising} to {receiving} still needs {duty}."),
    Occasion.OVERDUE: ("overdue", "The challenge of {raising} to {receiving} needed {duty}, which has not come."),
    Occasion.CHASED: (
        "asked after",
        "The partnership's operational group asks after the challenge of {raising} to {receiving}. It waits for {needs}.",
    ),
    Occasion.RESPONDED: ("answered", "{receiving} has answered the challenge of {raising}."),
    Occasion.RESOLVED: ("an outcome", "The challenge of {raising} to {receiving} has an outcome; tell the raiser."),
    Occasion.REJECTED: ("not accepted", "{raising} does not accept the outcome: its challenge to {receiving} goes on."),
    Occasion.WITHDRAWN: ("withdrawn", "{raising} has withdrawn its challenge to {receiving}. Nothing more is needed."),
    Occasion.REDIRECTED: (
        "redirected",
        "The challenge of {raising} to {receiving} is not an escalation, and ends here. This system passes it on to nobody: "
        "{raising} takes it where it belongs.",
    ),
    Occasion.VOTES_ASKED: (
        "a joint decision",
        "The challenge of {raising} to {receiving} is now for police, ICB and council together: their votes are asked for.",
    ),
    Occasion.NOBODY_TOLD: (
        "nobody could be told",
        "{receiving} has no contact whom this system can reach: tell it of the challenge of {raising} yourself. Where it is "
        "not registered, write down for it what it answers, or pass the challenge on to an agency that is.",
    ),
    Occasion.LEARNING_SUCCEEDED: (
        "learning is yours",
        "The agency that was to learn from the challenge of {raising} to {receiving} has ended, and your agency stands in its "
        "place: what it has not learnt yet is yours.",
    ),
    Occasion.OPENED_IN_EMERGENCY: (
        "opened in an emergency",
        "Somebody who is no party has opened the challenge of {raising} to {receiving}, because a child is at immediate "
        "risk. Who, and why, is in the list of such openings.",
    ),
}


def worded(occasion: Occasion, facts: Facts, link: str | None) -> tuple[str, str]:
    """A letter's subject and text."""
    about, first = (
        text.format(
            raising=facts.raising_name,
            receiving=facts.receiving_name,
            stage=facts.stage_order,
            duty=DUTIES[Duty(facts.duty or Duty.RESPOND)],
            needs=facts.needs,
        )
        for text in SAID[occasion]
    )
    urgent = "IMMEDIATE: " if facts.priority == Priority.IMMEDIATE else ""
    lines = [
        first,
        f"Reference: {facts.reference}. Stage {facts.stage_order}: {facts.stage_name}. Priority: {facts.priority}.",
    ]
    if facts.due_at and occasion in ASKS_FOR_AN_ANSWER | {Occasion.VOTES_ASKED}:
        lines.append(f"{'Was due' if occasion is Occasion.OVERDUE else 'Due'} by {until_written(facts.due_at)}.")
    if link:
        lines.append(
            "Read the challenge in your own system or ask the agency that raised it. You can acknowledge or answer it "
            f"without an account by this link, once, within {LINK_LASTS.days} days:\n{link}\n"
            "The link is yours: whoever has it can answer in your name. Do not pass it on."
        )
    lines.append(
        "For the child's sake this letter says nothing about the child; do not answer it by e-mail.\n"
        "It does not replace 999, the front door or the out-of-hours team."
    )
    return f"{urgent}Escalation {facts.reference}: {about}", "\n\n".join(lines) + "\n"


def token(key: str, letter_id: UUID) -> str:
    """The secret part of a letter's link, under a key derived from `key`, 32 bytes as hex."""
    return signed(key, PURPOSE, letter_id)


def letter_of(token: str, *keys: str) -> UUID | None:
    """The letter whose link this is, or None where the token was made under none of these keys."""
    return record_of(token, PURPOSE, *keys)
