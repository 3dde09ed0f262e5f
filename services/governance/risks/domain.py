"""The matrix, how a risk moves on it, and when it is the Executive's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.moves import moved
from shared.problems import FieldError, Forbidden, Invalid

REFERENCE = "RSK"


class Status(StrEnum):
    """Where a risk stands."""

    MANAGED = "managed"  # by the body that owns it
    ESCALATED = "escalated"  # the Executive's answer is awaited
    ASKED = "asked"  # the Executive wants to know more
    ANSWERED = "answered"  # the Executive has said what is to be done
    CLOSED = "closed"


class Do(StrEnum):
    """What is done to a risk; escalating and de-escalating follow from its current score."""

    RAISE = "raise"
    SCORE = "score"
    CHANGE = "change"
    REVIEW = "review"
    ESCALATE = "escalate"
    DE_ESCALATE = "de_escalate"
    ANSWER = "answer"
    ASK = "ask"
    REPLY = "reply"
    CLOSE = "close"


class Which(StrEnum):
    """Which score: with no controls, as it is, as it is wanted."""

    INHERENT = "inherent"
    CURRENT = "current"
    TARGET = "target"


class Answer(StrEnum):
    """What the Executive says is to be done."""

    TOLERATE = "tolerate"
    TREAT = "treat"
    TRANSFER = "transfer"
    TERMINATE = "terminate"


BY_ITSELF = frozenset({Do.ESCALATE, Do.DE_ESCALATE})
LIVE = (Status.MANAGED, Status.ESCALATED, Status.ASKED, Status.ANSWERED)
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.MANAGED, Do.ESCALATE): Status.ESCALATED,
    (Status.ESCALATED, Do.ASK): Status.ASKED,
    (Status.ASKED, Do.REPLY): Status.ESCALATED,
    (Status.ESCALATED, Do.ANSWER): Status.ANSWERED,
    (Status.ANSWERED, Do.ESCALATE): Status.ESCALATED,
    **{(status, Do.DE_ESCALATE): Status.MANAGED for status in (Status.ESCALATED, Status.ASKED, Status.ANSWERED)},
    **{(status, do): status for status in LIVE for do in (Do.SCORE, Do.CHANGE, Do.REVIEW)},
    (Status.MANAGED, Do.CLOSE): Status.CLOSED,
    (Status.ANSWERED, Do.CLOSE): Status.CLOSED,
}


class OwnScore(Forbidden):
    """The caller gave the risk its present score."""

    code = "own_score"
    title = "You scored this risk yourself"
    cure = "Another member of the Executive answers."


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the matrix, from a score upwards."""

    code: str
    title: str
    from_score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """One version of the matrix. ValueError where a score has no band, or the threshold lies outside."""

    version: str
    likelihood: tuple[str, ...]
    impact: tuple[str, ...]
    bands: tuple[Band, ...]
    escalates_at: int
    escalates_to: str
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None

    def __post_init__(self) -> None:
        starts = [band.from_score for band in self.bands]
        if not starts or starts[0] != 1 or starts != sorted(set(starts)):
            raise ValueError("the bands begin at 1 and rise")
        if not 1 <= self.escalates_at <= self.greatest:
            raise ValueError("the threshold is a score of the matrix")

    @property
    def greatest(self) -> int:
        """The greatest score."""
        return len(self.likelihood) * len(self.impact)

    def score(self, likelihood: int, impact: int, path: str = "") -> int:
        """The product. Invalid, under `path`, where one lies outside the matrix."""
        errors = [
            FieldError(f"{path}{name}", "off_the_matrix", f"From 1 ({words[0]}) to {len(words)} ({words[-1]}).")
            for name, given, words in (("likelihood", likelihood, self.likelihood), ("impact", impact, self.impact))
            if not 1 <= given <= len(words)
        ]
        if errors:
            raise Invalid("The score lies outside the matrix.", errors=errors)
        return likelihood * impact

    def band(self, score: int) -> Band:
        """The band of a score."""
        return next(band for band in reversed(self.bands) if band.from_score <= score)


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This risk", BY_ITSELF)


def moves(status: Status, score: int, answered_score: int | None, threshold: int) -> Do | None:
    """What follows from a current score: to the Executive at the threshold, and again where it is worse than what was answered.

    Below the threshold it is the owning body's again. None where all stays.
    """
    if score < threshold:
        return Do.DE_ESCALATE if status in {Status.ESCALATED, Status.ASKED, Status.ANSWERED} else None
    worse = status is Status.ANSWERED and answered_score is not None and score > answered_score
    return Do.ESCALATE if status is Status.MANAGED or worse else None


def must_answer(subject: str, scorers: Sequence[str]) -> None:
    """Refuse who scored the risk: the owner of a number does not accept it for the Executive."""
    if subject in scorers:
        raise OwnScore("You gave this risk its present score: another member of the Executive answers.")
