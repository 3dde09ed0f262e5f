"""The calendar by which this service counts, its own rules, and the reference data that its nouns decide by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from shared.deadlines import Rule
from shared.reference import Record, Text, read
from shared.rules import calendar, in_force, read_rules

DATA = Path(__file__).with_name("data")
CALENDAR = calendar()
RULES = read_rules(DATA / "rules.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """By which rules a waiting list is put in order, the first rule first."""

    version: str
    rules: tuple[str, ...]
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationKind:
    """How deep a course is evaluated: when its delegates are asked, and how many of them about its impact."""

    code: str
    version: str
    title: str
    asks: tuple[str, ...]
    impact_sample_percent: int
    before_days: int
    impact_after_days: int
    answer_days: Mapping[str, int]
    ask_until_days: int
    remind_days: tuple[int, ...]
    certificate_after_evaluation: bool
    questions: tuple["Question", ...]
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None

    def asked(self, moment: str, *, manager: bool) -> tuple["Question", ...]:
        """What is asked at a moment of a delegate, or of her manager."""
        return tuple(one for one in self.questions if moment in one.moments and (one.manager or not manager))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of an evaluation: at which moments it is asked, by which scale, and how; `manager` is its wording for them."""

    code: str
    scale: str
    moments: tuple[str, ...]
    text: str
    manager: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FewAnswers:
    """Of how many answers figures are shown at the fewest."""

    version: str
    fewest: int
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRule:
    """How long somebody must be there to have attended, in whole or in part, and when delegates can sign in."""

    version: str
    attended_percent: int
    part_percent: int
    code_seconds: int
    opens_minutes_before: int
    closes_minutes_after: int
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None


def rule_on(code: str, day: date) -> Rule:
    """The version of one of this service's rules that is in force on a day."""
    return in_force([entry for entry in RULES if entry.rule.code == code], day, f"rule {code!r}").rule


def order_on(day: date) -> Order:
    """The order of waiting lists in force on a day."""
    return in_force(orders(), day, "order of waiting lists")


def evaluation_codes() -> list[str]:
    """The kinds of evaluation that a course may have."""
    return sorted({kind.code for kind in evaluation_kinds()})


def evaluation_kind_on(code: str, day: date) -> EvaluationKind:
    """The version of one kind of evaluation that is in force on a day."""
    found = [kind for kind in evaluation_kinds() if kind.code == code]
    return in_force(found, day, f"kind of evaluation {code!r}")


def evaluation_kind(code: str, version: str) -> EvaluationKind:
    """One version of a kind of evaluation, whether in force or not."""
    return next(kind for kind in evaluation_kinds() if (kind.code, kind.version) == (code, version))


def question(code: str) -> Question:
    """A question of whatever kind: a code has one scale."""
    return next(one for kind in evaluation_kinds() for one in kind.questions if one.code == code)


def fewest_on(day: date) -> int:
    """Of how many answers figures are shown at the fewest, by the rule of a day."""
    rules = [FewAnswers(**row.model_dump()) for row in _kinds().figures]
    return in_force(rules, day, "rule of few answers").fewest


def attendance_on(day: date) -> AttendanceRule:
    """What counts as attending on a day."""
    rules = [AttendanceRule(**row.model_dump()) for row in _attendance().rules]
    return in_force(rules, day, "rule of attendance")


def export_columns() -> dict[str, list[str]]:
    """The heads of columns by which the exports of online meetings are understood."""
    return _attendance().columns.model_dump()


def export_instants() -> list[str]:
    """How those exports write instants."""
    return _attendance().instants


@lru_cache(maxsize=1)
def _attendance() -> "_AttendanceFile":
    return read(DATA / "attendance.yaml", _AttendanceFile)


@lru_cache(maxsize=1)
def orders() -> tuple[Order, ...]:
    """Every version of the order of waiting lists."""
    rows = read(DATA / "waiting_lists.yaml", _OrdersFile).orders
    return tuple(Order(**row.model_dump() | {"rules": tuple(row.rules)}) for row in rows)


@lru_cache(maxsize=1)
def evaluation_kinds() -> tuple[EvaluationKind, ...]:
    """Every version of every kind of evaluation."""
    return tuple(EvaluationKind(**row.model_dump() | row.tuples()) for row in _kinds().kinds)


@lru_cache(maxsize=1)
def _kinds() -> "_KindsFile":
    return read(DATA / "evaluation_kinds.yaml", _KindsFile)


Moments = Annotated[list[Literal["before", "end", "impact"]], Field(min_length=1)]
Days = Annotated[int, Field(ge=0)]


class _Row(Record):
    version: Text
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _OrderRow(_Row):
    rules: Annotated[list[Text], Field(min_length=1)]


class _KindRow(_Row):
    code: Text
    title: Text
    asks: Moments
    impact_sample_percent: Annotated[int, Field(ge=0, le=100)]
    before_days: Days
    impact_after_days: Days
    answer_days: "_AnswerDays"
    ask_until_days: Days
    remind_days: list[Days]
    certificate_after_evaluation: bool
    questions: Annotated[list["_QuestionRow"], Field(min_length=1)]

    def tuples(self) -> dict[str, Any]:
        """The lists, as the kind has them."""
        questions = tuple(Question(**one.model_dump() | {"moments": tuple(one.moments)}) for one in self.questions)
        return {"asks": tuple(self.asks), "remind_days": tuple(self.remind_days), "questions": questions}


class _AnswerDays(Record):
    end: Days
    impact: Days


class _QuestionRow(Record):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    scale: Literal["one_to_five", "agreement"]
    moments: Moments
    text: Text
    manager: Text | None


class _FewRow(_Row):
    fewest: Annotated[int, Field(ge=1)]


class _OrdersFile(Record):
    orders: list[_OrderRow]


class _KindsFile(Record):
    kinds: list[_KindRow]
    figures: list[_FewRow]

    @model_validator(mode="after")
    def _a_question_has_one_scale(self) -> Self:
        scales: dict[str, str] = {}
        for one in (question for kind in self.kinds for question in kind.questions):
            if scales.setdefault(one.code, one.scale) != one.scale:
                raise ValueError(f"question {one.code} has two scales; what is compared has one")
        return self


Percent = Annotated[int, Field(ge=1, le=100)]
Heads = Annotated[list[Text], Field(min_length=1)]


class _AttendanceRow(_Row):
    attended_percent: Percent
    part_percent: Percent
    code_seconds: Annotated[int, Field(ge=15)]
    opens_minutes_before: Annotated[int, Field(ge=0)]
    closes_minutes_after: Annotated[int, Field(ge=0)]


class _Columns(Record):
    name: Heads
    email: Heads
    joined: Heads
    left: Heads
    minutes: Heads


class _AttendanceFile(Record):
    rules: list[_AttendanceRow]
    columns: _Columns
    instants: list[Text]
