"""Every figure, in every cut, of every quarter, against the same histories counted by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from statistics import quantiles
from typing import Any

import pytest

from services.escalations.reports.domain import key
from services.escalations.reports.layouts import LAYOUTS
from services.escalations.reports.queries import counted
from services.escalations.reports.trend import trend
from services.escalations.rulebook import CALENDAR
from shared.calendar import Quarter
from tests.service.escalations.reports.histories import (
    Mergers,
    Story,
    Teller,
    events,
    first_answer_after_passing,
    standing,
    write,
)
from tests.service.escalations.running import Running

BEGINS, ENDS = datetime(2025, 9, 1, tzinfo=UTC), datetime(2026, 10, 7, tzinfo=UTC)
QUARTERS = Quarter.parse("2026-27", "Q3").preceding(4)


def by_hand(stories: list[Story], quarter: Quarter, mergers: Mergers) -> dict[Any, int]:
    """Every count that is not nought, by figure and cut."""
    happened = list(events(stories, quarter.starts, quarter.ends, CALENDAR, mergers))
    counts: Counter[Any] = Counter()
    for figure, by in {(count.figure, layout.by) for layout in LAYOUTS for count in layout.counts}:
        for cut in {cut for size in range(len(by) + 1) for cut in combinations(by, size)}:
            found: Counter[Any] = Counter()
            for of, how in happened:
                if of == figure:
                    found[key(figure, {d: how[d] for d in cut})] += 1
            counts |= found
    return dict(counts)


@pytest.mark.parametrize("seed", range(4))
async def test_every_count_is_what_the_histories_say(suite: Running, seed: int) -> None:
    teller = Teller(seed, CALENDAR, BEGINS, ENDS)
    stories = teller.stories(120)
    async with suite.runtime.database.transaction() as tx:
        await write(tx, stories, teller.mergers)
    async with suite.runtime.database.reading() as tx:
        for quarter in QUARTERS:
            found = await counted(tx, quarter.starts, quarter.ends, CALENDAR)
            counts = {key(figure, cut): number for figure, cut, number in found.counts}
            assert counts == by_hand(stories, quarter, teller.mergers), str(quarter)
            times = {
                key(time, cut): (values["n"], values["median"], values["p90"]) for time, cut, values in found.times
            }
            expected = times_by_hand(stories, quarter)
            assert times.keys() == expected.keys()
            for which, numbers in expected.items():
                assert times[which] == pytest.approx(numbers), (quarter, which)


def times_by_hand(stories: list[Story], quarter: Quarter) -> dict[Any, tuple[float, float, float]]:
    """n, median and 90th percentile of each duration, in hours."""
    hours: dict[Any, list[float]] = {}
    for s in stories:
        if last := standing(s, quarter.starts, quarter.ends):
            worked = CALENDAR.working_time(s.raised_at, last.at).total_seconds() / 3600
            for which in (key("to_resolve"), key("to_resolve", {"priority": s.priority})):
                hours.setdefault(which, []).append(worked)
            if s.priority == "immediate":
                elapsed = (last.at - s.raised_at).total_seconds() / 3600
                for which in (key("to_resolve_by_the_clock"), key("to_resolve_by_the_clock", {"priority": s.priority})):
                    hours.setdefault(which, []).append(elapsed)
        if answer := first_answer_after_passing(s, quarter.starts, quarter.ends):
            worked = CALENDAR.working_time(s.raised_at, answer.at).total_seconds() / 3600
            hours.setdefault(key("wait"), []).append(worked)
    return {which: (len(found), *_percentiles(found)) for which, found in hours.items()}


def _percentiles(values: list[float]) -> tuple[float, float]:
    if len(values) == 1:
        return values[0], values[0]
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[4], tenths[8]


async def test_the_trend_says_what_each_quarter_says(suite: Running) -> None:
    stories = Teller(7, CALENDAR, BEGINS, ENDS).stories(150)
    async with suite.runtime.database.transaction() as tx:
        await write(tx, stories)
    async with suite.runtime.database.reading() as tx:
        for quarter, figures in zip(QUARTERS, await trend(tx, QUARTERS), strict=True):
            found = await counted(tx, quarter.starts, quarter.ends, CALENDAR)
            whole = {figure: number for figure, cut, number in found.counts if not cut}
            assert figures == {figure: whole.get(figure, 0) for figure in figures}, str(quarter)
