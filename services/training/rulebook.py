"""The calendar by which this service counts, its own rules, and the reference data that its nouns decide by."""

from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.reference import Record, Text, read
from shared.rules import calendar, in_force, own_rule_on, read_rules

DATA = Path(__file__).with_name("data")
CALENDAR = calendar()
RULES = read_rules(DATA / "rules.yaml")
rule_on = partial(own_rule_on, RULES)

Moments = Annotated[list[Literal["before", "end", "impact"]], Field(min_length=1)]
Number = Annotated[int, Field(ge=0)]
Percent = Annotated[int, Field(ge=1, le=100)]
Heads = Annotated[list[Text], Field(min_length=1)]


class _Version(Record):
    version: Text
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class Order(_Version):
    """By which rules a waiting list is put in order, the first rule first."""

    rules: Annotated[list[Text], Field(min_length=1)]


class Question(Record):
    """One question of an evaluation: at which moments it is asked, by which scale, and how; `manager` is its wording for them.

    `level` is Kirkpatrick's: how it was received, what was learnt, what is done otherwise at work.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    level: Annotated[int, Field(ge=1, le=3)]
    scale: Literal["one_to_five", "agreement"]
    moments: Moments
    text: Text
    manager: Text | None


class AnswerDays(Record):
    """How many days there are to answer."""

    end: Number
    impact: Number


class EvaluationKind(_Version):
    """How deep a course is evaluated: when its delegates are asked, and how many of them about its impact."""

    code: Text
    title: Text
    asks: Moments
    impact_sample_percent: Annotated[int, Field(ge=0, le=100)]
    before_days: Number
    impact_after_days: Number
    answer_days: AnswerDays
    ask_until_days: Number
    remind_days: list[Number]
    certificate_after_evaluation: bool
    questions: Annotated[list[Question], Field(min_length=1)]

    def asked(self, moment: str, *, manager: bool) -> tuple[Question, ...]:
        """What is asked at a moment of a delegate, or of her manager."""
        return tuple(one for one in self.questions if moment in one.moments and (one.manager or not manager))

    def days_to_answer(self, moment: str) -> int:
        """How many days there are to answer what is asked after the session."""
        return self.answer_days.end if moment == "end" else self.answer_days.impact


class FewAnswers(_Version):
    """Of how many answers figures are shown at the fewest."""

    fewest: Annotated[int, Field(ge=1)]


class AttendanceRule(_Version):
    """How long somebody must be there to have attended, in whole or in part, and when delegates can sign in."""

    attended_percent: Percent
    part_percent: Percent
    code_seconds: Annotated[int, Field(ge=15)]
    opens_minutes_before: Number
    closes_minutes_after: Number


class Columns(Record):
    """The heads of columns by which exports are understood, in small letters."""

    name: Heads
    email: Heads
    joined: Heads
    left: Heads
    minutes: Heads
    waiting: Heads


class _OrdersFile(Record):
    orders: list[Order]


class _KindsFile(Record):
    kinds: list[EvaluationKind]
    figures: list[FewAnswers]

    @model_validator(mode="after")
    def _a_question_has_one_scale(self) -> Self:
        scales: dict[str, str] = {}
        for one in (question for kind in self.kinds for question in kind.questions):
            if scales.setdefault(one.code, one.scale) != one.scale:
                raise ValueError(f"question {one.code} has two scales; what is compared has one")
        return self


class _AttendanceFile(Record):
    rules: list[AttendanceRule]
    columns: Columns
    days: Heads
    times: Heads


def order_on(day: date) -> Order:
    """The order of waiting lists in force on a day."""
    return in_force(orders(), day, "order of waiting lists")


def evaluation_codes() -> list[str]:
    """The kinds of evaluation that a course may have."""
    return sorted({kind.code for kind in evaluation_kinds()})


def evaluation_kind(code: str, version: str) -> EvaluationKind:
    """One version of a kind of evaluation, whether in force or not."""
    return next(kind for kind in evaluation_kinds() if (kind.code, kind.version) == (code, version))


def question(code: str) -> Question:
    """A question of whatever kind: a code has one scale."""
    return next(one for kind in evaluation_kinds() for one in kind.questions if one.code == code)


def fewest_on(day: date) -> int:
    """Of how many answers figures are shown at the fewest, by the rule of a day."""
    return in_force(_kinds().figures, day, "rule of few answers").fewest


def attendance_on(day: date) -> AttendanceRule:
    """What counts as attending on a day."""
    return in_force(_attendance().rules, day, "rule of attendance")


def export_columns() -> dict[str, list[str]]:
    """The heads of columns by which the exports of online meetings are understood."""
    return _attendance().columns.model_dump()


def export_instants() -> list[str]:
    """How those exports write instants: each way to write a day with each way to write a time of day."""
    found = _attendance()
    return [f"{day} {time}" for day in found.days for time in found.times]


def orders() -> list[Order]:
    """Every version of the order of waiting lists."""
    return _orders().orders


def evaluation_kinds() -> list[EvaluationKind]:
    """Every version of every kind of evaluation."""
    return _kinds().kinds


@lru_cache(maxsize=1)
def _attendance() -> _AttendanceFile:
    return read(DATA / "attendance.yaml", _AttendanceFile)


@lru_cache(maxsize=1)
def _orders() -> _OrdersFile:
    return read(DATA / "waiting_lists.yaml", _OrdersFile)


@lru_cache(maxsize=1)
def _kinds() -> _KindsFile:
    return read(DATA / "evaluation_kinds.yaml", _KindsFile)
