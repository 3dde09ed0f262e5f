"""How a rapid review moves, what it is weighed against, and what must be there before the three decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.moves import moved
from shared.problems import Conflict, FieldError, Invalid


class Kind(StrEnum):
    """What is reviewed."""

    SINGLE = "single"  # one incident
    THEMATIC = "thematic"  # several, for what they have in common
    JOINT = "joint"  # with another area


class Status(StrEnum):
    """Where a rapid review stands."""

    SCOPING = "scoping"  # returns come in, the panel weighs the criteria
    DECIDING = "deciding"  # the three vote
    DECIDED = "decided"
    SENT = "sent"  # to the national Panel
    ANSWERED = "answered"  # by it
    CLOSED = "closed"


class Do(StrEnum):
    """What is done to a rapid review; the same word in the URL, the command and the history."""

    OPEN = "open"
    CHOOSE_START = "choose_start"
    NAME = "name"
    DECLARE = "declare"
    CHAIR = "chair"
    RELEASE = "release"
    ASK = "ask"
    RETURN = "return"
    ANSWER = "answer"
    PROPOSE = "propose"
    DECIDE = "decide"  # the three have decided
    STAND = "stand"  # they have not: the panel proposes anew
    SEND = "send"
    HEAR = "hear"
    RECONSIDER = "reconsider"
    CLOSE = "close"
    ABANDON = "abandon"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.SCOPING, D.CHOOSE_START): S.SCOPING,
    (S.SCOPING, D.NAME): S.SCOPING,
    (S.SCOPING, D.DECLARE): S.SCOPING,
    (S.SCOPING, D.CHAIR): S.SCOPING,
    (S.SCOPING, D.RELEASE): S.SCOPING,
    (S.SCOPING, D.ASK): S.SCOPING,
    (S.SCOPING, D.RETURN): S.SCOPING,
    (S.SCOPING, D.ANSWER): S.SCOPING,
    (S.SCOPING, D.PROPOSE): S.DECIDING,
    (S.SCOPING, D.ABANDON): S.CLOSED,
    (S.DECIDING, D.CHOOSE_START): S.DECIDING,
    (S.DECIDING, D.RELEASE): S.DECIDING,
    (S.DECIDING, D.RETURN): S.DECIDING,
    (S.DECIDING, D.DECIDE): S.DECIDED,
    (S.DECIDING, D.STAND): S.SCOPING,
    (S.DECIDED, D.CHOOSE_START): S.DECIDED,
    (S.DECIDED, D.RELEASE): S.DECIDED,
    (S.DECIDED, D.RETURN): S.DECIDED,
    (S.DECIDED, D.SEND): S.SENT,
    (S.SENT, D.RELEASE): S.SENT,
    (S.SENT, D.HEAR): S.ANSWERED,
    (S.ANSWERED, D.HEAR): S.ANSWERED,  # it has had what it asked for, or thinks otherwise now
    (S.ANSWERED, D.RELEASE): S.ANSWERED,
    (S.ANSWERED, D.RECONSIDER): S.SCOPING,
    (S.ANSWERED, D.CLOSE): S.CLOSED,
}
NOBODY_ASKS_FOR = frozenset({D.DECIDE, D.STAND})
BEFORE_SENT = frozenset({S.SCOPING, S.DECIDING, S.DECIDED})


class Answer(StrEnum):
    """What the national Panel says to a rapid review."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ASKS_MORE = "asks_more"
    NATIONAL_REVIEW = "national_review"  # it reviews the case itself


class NotReady(Conflict):
    """A criterion, the chair or a declaration is missing."""

    code = "not_ready_to_decide"
    title = "Not ready to be decided"
    cure = "`detail` names what is still to come."


class Mandatory(Conflict):
    """A notification asks for this review, and no other one is of that incident: nobody decides whether there is one."""

    code = "mandatory_review"
    title = "This review is mandatory"
    cure = "Hold it; it ends by being closed. Where a thematic or joint review is to have its place, open that first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """One version of what a case is weighed against: codes, and what each says."""

    version: str
    items: tuple[tuple[str, str], ...]
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None

    def must_have(self, criterion: str) -> None:
        """Invalid for what is none of them."""
        if criterion not in dict(self.items):
            known = ", ".join(code for code, _ in self.items)
            raise Invalid.field("criterion", "unknown_criterion", f"A case is weighed against: {known}.")


@dataclass(frozen=True, slots=True)
class PanelNow:
    """What a panel must have settled before it proposes: whether it is chaired, and how many have declared nothing yet."""

    chaired: bool
    undeclared: int


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This review", NOBODY_ASKS_FOR)


def check_scope(
    kind: Kind, incidents: int, other_area: str | None, theme: str | None, led_by: str | None = None
) -> None:
    """Invalid where the kind does not go with what is reviewed."""
    errors = []
    if kind is Kind.SINGLE and incidents != 1:
        errors.append(FieldError("incident_ids", "one", "One incident is reviewed; several are a thematic review."))
    if kind is Kind.THEMATIC and incidents < 2:
        errors.append(FieldError("incident_ids", "several", "A thematic review is of several incidents."))
    if kind is Kind.THEMATIC and not theme:
        errors.append(FieldError("theme", "missing", "Say what the incidents have in common."))
    if kind is Kind.JOINT and not other_area:
        errors.append(FieldError("other_area", "missing", "Name the other area; it need not be in the register."))
    if kind is not Kind.JOINT and other_area:
        errors.append(FieldError("other_area", "not_joint", "A review with another area is a joint one."))
    if led_by and led_by != other_area:
        message = "Who leads a joint review is the other area, as you name it, or this partnership: then leave it out."
        errors.append(FieldError("led_by", "not_the_other_area", message))
    if errors:
        raise Invalid(errors[0].message, errors=errors)


def must_be_ready(criteria: Criteria, answered: Collection[str], panel: PanelNow) -> None:
    """NotReady until each criterion has its answer, the panel a chair, and each member has declared what conflicts.

    A return that is missing does not hold up the review: it is shown as missing.
    """
    missing = [code for code, _ in criteria.items if code not in answered]
    wanted = []
    if missing:
        wanted.append(f"an answer to {', '.join(missing)}")
    if not panel.chaired:
        wanted.append("a chair")
    if panel.undeclared:
        wanted.append(f"what conflicts, from {panel.undeclared} of the panel")
    if wanted:
        raise NotReady(f"Still to come: {'; '.join(wanted)}.")


def must_be_voluntary(needed_by: Sequence[str]) -> None:
    """Mandatory where a notification asks for the review; the incidents are named."""
    if needed_by:
        raise Mandatory(f"The notification of {', '.join(needed_by)} asks for it.")


def said_of_returns(asked: int, returned: int, late: int) -> str:
    """How the returns stand, in one sentence."""
    if not asked:
        return "No agency has been asked yet."
    overdue = f", {late} overdue" if late else ""
    return f"{returned} of {asked} agencies {'has' if returned == 1 else 'have'} sent their return{overdue}."
