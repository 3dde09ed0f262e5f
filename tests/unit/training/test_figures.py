"""The shares of training: each over what its name says, by hand and by their laws; and who does not add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.bookings.domain import Status
from services.training.figures.domain import (
    DEFINITIONS,
    FINAL,
    Delegate,
    Measure,
    Seen,
    shares,
    sums_up,
    unsettled,
)
from services.training.sessions.domain import Status as SessionStatus

HELD = [
    Seen(Status.ATTENDED, True, 10),
    Seen(Status.PART_ATTENDED, True, 2),
    Seen(Status.DID_NOT_ATTEND, True, 3),
    Seen(Status.CANCELLED_LATE, True, 1),
    Seen(Status.CANCELLED_IN_TIME, True, 4),
    Seen(Status.CANCELLED_IN_TIME, False, 5),  # waited, and waited no longer
    Seen(Status.COURSE_CANCELLED, True, 1),
    Seen(Status.TRANSFERRED, True, 2),
    Seen(Status.WALK_IN, False, 3),
    Seen(Status.WALK_IN, True, 1),  # gave her place back, and came all the same
    Seen(Status.WAITING, False, 7),
    Seen(Status.DECLINED, False, 2),
]


def test_the_shares_by_hand() -> None:
    """20 places: 15 had one when it began; 12 of the 16 expected came, and 4 walked in."""
    found = {one.measure: (one.numerator, one.denominator) for one in shares(HELD, 20)}
    assert found == {
        Measure.FILL: (15, 20),
        Measure.TAKE_UP: (16, 20),
        Measure.ATTENDANCE: (12, 16),
        Measure.DID_NOT_ATTEND: (3, 16),
    }
    assert [one.value for one in shares(HELD, 20)] == [0.75, 0.8, 0.75, 0.1875]


def test_without_places_no_share_of_them_and_nothing_over_nothing() -> None:
    assert [one.measure for one in shares(HELD, None)] == [Measure.ATTENDANCE, Measure.DID_NOT_ATTEND]
    assert [one.value for one in shares([], 0)] == [None] * 4
    assert set(DEFINITIONS) == set(Measure)


seen = st.lists(st.builds(Seen, st.sampled_from(Status), st.booleans(), st.integers(0, 9)), max_size=20)


@given(seen, st.integers(0, 50))
def test_the_parts_of_who_was_expected_never_exceed_the_whole(found: list[Seen], places: int) -> None:
    """As long as whoever was registered had a place, which is the only way to be registered."""
    real = [one for one in found if one.had_place or one.status in {Status.WALK_IN, Status.WAITING, Status.REQUESTED}]
    by = {one.measure: one for one in shares(real, places)}
    came, missed = by[Measure.ATTENDANCE], by[Measure.DID_NOT_ATTEND]
    late = sum(one.count for one in real if one.status is Status.CANCELLED_LATE)
    unknown = sum(one.count for one in real if one.status is Status.BOOKED)
    assert came.numerator + missed.numerator + late + unknown == came.denominator == missed.denominator


@pytest.mark.parametrize("status", Status)
def test_who_does_not_add_up(status: Status) -> None:
    """Before it is over nobody; then everybody whose status is none to end with, with a reason."""
    one = Delegate("1", status, False)
    assert unsettled(SessionStatus.PLANNED, [one]) == []
    found = unsettled(SessionStatus.HELD, [one])
    assert [left.id for left in found] == ([] if status in FINAL else ["1"])
    assert all(left.why for left in found)


def test_it_says_how_it_divides_up() -> None:
    delegates = [Delegate("1", Status.ATTENDED, True), Delegate("2", Status.DID_NOT_ATTEND, True)]
    assert sums_up(delegates, 20) == "2 delegates for 20 places: 1 attended, 1 did not attend."
    assert sums_up([], None) == "0 delegates: nobody."
