"""Risks: the matrix, and when a score takes a risk to the Executive."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.governance.movements.domain import Course, Given, month_ends
from services.governance.risks.domain import (
    LIVE,
    TRANSITIONS,
    Band,
    Do,
    OwnScore,
    Status,
    moves,
    must_answer,
    step,
)
from services.governance.risks.queries import matrices, matrix, matrix_on
from services.governance.rulebook import RULES, last_day
from shared.problems import Invalid
from tests.service.governance.running import WEDNESDAY_NOON

TODAY = date(2026, 10, 7)
MATRIX = matrix_on(TODAY)
SCORES = sorted({one * other for one in range(1, 6) for other in range(1, 6)})


def test_nothing_is_closed_over_the_executives_head() -> None:
    """While its answer is awaited, or its question stands, a risk stays; nothing leads out of closed."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.CLOSED} == {
        Status.MANAGED,
        Status.ANSWERED,
    }
    assert {status for status, _ in TRANSITIONS} == set(LIVE)


@pytest.mark.parametrize(("status", "score"), list(itertools.product(LIVE, SCORES)))
def test_what_follows_from_a_score(status: Status, score: int) -> None:
    """At 12 to the Executive, below 12 back; what was answered at 15 comes again above it. Whatever follows is possible."""
    found = moves(status, score, 15 if status is Status.ANSWERED else None, MATRIX.escalates_at)
    above = score >= 12
    expected = {
        Status.MANAGED: Do.ESCALATE if above else None,
        Status.ESCALATED: None if above else Do.DE_ESCALATE,
        Status.ASKED: None if above else Do.DE_ESCALATE,
        Status.ANSWERED: Do.ESCALATE if score > 15 else None if above else Do.DE_ESCALATE,
    }[status]
    assert found is expected
    if found:
        after = step(status, found)
        assert moves(after, score, None, MATRIX.escalates_at) is None  # it comes to rest


def test_the_matrix_of_the_arrangements() -> None:
    """Five by five, escalating at 12, which the published arrangements say; the rest nobody has checked."""
    assert (MATRIX.greatest, MATRIX.escalates_at, MATRIX.escalates_to, MATRIX.verified) == (25, 12, "executive", False)
    assert [MATRIX.band(score).code for score in (1, 5, 6, 11, 12, 19, 20, 25)] == [
        *["low"] * 2, *["medium"] * 2, *["high"] * 2, *["very_high"] * 2,
    ]  # fmt: skip
    assert {matrix(one.version) for one in matrices()} == set(matrices())


@pytest.mark.parametrize(("likelihood", "impact", "paths"), [(0, 1, 1), (6, 1, 1), (1, 6, 1), (6, 6, 2)])
def test_off_the_matrix(likelihood: int, impact: int, paths: int) -> None:
    with pytest.raises(Invalid) as refused:
        MATRIX.score(likelihood, impact, "current.")
    assert len(refused.value.errors) == paths
    assert refused.value.errors[0].path.startswith("current.")
    assert "to 5" in refused.value.errors[0].message


@pytest.mark.parametrize(
    "wrong",
    [
        {"bands": ()},
        {"bands": (Band("low", "Low", 2),)},
        {"bands": (Band("low", "Low", 1), Band("high", "High", 1))},
        {"escalates_at": 26},
    ],
)
def test_a_matrix_with_a_hole(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(MATRIX, **wrong)  # type: ignore[arg-type]


def test_nobody_answers_for_her_own_score() -> None:
    must_answer("a chair", ["an officer"])
    with pytest.raises(OwnScore):
        must_answer("an officer", ["an officer"])


def test_a_review_every_two_months() -> None:
    """As the board's plan of 2014-15 says; the rule was read in its source."""
    day, said = last_day("risk_review", WEDNESDAY_NOON)
    assert (day, said.split(",")[0]) == (date(2026, 12, 7), "risk_review/1: 2 months")
    assert next(one for one in RULES if one.rule.code == "risk_review").verified


def test_a_course_stands_where_it_was_last_put() -> None:
    """Nothing before the first score, nothing from the closing on."""
    day = timedelta(days=1)
    given = (Given(WEDNESDAY_NOON, 9), Given(WEDNESDAY_NOON + 2 * day, 16))
    course = Course(given, WEDNESDAY_NOON + 4 * day)
    found = [course.at(WEDNESDAY_NOON + days * day) for days in (-1, 0, 1, 2, 3, 4, 5)]
    assert found == [None, 9, 9, 16, 16, None, None]


def test_months_end_in_london() -> None:
    """Thirteen stands: the ends of twelve months, and now; March ends in summer time, October in winter's."""
    ends = month_ends(WEDNESDAY_NOON)
    assert [day for day, _ in ends[:2]] == [date(2025, 10, 31), date(2025, 11, 30)]
    assert (len(ends), ends[-1]) == (13, (TODAY, WEDNESDAY_NOON))
    march = next(ended for day, ended in ends if day == date(2026, 3, 31))
    assert march.astimezone(UTC) == datetime(2026, 3, 31, 22, 59, 59, 999999, tzinfo=UTC)
