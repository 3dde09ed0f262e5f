"""How far a thread has come, and what is said of many."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.threads.domain import Chart, Kind, Station, Told, Way, by, count, in_order, sentence

BEGUN = datetime(2026, 7, 1, 9, tzinfo=UTC)
CHART = Chart(
    {"a.learning": Kind("a.learning", "a.learning.read", "/a/{id}", Station.LEARNING)},
    {"b.action.signed.v1": Station.ACTIVITY_SIGNED},
)


def way(*stations: Station, still: int = 0, **more: object) -> Way:
    """A way with its last step so many days before 7 October 2026."""
    last = datetime(2026, 10, 7, 9, tzinfo=UTC) - timedelta(days=still)
    return Way("a.learning", "1", BEGUN, last, frozenset({Station.LEARNING, *stations}), **more)  # type: ignore[arg-type]


def test_a_record_stands_where_its_noun_and_its_events_say() -> None:
    assert CHART.stations("a.learning", ["a.learning.closed.v1"]) == {Station.LEARNING}
    assert CHART.stations("b.action", ["b.action.signed.v1"]) == {Station.ACTIVITY_SIGNED}
    assert CHART.stations("c.other", []) == frozenset()


def test_stations_lie_in_one_order() -> None:
    assert in_order(reversed(Station)) == list(Station)
    assert way(Station.TRAINING, Station.ACTION).furthest is Station.TRAINING


@pytest.mark.parametrize(
    ("stations", "still", "stopped"),
    [((), 92, False), ((), 93, True), ((Station.IMPACT_SIGNED,), 93, True), ((Station.IMPACT,), 400, False)],
)
def test_what_has_stopped(stations: tuple[Station, ...], still: int, stopped: bool) -> None:
    assert way(*stations, still=still).stopped(date(2026, 10, 7), 92) is stopped


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([], "No learning points of 2026/27 Q2."),
        ([way()], "Of 1 learning point of 2026/27 Q2, 0 have trained staff, 0 show measured change."),
        (
            [way(), way(Station.TRAINING), way(Station.TRAINING, Station.IMPACT)],
            "Of 3 learning points of 2026/27 Q2, 2 have trained staff, 1 shows measured change.",
        ),
    ],
)
def test_the_count_in_words(ways: list[Way], said: str) -> None:
    assert sentence(count(ways, Station.LEARNING), "learning points", "of 2026/27 Q2") == said


def test_only_later_stations_are_counted() -> None:
    counted = count([way(Station.ORIGIN, Station.ACTION)], Station.LEARNING)
    assert Station.ORIGIN not in counted.reached
    assert counted.reached[Station.ACTION] == 1


def test_a_way_stands_under_each_agency_and_theme_that_it_concerns() -> None:
    ways = [way(agency_ids=("a", "b"), themes=("roles",), body_id="li"), way(agency_ids=("b",))]
    assert {key: len(some) for key, some in by(ways, "agency").items()} == {"a": 1, "b": 2}
    assert {key: len(some) for key, some in by(ways, "theme").items()} == {"roles": 1}
    assert {key: len(some) for key, some in by(ways, "body").items()} == {"li": 1}


RISK = ("governance.risk", "1")
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "owner_agency_id": st.sampled_from((None, "a", "b")),
        "theme": st.sampled_from((None, "roles")),
        "body_id": st.sampled_from((None, "executive", "panel")),
    },
)
EVENTS = st.dictionaries(st.integers(0, 30), FIELDS, min_size=1).flatmap(lambda of: st.permutations(list(of.items())))


@given(EVENTS)
def test_what_is_known_does_not_hang_on_the_order_in_which_it_was_told(
    events: list[tuple[int, dict[str, str]]],
) -> None:
    """The owner of a risk is whom the newest event names, its body the one that was named last."""
    told = Told({"governance.risk": "owner_agency_id"})
    for day, data in events:
        told.add(RISK, BEGUN + timedelta(days=day), [], data)
    known, in_turn = told.records[RISK], [data for _, data in sorted(events, key=lambda event: event[0])]
    days = [day for day, _ in events]
    assert (known.begun_at, known.last_at) == (BEGUN + timedelta(min(days)), BEGUN + timedelta(max(days)))
    assert known.agency_ids == {in_turn[-1].get("owner_agency_id")} - {None}
    assert known.themes == {data["theme"] for data in in_turn if data.get("theme")}
    assert known.body_id == next((data["body_id"] for data in reversed(in_turn) if data.get("body_id")), None)


def test_the_body_of_an_action_is_not_the_one_that_signs() -> None:
    told = Told({})
    told.add(("b.action", "1"), BEGUN, [], {"signing_body_id": "executive", "body_id": "panel"})
    assert told.records["b.action", "1"].body_id == "panel"


def test_a_record_is_named_as_it_is_called_now() -> None:
    told = Told({})
    for day, title in ((2, "Understanding neglect"), (1, "Neglect")):
        told.add(("b.course", "1"), BEGUN + timedelta(day), [], {"reference": "B-1", "title": title})
    assert (told.records["b.course", "1"].reference, told.records["b.course", "1"].title) == (
        "B-1",
        "Understanding neglect",
    )


def test_agencies_are_all_that_any_event_names() -> None:
    told = Told({})
    for data in ({"raising_agency_id": "a", "agency_ids": ["b"]}, {"owner_agency_id": None}, {"owner_agency_id": "c"}):
        told.add(("a.learning", "1"), BEGUN, [("a.learning", "1"), ("a.matter", "2")], data)
    told.add(("a.learning", "1"), BEGUN, [], {"taken_as": {"type": "b.action", "id": "3"}})
    assert told.records["a.learning", "1"].agency_ids == {"a", "b", "c"}
    assert told.links == {("a.matter", "2", "a.learning", "1"), ("a.learning", "1", "b.action", "3")}
