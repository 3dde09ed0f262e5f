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
from services.training.meeting_exports.domain import Format, Joined, plain, read
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
    "\ufeff1. Summary\nMeeting title\tNeglect\nAttended participants\t4\nStart time\t11/4/26, 11:48:02 AM\n\n"
    "2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Sam Sample\t11/4/26, 11:50:00 AM\t11/4/26, 1:20:00 PM\t40m 0s\tSam@work.example\tsam@work.example\tAttendee\n"
    "Kim\t11/4/26, 12:50:00\u202fPM\t11/4/26, 1:20:00\u202fPM\t30m\tkim@work.example\t\tAttendee\n"
    "Guest (Unverified)\t11/4/26, 12:55:00 PM\t11/4/26, 12:59:30 PM\t4m 30s\t\t\tAttendee\n\n"
    "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "Sam Sample\t11/4/26, 11:50:00 AM\t11/4/26, 12:20:00 PM\t30m 0s\tSam@work.example\tAttendee\n"
    "Sam Sample (Guest)\t11/4/26, 1:10:00 PM\t11/4/26, 1:20:00 PM\t10m\t\tAttendee\n"
    "Sample, Sam\t11/4/26, 12:10:00 PM\t11/4/26, 12:30:00 PM\t20m\t\tAttendee\n"
    "Kim\t11/4/26, 12:50:00\u202fPM\t11/4/26, 1:20:00\u202fPM\t30m\tkim@work.example\tAttendee\n"
    "Guest (Unverified)\t11/4/26, 12:55:00 PM\t11/4/26, 12:59:30 PM\t4m 30s\t\tAttendee\n\t\t\n"
    "4. Engagement\nSam Sample\t1\n"
)
ZOOM = (
    "Topic,ID,Host name,Duration (minutes),Start time,End time,Participants\n"
    "Neglect,81 22,Robin,95,04/11/2026 11:30:00,04/11/2026 13:05:00,3\n\n"
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room\n"
    "Sam Sample,,04/11/2026 11:30:00,04/11/2026 12:20:00,50,Yes,OK,Yes\n"
    "Sam Sample,,04/11/2026 12:20:00,04/11/2026 13:05:00,45,Yes,OK,No\n"
    '"K (Kim)",kim@work.example,04/11/2026 12:00:00,04/11/2026 12:30:00,30,Yes,OK,No\n'
    "Kim's iPad,kim@work.example,04/11/2026 12:10:00,04/11/2026 12:40:00,30,Yes,OK,No\n"
)
SPANS_ALONE = (
    "2. Participants\nName\tFirst join\tLast leave\tIn-meeting duration\tEmail\n"
    "Sam\t04/11/2026, 12:00:00\t04/11/2026, 13:00:00\t25m 10s\tsam@work.example\n"
)
ZONED = "display name;e-mail;joined;left\nSam;sam@work.example;2026-11-04T12:00:00Z;2026-11-04T14:00:00+01:00\n"
KNOWN = {"sam sample": "sam@work.example"}


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (PLAIN, [("Sam Sample", "sam@work.example", 58), ("Kim", "kim@work.example", 20)]),
        (
            TEAMS,
            [("Sam Sample", "sam@work.example", 30), ("Kim", "kim@work.example", 10), ("Guest (Unverified)", None, 4)],
        ),
        (ZOOM, [("Sam Sample", "sam@work.example", 40), ("K (Kim)", "kim@work.example", 40)]),
        (SPANS_ALONE, [("Sam", "sam@work.example", 25)]),
        (ZONED, [("Sam", "sam@work.example", 60)]),
    ],
)
def test_exports_of_several_shapes(text: str, joined: list[tuple[str, str | None, int]]) -> None:
    """Times count within the session alone, and those that overlap once; who joins again without an address is who she is."""
    assert read(text, FORM, NOON, ONE, KNOWN) == [Joined(*one) for one in joined]


def test_days_are_read_in_the_order_of_whoever_exported() -> None:
    """4 November and 11 April are written alike: what counts is when the session ran, and not what is usual here."""
    for day in ("04/11/2026", "11/04/2026", "4/11/26", "11/4/26", "2026-11-04", "04.11.2026"):
        row = f"Sam\ts@w.example\t{day} 12:00:00\t{day} 13:00:00\n"
        assert read("Name\tEmail\tJoined\tLeft\n" + row, FORM, NOON, ONE, {})[0].minutes == 60
    mixed = "Name,Email,Joined,Left\nSam,s@w.example,04/11/2026 12:00,04/11/2026 13:00\nKim,k@w.example,11/13/2026 12:00,x\n"
    with pytest.raises(Invalid) as refused:
        read(mixed, FORM, NOON, ONE, {})
    assert [one.path for one in refused.value.errors] == ["export.3.joined"]


def test_an_export_of_another_meeting_is_refused() -> None:
    """Nobody has missed a session because last month's file was taken for its."""
    with pytest.raises(Invalid) as refused:
        read("Name,Joined,Left\nSam,2026-10-07 12:00,2026-10-07 13:00\n", FORM, NOON, ONE, {})
    assert [(one.path, one.code) for one in refused.value.errors] == [("export", "another_meeting")]


def test_an_export_that_cannot_be_read_says_where() -> None:
    wrong = (
        "Name,Email,Joined,Left\nSam,s@w.example,yesterday,2026-11-04T13:00:00\n"
        "Kim,k@w.example,2026-11-04T13:00:00,2026-11-04T12:00:00\n"
    )
    with pytest.raises(Invalid) as refused:
        read(wrong, FORM, NOON, ONE, {})
    assert [one.path for one in refused.value.errors] == ["export.2.joined", "export.3.joined"]
    with pytest.raises(Invalid) as refused:
        read("Name,Email,Minutes\nSam,s@w.example,an hour\n", FORM, NOON, ONE, {})
    assert [one.path for one in refused.value.errors] == ["export.2.minutes"]
    for text in ("", "Name,Email\nSam,s@w.example\n", "\n\n"):
        with pytest.raises(Invalid, match="heads the columns"):
            read(text, FORM, NOON, ONE, {})
    with pytest.raises(Invalid, match="rows are read"):
        read("Name,Minutes\n" + "Sam,1\n" * 5000, FORM, NOON, ONE, {})


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("58", 58),
        ("1h 2m 30s", 60),
        ("45m", 45),
        ("50 min", 50),
        ("00:31:30", 31),
        ("20s", 0),
        ("1.5", 1),
        ("9" * 400, 60),
    ],
)
def test_how_lengths_are_written(written: str, minutes: int) -> None:
    assert read(f"Name,Duration\nSam,{written}\n", FORM, NOON, ONE, {}) == [Joined("Sam", None, minutes)]


@pytest.mark.parametrize(
    "name", ["Sam Sample", "sam  sample", "Sample, Sam", "Sam Sample (Guest)", "SAMPLE, Sam (Unverified)"]
)
def test_names_are_compared_as_they_are_shown(name: str) -> None:
    assert plain(name) == "sam sample"


def test_where_nobody_books_whoever_comes_has_a_place() -> None:
    assert moves(None, PART, Kind.OPEN) == (Do.APPROVE, Do.PLACE, Do.PART_ATTEND)
    assert moves(None, PART, Kind.BOOKED) == (Do.WALK_IN,)
    assert moves(None, MISSED, Kind.OPEN) == ()
