"""When a way has stopped, and what of it is news."""

from datetime import UTC, date, datetime

import pytest

from services.governance.threads.domain import Station
from services.governance.ways.domain import Course, News, Stop, news, stops

DRAWN = date(2026, 4, 1)
NEXT = date(2026, 4, 11)  # ten days later
AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
OPEN = Stop(DRAWN, date(2026, 4, 12), None)
OVER = Stop(DRAWN, date(2026, 4, 12), date(2026, 4, 20))


@pytest.mark.parametrize(
    ("days", "last", "today", "found"),
    [
        ({DRAWN}, None, NEXT, ()),
        ({DRAWN}, None, date(2026, 4, 12), (OPEN,)),
        ({DRAWN, NEXT}, None, date(2026, 4, 21), ()),
        ({DRAWN, date(2026, 4, 20)}, None, date(2026, 4, 21), (OVER,)),
        ({DRAWN, date(2026, 4, 20)}, None, date(2026, 5, 30), (OVER, Stop(date(2026, 4, 20), date(2026, 5, 1), None))),
        ({DRAWN}, DRAWN, date(2027, 1, 1), ()),
        ({DRAWN, date(2026, 4, 20), date(2026, 9, 1)}, date(2026, 4, 20), date(2027, 1, 1), (OVER,)),
    ],
)
def test_stopped_is_without_a_step_for_longer_than_is_waited(
    days: set[date], last: date | None, today: date, found: tuple[Stop, ...]
) -> None:
    """Ten days are waited: on the eleventh it has stopped, unless it is at its end."""
    assert stops(days, last, 10, today) == found


def course(*stations: Station, stops: tuple[Stop, ...] = (), withdrawn_at: datetime | None = None) -> Course:
    return Course(dict.fromkeys(stations, AT), stops, withdrawn_at)


DRAWN_ONLY, ACTED = course(Station.LEARNING), course(Station.LEARNING, Station.ACTION)


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        (None, DRAWN_ONLY, News.ADVANCED),
        (DRAWN_ONLY, DRAWN_ONLY, None),
        (DRAWN_ONLY, ACTED, News.ADVANCED),
        (ACTED, course(Station.LEARNING, Station.ACTION, stops=(OPEN,)), News.STOPPED),
        (course(Station.LEARNING, stops=(OPEN,)), course(Station.LEARNING, stops=(OVER,)), News.RESUMED),
        (DRAWN_ONLY, course(Station.LEARNING, stops=(OVER,)), News.RESUMED),
        (course(Station.LEARNING, stops=(OPEN,)), course(Station.LEARNING, Station.ACTION, stops=(OVER,)), News.ADVANCED),
        (course(Station.LEARNING, stops=(OVER,)), DRAWN_ONLY, News.RESTATED),
        (ACTED, DRAWN_ONLY, News.RESTATED),
        (DRAWN_ONLY, course(Station.LEARNING, withdrawn_at=AT), News.WITHDRAWN),
    ],
)  # fmt: skip
def test_what_is_told_is_what_was_not_told(before: Course | None, now: Course, what: News | None) -> None:
    assert news(before, now) is what
