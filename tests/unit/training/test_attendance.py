"""Who came: what proofs lead to, the moves from every status, and exports of several shapes."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from services.training.attendance.domain import (
    FINAL,
    HAS_PLACE,
    Outcome,
    Proof,
    Source,
    Why,
    judged,
    moves,
    outcome_of,
)
from services.training.bookings.domain import Do, Status, step
from services.training.exports.domain import Format, Joined, read
from services.training.rulebook import attendance_on, export_columns, export_instants
from services.training.sessions.domain import Kind
from shared.problems import Invalid

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)
FORM = Format(export_columns(), export_instants())
CAME, PART, MISSED = Outcome
SIGNED = Proof(Source.SIGN_IN, CAME)
STRUCK = Proof(Source.CORRECTION, MISSED)


@pytest.mark.parametrize(
    ("proofs", "verdict"),
    [
        ([], Why.NOTHING_SAID),
        ([SIGNED], CAME),
        ([Proof(Source.EXPORT, PART)], PART),
        ([SIGNED, Proof(Source.EXPORT, PART)], PART),
        ([Proof(Source.EXPORT, CAME), SIGNED], CAME),
        ([SIGNED, Proof(Source.EXPORT, MISSED)], Why.CONTRADICTION),
        ([Proof(Source.EXPORT, MISSED), SIGNED], Why.CONTRADICTION),
        ([SIGNED, Proof(Source.EXPORT, MISSED), Proof(Source.REGISTER, CAME)], CAME),
        ([Proof(Source.REGISTER, CAME), SIGNED, Proof(Source.EXPORT, MISSED)], CAME),
        ([Proof(Source.REGISTER, CAME), Proof(Source.REGISTER, MISSED)], MISSED),
        ([SIGNED, Proof(Source.EXPORT, MISSED), Proof(Source.EXPORT, CAME)], CAME),
        ([SIGNED, STRUCK], MISSED),
        ([Proof(Source.REGISTER, CAME), STRUCK, Proof(Source.EXPORT, CAME)], MISSED),
        ([Proof(Source.EXPORT, MISSED), STRUCK, SIGNED], CAME),
        ([Proof(Source.REGISTER, CAME), STRUCK, Proof(Source.REGISTER, PART)], PART),
    ],
)
def test_what_was_said_is_judged(proofs: list[Proof], verdict: Outcome | Why) -> None:
    assert judged(proofs) is verdict


@pytest.mark.parametrize(("status", "outcome", "kind"), list(itertools.product([None, *Status], Outcome, Kind)))
def test_every_way_into_the_register(status: Status | None, outcome: Outcome, kind: Kind) -> None:
    """Whoever had a place ends as was judged; who had none ends as a walk-in, or where nobody books with a place, or nowhere."""
    if status in {Status.APPROVED, Status.COURSE_CANCELLED} or (
        kind is Kind.OPEN and status not in {None, *HAS_PLACE, Status.STRUCK_OUT}
    ):
        return  # passed through within one command; of a session that was called off; nobody asks for what is open
    if status is Status.WALK_IN and outcome is MISSED:
        with pytest.raises(Invalid, match="strike her out"):
            moves(status, outcome, kind)
        return
    after: Status = status or Status.REQUESTED
    for do in moves(status, outcome, kind):
        after = step(after, do)
    if status in HAS_PLACE or (kind is Kind.OPEN and outcome is not MISSED):
        assert after == Status(outcome)
    elif outcome is MISSED:
        assert after is (status or Status.REQUESTED)
    else:
        assert after is Status.WALK_IN
    assert after in FINAL or outcome is MISSED


@pytest.mark.parametrize(
    ("minutes", "outcome"), [(60, CAME), (48, CAME), (47, PART), (15, PART), (14, MISSED), (0, MISSED)]
)
def test_how_long_is_long_enough(minutes: int, outcome: Outcome) -> None:
    rule = attendance_on(NOON.date())
    assert outcome_of(minutes, timedelta(hours=1), rule.attended_percent, rule.part_percent) is outcome


PLAIN = "Name,Email,Duration (Minutes)\nSam Sample,SAM@work.example,58\nKim,kim@work.example,20\n"
TEAMS = (
    "\ufeff1. Summary\nMeeting title\tNeglect\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\n"
    "Sam Sample\t04/11/2026, 11:50:00\t04/11/2026, 12:30:00\t40m\tsam@work.example\n"
    "Sam Sample\t04/11/2026, 12:20:00\t04/11/2026, 12:40:00\t20m\tsam@work.example\n"
    "Kim\t04/11/2026, 12:50:00\t04/11/2026, 13:20:00\t30m\tkim@work.example\n"
    "Guest\t04/11/2026, 12:55:00\t04/11/2026, 12:59:30\t4m\t\n\n3. Activities\nSam Sample\t1\n"
)
ZONED = "display name;e-mail;joined;left\nSam;sam@work.example;2026-11-04T12:00:00Z;2026-11-04T14:00:00+01:00\n"


def test_exports_of_several_shapes() -> None:
    """Times count within the session alone, and those that overlap once."""
    assert read(PLAIN, FORM, NOON, ONE) == [
        Joined("Sam Sample", "sam@work.example", 58),
        Joined("Kim", "kim@work.example", 20),
    ]
    assert read(TEAMS, FORM, NOON, ONE) == [
        Joined("Sam Sample", "sam@work.example", 40),
        Joined("Kim", "kim@work.example", 10),
        Joined("Guest", None, 4),
    ]
    assert read(ZONED, FORM, NOON, ONE) == [Joined("Sam", "sam@work.example", 60)]


def test_an_export_that_cannot_be_read_says_where() -> None:
    wrong = (
        "Name,Email,Joined,Left\nSam,s@w.example,yesterday,2026-11-04T13:00:00\n"
        "Kim,k@w.example,2026-11-04T13:00:00,2026-11-04T12:00:00\n"
    )
    with pytest.raises(Invalid) as refused:
        read(wrong, FORM, NOON, ONE)
    assert [one.path for one in refused.value.errors] == ["export.2.joined", "export.3.joined"]
    with pytest.raises(Invalid) as refused:
        read("Name,Email,Minutes\nSam,s@w.example,an hour\n", FORM, NOON, ONE)
    assert [one.path for one in refused.value.errors] == ["export.2.minutes"]
    for text in ("", "Name,Email\nSam,s@w.example\n", "\n\n"):
        with pytest.raises(Invalid, match="heads the columns"):
            read(text, FORM, NOON, ONE)
    with pytest.raises(Invalid, match="rows are read"):
        read("Name,Minutes\n" + "Sam,1\n" * 5000, FORM, NOON, ONE)


def test_where_nobody_books_whoever_comes_has_a_place() -> None:
    assert moves(None, PART, Kind.OPEN) == (Do.APPROVE, Do.PLACE, Do.PART_ATTEND)
    assert moves(None, PART, Kind.BOOKED) == (Do.WALK_IN,)
    assert moves(None, MISSED, Kind.OPEN) == ()
