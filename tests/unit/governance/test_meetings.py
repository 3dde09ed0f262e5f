"""How meetings move, who makes a quorum, what an agenda and its minutes say, and what lands in a calendar."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from services.governance.agendas.domain import Block, Item, check_open, check_place, in_order, is_late, open_action
from services.governance.agendas.queries import _in_force, papers_due
from services.governance.attendances.domain import (
    How,
    Member,
    Noted,
    Seen,
    check,
    check_period,
    partners_there,
    standing,
    tallies,
)
from services.governance.body_decisions.domain import OnMissing, Quorum
from services.governance.expectations.domain import Expectation
from services.governance.explanations.domain import Do as Answering
from services.governance.explanations.domain import Status as Asked
from services.governance.explanations.domain import asks
from services.governance.explanations.domain import step as answer
from services.governance.explanations.queries import asking_on
from services.governance.meetings.domain import (
    TOOK_PLACE,
    TRANSITIONS,
    NotBegun,
    Status,
    check_begun,
    check_times,
    check_whereabouts,
)
from services.governance.memberships.domain import OF_EXECUTIVE, Seat
from services.governance.minutes.domain import Came, Facts, check_approved_by, draft, who
from services.governance.outcomes.domain import Kind
from services.governance.outcomes.domain import check as check_outcome
from services.governance.terms.domain import Term
from shared.appointments import Appointment, written
from shared.joint_decisions.domain import Partner
from shared.moves import NotNow
from shared.problems import Invalid

NOON = datetime(2026, 10, 7, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def test_where_the_moves_lead() -> None:
    """Every status is reached; nothing leads out of approved and cancelled; minutes are approved once they are worded."""
    reached = {Status.CONVENED} | set(TRANSITIONS.values())
    assert reached == set(Status)
    assert {status for status, _ in TRANSITIONS} == set(Status) - {Status.APPROVED, Status.CANCELLED}
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.APPROVED} == {Status.MINUTED}
    assert {to for (status, _), to in TRANSITIONS.items() if status in TOOK_PLACE} <= TOOK_PLACE


@pytest.mark.parametrize(
    ("starts", "lasts", "codes"),
    [
        (HOUR, HOUR, []),
        (timedelta(), 12 * HOUR, []),
        (-HOUR, HOUR, ["past"]),
        (HOUR, timedelta(), ["order"]),
        (HOUR, -HOUR, ["order"]),
        (HOUR, 12 * HOUR + timedelta(minutes=1), ["order"]),
        (timedelta(days=732), HOUR, ["far"]),
    ],
)
def test_when_a_meeting_may_be(starts: timedelta, lasts: timedelta, codes: list[str]) -> None:
    if not codes:
        check_times(NOON + starts, NOON + starts + lasts, NOON)
        return
    with pytest.raises(Invalid) as refused:
        check_times(NOON + starts, NOON + starts + lasts, NOON)
    assert [error.code for error in refused.value.errors] == codes


def test_a_meeting_is_somewhere_and_begins_at_its_hour() -> None:
    check_whereabouts("Westfields", None)
    check_whereabouts(None, "https://meet.example/li")
    with pytest.raises(Invalid):
        check_whereabouts(None, None)
    check_begun(NOON, NOON)
    with pytest.raises(NotBegun):
        check_begun(NOON, NOON - timedelta(seconds=1))


MEMBERS = {
    one.id: one
    for one in (
        Member(id=ONE, agency_type="police", seat=Seat.DELEGATED_PARTNER),
        Member(id=TWO, agency_type="police", seat=Seat.DEPUTY, deputy_for=ONE),
        Member(id=THREE, agency_type="council", seat=Seat.OBSERVER),
    )
}


@pytest.mark.parametrize("how", How)
def test_who_is_there_by_a_seat_that_counts(how: How) -> None:
    noted = [Noted(membership_id=ONE, how=how), Noted(membership_id=THREE, how=How.PRESENT)]
    there = (Partner.POLICE,) if how in {How.PRESENT, How.DEPUTY} else ()
    assert partners_there(noted, MEMBERS, OF_EXECUTIVE) == there


@pytest.mark.parametrize("on_missing", OnMissing)
def test_how_a_meeting_stands_to_its_quorum(on_missing: OnMissing) -> None:
    quorum = Quorum(rule="executive/1", needed=tuple(Partner), on_missing=on_missing, seats=OF_EXECUTIVE)
    assert standing(quorum, tuple(Partner)).decides
    two = standing(quorum, (Partner.COUNCIL, Partner.ICB))
    assert (two.missing, two.decides) == ((Partner.POLICE,), on_missing is OnMissing.NOTE)
    assert standing(None, ()).decides


@pytest.mark.parametrize(
    ("noted", "code"),
    [
        ([Noted(membership_id=ONE, how=How.PRESENT)], None),
        ([Noted(membership_id=ONE, how=How.DEPUTY, deputy_id=TWO)], None),
        ([Noted(membership_id=ONE, how=How.DEPUTY)], "not_her_deputy"),
        ([Noted(membership_id=THREE, how=How.DEPUTY, deputy_id=TWO)], "not_her_deputy"),
        ([Noted(membership_id=ONE, how=How.PRESENT, deputy_id=TWO)], "no_deputy"),
        ([Noted(membership_id=TWO, how=How.PRESENT)], "no_seat"),
        ([Noted(membership_id=UUID(int=9), how=How.ABSENT)], "no_seat"),
        ([Noted(membership_id=ONE, how=How.PRESENT), Noted(membership_id=ONE, how=How.ABSENT)], "twice"),
    ],
)
def test_what_an_attendance_may_be(noted: list[Noted], code: str | None) -> None:
    if code is None:
        check(Status.HELD, noted, MEMBERS)
        return
    with pytest.raises(Invalid) as refused:
        check(Status.HELD, noted, MEMBERS)
    assert [error.code for error in refused.value.errors] == [code]


@pytest.mark.parametrize("how", How)
def test_before_the_meeting_there_are_apologies_only(how: How) -> None:
    noted = [Noted(membership_id=ONE, how=how, deputy_id=TWO if how is How.DEPUTY else None)]
    if how is How.APOLOGIES:
        check(Status.CONVENED, noted, MEMBERS)
    else:
        with pytest.raises(NotNow):
            check(Status.CONVENED, noted, MEMBERS)


def test_every_agenda_opens_with_the_voice_of_the_child() -> None:
    standing_there = _in_force(NOON.date()).standing
    assert (standing_there[0].block, standing_there[0].title) == (Block.OPENING, "Voice of the child")
    items = [Item(block=block, title=str(block)) for block in reversed(Block)]
    assert [item.block for item in in_order(items)] == list(Block)


def test_how_a_line_tells_of_an_open_action() -> None:
    today = date(2026, 10, 7)
    said = [open_action("ACT-2627-0001", "in_progress", due, today) for due in (None, today, date(2026, 10, 6))]
    assert said == [
        "ACT-2627-0001, in progress: without a date",
        "ACT-2627-0001, in progress: due 7 October 2026",
        "ACT-2627-0001, in progress: overdue since 6 October 2026",
    ]


def test_places_papers_and_open_agendas() -> None:
    assert [check_place(place, 2) for place in (None, 1, 2, 3)] == [3, 1, 2, 3]
    with pytest.raises(Invalid):
        check_place(4, 2)
    due = papers_due(datetime(2026, 11, 11, 10, tzinfo=UTC))  # a Wednesday
    assert due == datetime(2026, 11, 4, 17, tzinfo=UTC)
    assert [is_late(due + late, due) for late in (timedelta(), timedelta(seconds=1))] == [False, True]
    assert not is_late(NOON, papers_due(datetime(2190, 1, 1, tzinfo=UTC)))
    check_open(Status.CONVENED)
    for status in set(Status) - {Status.CONVENED}:
        with pytest.raises(NotNow):
            check_open(status)


def test_what_only_a_decision_has() -> None:
    three = tuple(Partner)
    check_outcome(Kind.DECISION, three, (Partner.ICB,), names_decision=True)
    check_outcome(Kind.INFORMATION, three, (), names_decision=False)
    for kind, there, dissenting, names in (
        (Kind.INFORMATION, three, (Partner.ICB,), False),
        (Kind.INFORMATION, three, (), True),
        (Kind.DECISION, three[:1], three[1:2], False),
    ):
        with pytest.raises(Invalid):
            check_outcome(kind, there, dissenting, names_decision=names)


def test_minutes_tell_who_was_there_and_what_came_of_each_line() -> None:
    text = draft(
        Facts(
            reference="MTG-2627-0001",
            body_name="Audit group",
            starts_at=NOON,
            place=None,
            attended=[
                ("Robin Madeup", "Cheshire Constabulary", "present"),
                (who("Kit Madeup", Seat.CHAIR, "Jo Madeup"), "Council", "deputy"),
                ("Sam Sample", "Council", "apologies"),
            ],
            missing=(Partner.COUNCIL,),
            items=[
                Item(block=Block.OPENING, title="Voice of the child"),
                Item(id=ONE, block=Block.BUSINESS, title="Plan"),
            ],
            outcomes=[
                Came(item_id=ONE, kind="decision", text="The plan is agreed.", reference="DEC-2627-0003"),
                Came(item_id=None, kind="information", text="The next audit begins."),
            ],
        )
    )
    assert "Wednesday 7 October 2026, 12:00. Held online." in text
    assert "**Present:** Robin Madeup (Cheshire Constabulary)." in text
    assert "**Deputy:** Jo Madeup in place of Kit Madeup, chair (Council)." in text
    assert who("Kit Madeup", Seat.MEMBER, None) == "Kit Madeup"
    assert "Without the council: not quorate." in text
    assert "## 2. Plan\n\n**Decision DEC-2627-0003.** The plan is agreed.\n\n## Besides" in text


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("later", [True, False])
@pytest.mark.parametrize("body_id", ["executive", "elsewhere"])
def test_which_meeting_approves_minutes(status: Status, later: bool, body_id: str) -> None:
    at = (body_id, NOON + HOUR if later else NOON, status)
    if later and body_id == "executive" and status in TOOK_PLACE:
        check_approved_by(("executive", NOON), at)
    else:
        with pytest.raises(Invalid):
            check_approved_by(("executive", NOON), at)


def test_an_appointment_and_its_cancellation() -> None:
    appointment = Appointment(
        uid="1@meetings.safer", sequence=2, starts_at=NOON, ends_at=NOON + HOUR, title="Audit group", place="Westfields"
    )
    for one, method, status in (
        (appointment, "REQUEST", "CONFIRMED"),
        (Appointment(**{n: getattr(appointment, n) for n in appointment.__dataclass_fields__} | {"cancelled": True}),
         "CANCEL", "CANCELLED"),
    ):  # fmt: skip
        text = written(one, organiser="unit@partnership.example", address="robin@police.example", name="Robin", at=NOON)
        read = Calendar.from_ical(text)
        (event,) = read.walk("VEVENT")
        assert (read["METHOD"], event["STATUS"], event["UID"], event["SEQUENCE"]) == (method, status, one.uid, 2)
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (NOON, NOON + HOUR)
        assert event["ATTENDEE"] == "mailto:robin@police.example"
        assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
        assert event["ORGANIZER"] == "mailto:unit@partnership.example"
        assert max(map(len, text.encode().split(b"\r\n"))) <= 75


def held_every_month(count: int) -> dict[UUID, date]:
    """Meetings of the first of so many months."""
    return {UUID(int=month): date(2026, month, 1) for month in range(1, count + 1)}


def test_attendance_is_counted_where_an_agency_has_a_seat_or_is_expected() -> None:
    meetings = held_every_month(4)
    one, two, three, four = meetings
    seen = [
        Seen(agency_id="police", meeting_id=one, how=How.APOLOGIES),
        Seen(agency_id="police", meeting_id=one, how=How.DEPUTY),
        Seen(agency_id="police", meeting_id=two, how=None),
        Seen(agency_id="icb", meeting_id=four, how=How.PRESENT),
    ]
    expected = [Expectation(agency_id="council", share=50, term=Term(date(2026, 2, 1), date(2026, 3, 31)))]
    council, icb, police = tallies(meetings, seen, expected)
    assert (council.agency_id, dict(council.hows)) == ("council", {two: How.ABSENT, three: How.ABSENT})
    assert (council.share, council.due, council.below) == (50, 100, True)
    assert (icb.of, icb.attended, icb.below) == (1, 1, False)
    assert (police.of, police.attended, police.count(How.DEPUTY), police.count(How.ABSENT)) == (2, 1, 1, 1)
    assert not police.below


@pytest.mark.parametrize("attended", range(6))
@pytest.mark.parametrize("share", [1, 40, 60, 80, 100])
def test_below_what_is_expected(attended: int, share: int) -> None:
    meetings = held_every_month(5)
    seen = [Seen(agency_id="icb", meeting_id=one, how=How.PRESENT) for one in list(meetings)[:attended]]
    (tally,) = tallies(meetings, seen, [Expectation(agency_id="icb", share=share, term=Term(None, None))])
    assert tally.below is (attended / 5 < share / 100)


def test_when_an_agency_is_asked() -> None:
    meetings, today = held_every_month(2), date(2026, 10, 7)
    (tally,) = tallies(meetings, [], [Expectation(agency_id="icb", share=100, term=Term(None, None))])
    assert asks(tally, 2, None, today, 6)
    assert not asks(tally, 3, None, today, 6)
    assert not asks(tally, 2, date(2026, 4, 8), today, 6)
    assert asks(tally, 2, date(2026, 4, 7), today, 6)
    (there,) = tallies(meetings, [Seen(agency_id="icb", meeting_id=one, how=How.PRESENT) for one in meetings], [])
    assert not asks(there, 2, None, today, 6)
    rule = asking_on(today)
    assert rule is not None
    assert asking_on(date(2019, 8, 31)) is None


@pytest.mark.parametrize("status", Asked)
def test_a_question_is_answered_once(status: Asked) -> None:
    if status is Asked.ASKED:
        assert answer(status, Answering.ANSWER) is Asked.ANSWERED
    else:
        with pytest.raises(NotNow):
            answer(status, Answering.ANSWER)


def test_which_periods_may_be_asked_for() -> None:
    check_period(date(2026, 1, 1), date(2026, 1, 1))
    for first, last in ((date(2026, 1, 2), date(2026, 1, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(Invalid):
            check_period(first, last)
