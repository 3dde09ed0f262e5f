"""How an evaluation moves, what an answer has to be, and what has changed between two moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.problems import Conflict, FieldError, Forbidden, Invalid


class Status(StrEnum):
    """How far an evaluation is."""

    ASKED = "asked"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Do(StrEnum):
    """What can be done to an evaluation."""

    ANSWER = "answer"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    ASK_AGAIN = "ask_again"


class Moment(StrEnum):
    """When it is asked."""

    BEFORE = "before"
    END = "end"
    IMPACT = "impact"


class Audience(StrEnum):
    """Who is asked."""

    ATTENDEE = "attendee"
    MANAGER = "manager"


class Scale(StrEnum):
    """By what a question is answered."""

    ONE_TO_FIVE = "one_to_five"
    AGREEMENT = "agreement"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.ASKED, Do.ANSWER): Status.ANSWERED,
    (Status.ASKED, Do.LAPSE): Status.LAPSED,
    (Status.LAPSED, Do.ANSWER): Status.ANSWERED,  # at the end alone: who answers late still has her certificate
    (Status.ASKED, Do.WITHDRAW): Status.WITHDRAWN,  # she does not come, or the register was corrected
    (Status.WITHDRAWN, Do.ASK_AGAIN): Status.ASKED,  # and corrected again
}

VALUES: Mapping[Scale, Mapping[int, str]] = {
    Scale.ONE_TO_FIVE: {1: "Not at all", 2: "A little", 3: "Somewhat", 4: "Well", 5: "Completely"},
    Scale.AGREEMENT: {1: "Agree", 0: "Disagree"},
}


class AlreadyAnswered(Conflict):
    """It was answered, once and for all."""

    code = "already_answered"
    title = "This has been answered"
    cure = "Nothing; what was said stands."


class EvaluationLapsed(Conflict):
    """It was to be answered before now."""

    code = "evaluation_lapsed"
    title = "It is too late to answer"
    cure = "Nothing; it is counted as unanswered."


class EvaluationWithdrawn(Conflict):
    """The register says that the delegate was not there, so that it is asked no more."""

    code = "evaluation_withdrawn"
    title = "This is asked no more"
    cure = "Nothing more is needed."


class NotYourEvaluation(Forbidden):
    """It is asked of somebody else."""

    code = "not_your_evaluation"
    title = "This is asked of somebody else"
    cure = "She answers it, with her account or by the link in her letter."


def step(status: Status, do: Do, moment: Moment) -> Status:
    """The status after `do`. AlreadyAnswered, EvaluationLapsed or EvaluationWithdrawn where the table has no such transition."""
    late = status is Status.LAPSED and do is Do.ANSWER and moment is not Moment.END
    if not late and (status, do) in TRANSITIONS:
        return TRANSITIONS[status, do]
    if status is Status.ANSWERED:
        raise AlreadyAnswered("It has been answered, once and for all; nothing was changed.")
    if status is Status.WITHDRAWN:
        raise EvaluationWithdrawn("The register says that this delegate was not there; nothing more is needed.")
    raise EvaluationLapsed("It was to be answered before now, and is counted as unanswered.")


def checked(given: Mapping[str, int], asked: Mapping[str, Scale]) -> Mapping[str, int]:
    """The answers, one to each question. Invalid with every question that has none, or one that its scale does not have."""
    errors = [
        FieldError(f"answers.{code}", "unknown_question", f"Asked are: {', '.join(asked)}.")
        for code in given
        if code not in asked
    ]
    for code, scale in asked.items():
        values = VALUES[scale]
        if code not in given:
            errors.append(FieldError(f"answers.{code}", "missing", "Choose one answer."))
        elif given[code] not in values:
            known = ", ".join(f"{value} ({words})" for value, words in sorted(values.items()))
            errors.append(FieldError(f"answers.{code}", "not_on_scale", f"It is one of {known}."))
    if errors:
        raise Invalid("Every question has one answer.", errors=errors)
    return given


@dataclass(frozen=True, slots=True)
class Manager:
    """Who is asked, beside a delegate, what a course changed."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers to one evaluation: a value to each question, in words besides, and who her manager is."""

    answers: Mapping[str, int]
    text: str | None = None
    manager: Manager | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What one delegate answered to one question at two moments."""

    question: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Change:
    """How the answers to one question changed: of how many delegates, whose went up, stayed, or went down, and both means."""

    question: str
    compared: int
    better: int
    same: int
    worse: int
    mean_before: float
    mean_after: float


def changes(pairs: Sequence[Pair]) -> tuple[Change, ...]:
    """The change of each question for which somebody answered at both moments, in the order of its code."""
    found = []
    for code in sorted({pair.question for pair in pairs}):
        mine = [pair for pair in pairs if pair.question == code]
        found.append(
            Change(
                question=code,
                compared=len(mine),
                better=sum(pair.after > pair.before for pair in mine),
                same=sum(pair.after == pair.before for pair in mine),
                worse=sum(pair.after < pair.before for pair in mine),
                mean_before=sum(pair.before for pair in mine) / len(mine),
                mean_after=sum(pair.after for pair in mine) / len(mine),
            )
        )
    return tuple(found)
