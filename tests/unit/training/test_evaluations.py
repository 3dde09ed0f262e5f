"""Evaluations: every status with every action, what an answer has to be; whom a sample takes."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.certificates.domain import CODE_LENGTH, grouped, new_code, plain
from services.training.evaluation_links.domain import ASKS, Facts, evaluation_of, in_words, token, worded
from services.training.evaluations.domain import (
    TRANSITIONS,
    VALUES,
    AlreadyAnswered,
    Audience,
    Change,
    Do,
    EvaluationLapsed,
    EvaluationWithdrawn,
    Moment,
    Pair,
    Scale,
    Status,
    changes,
    checked,
    step,
)
from services.training.rounds.domain import due_at, explained, remind_at, sampled
from services.training.rulebook import CALENDAR, evaluation_kinds
from services.training.worth.domain import WHO_WAS_ASKED
from shared.one_time import signed
from shared.problems import Invalid

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)  # a Wednesday
KEYS = ("01" * 32, "02" * 32)
REFUSED = {
    Status.ANSWERED: AlreadyAnswered,
    Status.LAPSED: EvaluationLapsed,
    Status.WITHDRAWN: EvaluationWithdrawn,
    Status.ASKED: EvaluationLapsed,
}


@pytest.mark.parametrize(("status", "do", "moment"), list(itertools.product(Status, Do, Moment)))
def test_step(status: Status, do: Do, moment: Moment) -> None:
    """The table decides; late answers are taken at the end of a session alone."""
    late = status is Status.LAPSED and do is Do.ANSWER
    if (status, do) in TRANSITIONS and (not late or moment is Moment.END):
        assert step(status, do, moment) is TRANSITIONS[status, do]
    else:
        with pytest.raises(REFUSED[status]):
            step(status, do, moment)


def test_an_answer_is_one_of_its_scale_to_every_question() -> None:
    asked = {"confident": Scale.ONE_TO_FIVE, "useful": Scale.AGREEMENT}
    assert checked({"confident": 1, "useful": 0}, asked) == {"confident": 1, "useful": 0}
    with pytest.raises(Invalid) as refused:
        checked({"confident": 0, "other": 1}, asked)
    assert {one.path: one.code for one in refused.value.errors} == {
        "answers.confident": "not_on_scale",
        "answers.other": "unknown_question",
        "answers.useful": "missing",
    }


def test_a_change_is_of_the_same_delegates() -> None:
    pairs = [Pair("b", 2, 4), Pair("b", 3, 3), Pair("b", 5, 4), Pair("a", 1, 2)]
    assert changes(pairs) == (
        Change("a", compared=1, better=1, same=0, worse=0, mean_before=1.0, mean_after=2.0),
        Change("b", compared=3, better=1, same=1, worse=1, mean_before=10 / 3, mean_after=11 / 3),
    )
    assert changes([]) == ()


@given(st.lists(st.uuids(), unique=True, max_size=40), st.integers(0, 100), st.randoms())
def test_a_sample_is_the_same_in_whatever_order(bookings: list[UUID], percent: int, random: object) -> None:
    """So many of a hundred, rounded up; whoever asks again finds the same, and a larger one holds the smaller."""
    session_id = UUID(int=7)
    chosen = sampled(session_id, bookings, percent)
    assert chosen == sampled(session_id, bookings[::-1], percent)
    assert chosen <= set(bookings)
    assert -(-len(bookings) * percent // 100) == len(chosen)
    assert chosen <= sampled(session_id, bookings, 100) == set(bookings)


def test_a_sample_is_not_the_same_people_each_time() -> None:
    bookings = [UUID(int=number) for number in range(30)]
    assert len({sampled(uuid4(), bookings, 20) for _ in range(5)}) > 1
    assert explained(6, 30, 20).startswith("6 of 30 who came are asked: 20 of a hundred")
    assert explained(30, 30, 100) == "All 30 who came are asked."


def test_days_end_in_london_and_reminders_wait_for_the_office() -> None:
    summer = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    assert due_at(NOON, 14) == datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    assert due_at(summer, 2) == datetime(2026, 10, 22, 23, 0, tzinfo=UTC)
    until = due_at(NOON, 14)
    first = remind_at(NOON, until, [10, 4], NOON, CALENDAR)
    assert first == datetime(2026, 11, 9, 9, 0, tzinfo=UTC)  # the fourth day is a Sunday
    assert remind_at(NOON, until, [10, 4], first, CALENDAR) == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    assert remind_at(NOON, until, [4], first, CALENDAR) is None
    assert remind_at(NOON, datetime(2026, 11, 9, 8, 0, tzinfo=UTC), [4], NOON, CALENDAR) is None


def test_a_link_is_signed_for_this_and_nothing_else() -> None:
    evaluation_id = uuid4()
    made = token(KEYS[0], evaluation_id)
    assert evaluation_of(made, *KEYS) == evaluation_id
    assert evaluation_of(made, KEYS[1]) is None
    assert evaluation_of(signed(KEYS[0], b"one-time links", evaluation_id), *KEYS) is None
    assert evaluation_of(made[:-1] + ("A" if made[-1] != "A" else "B"), *KEYS) is None
    assert evaluation_of("", *KEYS) is None


@pytest.mark.parametrize(("moment", "audience"), ASKS)
def test_a_letter_says_what_is_asked_and_until_when(moment: Moment, audience: Audience) -> None:
    facts = Facts(
        moment=moment,
        audience=audience,
        course="Seeing neglect",
        starts_at=NOON,
        ends_at=NOON,
        delegate="Sam Sample",
        due_at=due_at(NOON, 14),
        reminded=0,
        throughout=True,
    )
    subject, text = worded(facts, "https://safer.example/link")
    assert subject == "Seeing neglect: your view"
    assert "until 23:59 on Wednesday 18 November 2026:\nhttps://safer.example/link\n" in text
    assert ("Sam Sample" in text) == (audience is Audience.MANAGER)
    assert ("Your certificate of attendance is issued" in text) == (moment is Moment.END)
    _, in_part = worded(replace(facts, throughout=False), "https://safer.example/link")
    assert ("for which no certificate is issued" in in_part) == (moment is Moment.END)
    assert "Your certificate" not in in_part
    assert in_words(due_at(NOON, 0)) == "23:59 on Wednesday 4 November 2026"


def test_every_kind_asks_something_at_each_of_its_moments() -> None:
    for kind in evaluation_kinds():
        for moment in kind.asks:
            assert kind.asked(moment, manager=False), (kind.code, moment)
            assert (Moment(moment), Audience.ATTENDEE) in WHO_WAS_ASKED
        assert {one.scale for one in kind.questions} <= {scale.value for scale in VALUES}


def test_a_certificates_code_is_typed_as_one_likes() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH
    assert plain(grouped(code).lower()) == code
    assert len({new_code() for _ in range(100)}) == 100
