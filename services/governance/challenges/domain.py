"""How a challenge moves, whose turn it is, and who may follow it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.moves import moved
from shared.policy import Principal, Role
from shared.problems import Forbidden, Invalid

REFERENCE = "CHL"


class Status(StrEnum):
    """Where a challenge stands."""

    AWAITING_RESPONSE = "awaiting_response"
    RESPONDED = "responded"  # whoever challenged weighs the answer
    CHANGE_AGREED = "change_agreed"
    CHANGED = "changed"  # its impact is to be looked at on its date
    RECHECKED = "rechecked"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Do(StrEnum):
    """What is done to a challenge; the same word in the URL, the command and the history."""

    MAKE = "make"
    RESPOND = "respond"
    RETURN = "return"
    AGREE = "agree"
    CHANGE = "change"
    RECHECK = "recheck"
    POSTPONE = "postpone"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    SUCCEED = "succeed"  # nobody does it: an agency of the two has ended


class Outcome(StrEnum):
    """What came of it."""

    ANSWER_ACCEPTED = "answer_accepted"
    CHANGED = "changed"
    UNRESOLVED = "unresolved"  # it goes on elsewhere


class Impact(StrEnum):
    """What the re-check found."""

    IMPROVED = "improved"
    NO_DIFFERENCE = "no_difference"
    WORSE = "worse"
    TOO_EARLY = "too_early"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.AWAITING_RESPONSE, Do.RESPOND): Status.RESPONDED,
    (Status.AWAITING_RESPONSE, Do.WITHDRAW): Status.WITHDRAWN,
    (Status.RESPONDED, Do.RETURN): Status.AWAITING_RESPONSE,
    (Status.RESPONDED, Do.AGREE): Status.CHANGE_AGREED,
    (Status.RESPONDED, Do.CLOSE): Status.CLOSED,
    (Status.RESPONDED, Do.WITHDRAW): Status.WITHDRAWN,
    (Status.CHANGE_AGREED, Do.CHANGE): Status.CHANGED,
    (Status.CHANGED, Do.POSTPONE): Status.CHANGED,
    (Status.CHANGED, Do.RECHECK): Status.RECHECKED,
    (Status.RECHECKED, Do.POSTPONE): Status.CHANGED,
    (Status.RECHECKED, Do.AGREE): Status.CHANGE_AGREED,
    (Status.RECHECKED, Do.CLOSE): Status.CLOSED,
}
OVER = (Status.CLOSED, Status.WITHDRAWN)
WAITS_FOR = {
    Status.AWAITING_RESPONSE: "response",
    Status.CHANGE_AGREED: "change",
    Status.CHANGED: "recheck",
}
"""What is done by the date that stands on a challenge."""

FOLLOWS = frozenset({Do.RETURN, Do.AGREE, Do.POSTPONE, Do.CLOSE, Do.WITHDRAW})
"""What only the side does that made the challenge."""

RECHECKERS = frozenset({Role.QA_MEMBER, Role.BUSINESS_UNIT})
"""Who looks at the impact of any challenge, beside whoever made it."""


class NotYourChallenge(Forbidden):
    """Somebody else made the challenge."""

    code = "not_your_challenge"
    title = "Somebody else's challenge"
    cure = "Who made it follows it."


class OwnImpact(Forbidden):
    """The change is the caller's own agency's."""

    code = "own_impact"
    title = "Your own agency's change"
    cure = "Somebody of another agency says what it changed."


@dataclass(frozen=True, slots=True)
class Made:
    """By whom a challenge was made: as which role, of which agency, and in the name of which body."""

    role: Role
    agency_id: str
    body_id: str | None


def made_by(principal: Principal, body_id: str | None, chairs: Collection[str]) -> Made:
    """As what this caller challenges: in the name of a body that she chairs, or in her own role. Invalid; NotYourChallenge."""
    if body_id is not None:
        if body_id not in chairs:
            raise NotYourChallenge(f"In the name of {body_id} its chair challenges, or the chair's deputy.")
        return Made(Role.BODY_CHAIR, principal.agency_id, body_id)
    own = (Role.SCRUTINEER, Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)
    role = next((role for role in own if role in principal.roles), None)
    if role is None:
        raise Invalid.field("body_id", "missing", "Name the body in whose name you challenge.")
    return Made(role, principal.agency_id, None)


def must_follow(made: Made, principal: Principal, chairs: Collection[str]) -> None:
    """Refuse who did not make the challenge: another role or agency, or the chair of another body."""
    own = made.role in principal.roles and made.agency_id == principal.agency_id
    mine = made.body_id in chairs if made.body_id else own
    if not mine:
        whose = (
            f"the chair of {made.body_id}" if made.body_id else f"the {made.role.replace('_', ' ')} of {made.agency_id}"
        )
        raise NotYourChallenge(f"This challenge was made by {whose}, who follows it.")


def must_recheck(challenged: str, principal: Principal) -> None:
    """Refuse the challenged agency: others say whether its change had an effect."""
    if challenged in principal.agencies:
        raise OwnImpact("Whether a change had an effect is said by somebody of another agency.")


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This challenge")


def is_late(status: Status, due: date | None, day: date) -> bool:
    """Whether what is awaited is not done by its last day."""
    return status in WAITS_FOR and due is not None and due < day


def earlier(rule_day: date, wanted: date | None, path: str, day: date) -> date:
    """The rule's last day, or an earlier one that was asked for. Invalid for a later one, or one that is over."""
    if wanted is None:
        return rule_day
    if wanted > rule_day:
        raise Invalid.field(path, "later", f"The rule gives {rule_day}; an earlier day may be set, never a later one.")
    return ahead(wanted, path, day)


def ahead(wanted: date, path: str, day: date) -> date:
    """A day that lies ahead, or is today. Invalid for another."""
    if wanted < day:
        raise Invalid.field(path, "past", "The day lies ahead, or is today.")
    return wanted


def check_close(status: Status, outcome: Outcome) -> None:
    """Refuse an outcome that has not come about: only what was re-checked has changed anything."""
    if (outcome is Outcome.CHANGED) != (status is Status.RECHECKED) and outcome is not Outcome.UNRESOLVED:
        message = "After a re-check it closes as changed or unresolved; without one, as answer_accepted or unresolved."
        raise Invalid.field("outcome", "not_come_about", message)
