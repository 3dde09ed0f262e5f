"""Sessions: the places that somebody of an agency may take."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.training.sessions.domain import TRANSITIONS, Kept, Places, Status, when

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
AGENCIES = ("a", "b", "c")


def test_what_is_over_stays_over() -> None:
    assert {status for status, _ in TRANSITIONS} == {Status.PLANNED}


def test_places_kept_are_for_their_agency_until_the_day_begins() -> None:
    kept = [Kept("a", 2, date(2026, 10, 20)), Kept("b", 1)]
    midnight = datetime(2026, 10, 19, 23, 0, tzinfo=UTC)  # in London it is summer
    before, after = (Places(5, {"a": 1, "c": 2}, kept, at) for at in (midnight - timedelta(seconds=1), midnight))
    assert [before.free(one) for one in ("a", "b", "c")] == [1, 1, 0]
    assert [after.free(one) for one in ("a", "b", "c")] == [1, 2, 1]
    assert (before.unfilled("a"), after.unfilled("a"), before.unfilled("b")) == (1, 0, 1)


@given(
    places=st.integers(1, 12),
    kept=st.lists(
        st.builds(Kept, st.sampled_from(AGENCIES), st.integers(1, 4)), max_size=3, unique_by=lambda k: k.agency_id
    ),
    asked=st.lists(st.sampled_from(AGENCIES), max_size=30),
)
def test_nobody_is_given_what_is_not_there_or_is_anothers(places: int, kept: list[Kept], asked: list[str]) -> None:
    """Places given one after the other never exceed those there are, and every agency can fill what is kept for it."""
    taken: dict[str, int] = {}
    kept = kept if sum(one.places for one in kept) <= places else []
    for agency in asked:
        if Places(places, taken, kept, NOON).free(agency):
            taken[agency] = taken.get(agency, 0) + 1
    assert sum(taken.values()) <= places
    for one in kept:
        unfilled = one.places - taken.get(one.agency_id, 0)
        assert Places(places, taken, kept, NOON).free(one.agency_id) >= max(0, unfilled)


def test_when_as_people_say_it() -> None:
    assert when(NOON, NOON + timedelta(hours=1)) == "Wednesday 7 October 2026, 12:00 to 13:00"
    assert when(NOON, NOON + timedelta(days=1)) == "Wednesday 7 October 2026, 12:00 to Thursday 8 October, 12:00"
    winter = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
    assert when(winter, winter + timedelta(hours=1)) == "Wednesday 2 December 2026, 12:00 to 13:00"
