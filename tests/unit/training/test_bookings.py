"""Bookings: what is done in time and late, and a waiting list whose order can be told in a sentence."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.bookings.domain import (
    LIVE,
    PLACED,
    TRANSITIONS,
    Do,
    Line,
    Rule,
    Status,
    Waiting,
    cancelling,
    hears_by_letter,
    key,
    line,
    next_in_line,
    ordinal,
    placed_at_once,
    step,
    striking_out,
)
from services.training.rulebook import evaluation_codes, order_on, orders
from services.training.sessions.domain import Kept, Places
from shared.moves import NotNow

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
ORDER = tuple(Rule(code) for code in order_on(NOON.date()).rules)
FULL = Places(0, {}, (), NOON)


def test_every_status_can_be_reached_and_every_action_is_in_the_table() -> None:
    """But for the first two words: a booking begins as requested, by being asked for."""
    assert set(Status) - set(TRANSITIONS.values()) == set()
    assert set(Do) - {do for _, do in TRANSITIONS} == {Do.BOOK}


def test_a_place_is_had_only_by_approval_and_kept_only_by_who_may_come() -> None:
    assert {status for (status, do), to in TRANSITIONS.items() if to is Status.BOOKED and do is not Do.SUCCEED} == {
        Status.APPROVED,
        Status.OFFERED,
    }
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.WAITING} == {
        Status.APPROVED,
        Status.OFFERED,
        Status.WAITING,
        Status.STRUCK_OUT,  # of whom it was a mistake that she walked in
    }
    assert {Status.BOOKED, Status.OFFERED} == PLACED & LIVE


def test_a_letter_tells_what_no_calendar_does() -> None:
    """Who is offered a place, waits, or has none is written to; never who has her appointment, nor of what a register says."""
    assert {(status, to) for (status, _), to in TRANSITIONS.items() if hears_by_letter(status, to)} == {
        (Status.WAITING, Status.OFFERED),
        (Status.OFFERED, Status.WAITING),
        (Status.REQUESTED, Status.DECLINED),
        *((status, Status.COURSE_CANCELLED) for status in (Status.REQUESTED, Status.WAITING, Status.OFFERED)),
    }
    assert hears_by_letter(Status.REQUESTED, Status.WAITING)  # by approval, in one move


def test_only_a_place_that_one_has_can_be_given_back_late() -> None:
    for status in LIVE:
        assert cancelling(status, NOON, NOON) is Do.CANCEL
        late = cancelling(status, NOON, NOON + timedelta(seconds=1))
        assert late is (Do.CANCEL_LATE if status is Status.BOOKED else Do.CANCEL)
        assert (status, late) in TRANSITIONS


@pytest.mark.parametrize("before", [None, *Status])
def test_who_is_struck_out_stands_where_she_stood(before: Status | None) -> None:
    """Wherever one can walk in from, one comes back to; but an offer has gone on, and whoever stood nowhere is struck out."""
    if before and (before, Do.WALK_IN) not in TRANSITIONS:
        return
    after = reduce(step, striking_out(Status.WALK_IN, before, open_to_all=False), Status.WALK_IN)
    assert after is {None: Status.STRUCK_OUT, Status.OFFERED: Status.WAITING}.get(before, before)
    assert (after, Do.WALK_IN) in TRANSITIONS


@pytest.mark.parametrize("status", Status)
def test_who_had_booked_is_not_struck_out(status: Status) -> None:
    """Where a session is open to all, nobody had."""
    registered = {Status.ATTENDED, Status.PART_ATTENDED, Status.DID_NOT_ATTEND}
    for open_to_all in (False, True):
        if status is Status.WALK_IN or (status in registered and open_to_all):
            assert striking_out(status, None, open_to_all=open_to_all) == (Do.STRIKE_OUT,)
        else:
            with pytest.raises(NotNow):
                striking_out(status, None, open_to_all=open_to_all)


@pytest.mark.parametrize("order", orders())
def test_every_order_is_by_rules_that_there_are_and_ends_with_arrival(order: object) -> None:
    """Arrival tells any two apart; and whoever is put first for a reason is."""
    rules = [Rule(code) for code in getattr(order, "rules", ())]
    assert rules[-1] is Rule.ARRIVAL
    assert Rule.PUT_FIRST in rules
    assert len(set(rules)) == len(rules)


def test_the_sentence() -> None:
    asked = datetime(2027, 6, 4, 9, 2, tzinfo=UTC)
    me = Waiting("police", 1, 9)
    others = [Waiting("icb", 0, 12), Waiting("icb", 1, 3), Waiting("police", 1, 4), Waiting("icb", 1, 11)]
    assert line(ORDER, me, others, FULL).sentence(asked) == (
        "4th: asked 4 June 10:02, after one who let fewer offers pass and two who asked before."
    )
    assert line(ORDER, me, [], FULL).sentence(asked) == "1st: asked 4 June 10:02; nobody is before you."
    kept = Places(9, {"icb": 8}, (Kept("icb", 9),), NOON)
    first = Waiting("police", 0, 1, put_first=True)
    assert line(ORDER, me, [*others[:1], first], kept).sentence(asked) == (
        "3rd: asked 4 June 10:02, after one for whose agency a place is kept and one put first for a reason that is kept."
    )
    assert Line(42, ((Rule.ARRIVAL, 41),)).sentence(asked).endswith("after 41 who asked before.")


waiters = st.lists(
    st.builds(Waiting, st.sampled_from("abc"), st.integers(0, 2), st.integers(1, 99), st.booleans()),
    unique_by=lambda one: one.arrival,
    min_size=1,
    max_size=12,
)
halls = st.builds(
    lambda places, taken, kept: Places(places, taken, kept, NOON),
    st.integers(0, 12),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)),
    st.lists(
        st.builds(Kept, st.sampled_from("abc"), st.integers(1, 3)), max_size=2, unique_by=lambda one: one.agency_id
    ),
)


@given(waiters, halls)
def test_the_positions_are_the_order(waiting: list[Waiting], places: Places) -> None:
    """Everybody has a position of her own, that of the sorted list, and the reasons add up to it."""
    lines = {one: line(ORDER, one, waiting, places) for one in waiting}
    ordered = sorted(waiting, key=lambda one: key(ORDER, one, places))
    assert [lines[one].position for one in ordered] == list(range(1, len(waiting) + 1))
    assert all(sum(number for _, number in one.ahead) == one.position - 1 for one in lines.values())


@given(waiters, halls)
def test_the_next_is_the_first_who_may(waiting: list[Waiting], places: Places) -> None:
    found = next_in_line(ORDER, waiting, places)
    ordered = sorted(waiting, key=lambda one: key(ORDER, one, places))
    assert found == next((one for one in ordered if places.free(one.agency_id)), None)


@given(waiters, halls, st.sampled_from("abc"))
def test_nobody_overtakes_who_waits(waiting: list[Waiting], places: Places, agency: str) -> None:
    """Whoever asks now has a place only where all who wait and may take one could have theirs as well."""
    if placed_at_once(agency, waiting, places):
        assert places.free(agency) > sum(1 for one in waiting if places.free(one.agency_id))
    else:
        assert not places.free(agency) or next_in_line(ORDER, waiting, places)


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip


def test_kinds_of_evaluation() -> None:
    assert evaluation_codes() == ["full", "light", "short"]
