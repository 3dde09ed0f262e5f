"""How far learning has come: what governance tells is kept, counted as it stood at each quarter's end, and walked back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from services.escalations.reports.domain import Snapshot, Window, key
from services.escalations.reports.layouts import LAYOUTS, WAYS_TREND
from services.escalations.reports.models import FrozenQuarter, WiderEdition
from services.escalations.reports.publication import Published
from services.escalations.reports.queries import counted
from services.escalations.reports.snapshots import take
from services.escalations.reports.suppression import protect
from services.escalations.reports.trend import ways_trend
from services.escalations.rulebook import CALENDAR
from services.escalations.ways.domain import Station
from services.escalations.ways.models import Way, WayStop
from shared.calendar import Quarter
from shared.contracts.governance_threads import Stop, ThreadAdvanced, ThreadStopped
from shared.policy import Role
from tests.service.escalations.reports.learnt import DRAWN, hear, made_up, way
from tests.service.escalations.reports.test_api import parts, post, prepared, unit
from tests.service.escalations.running import COUNCIL, POLICE, Running

REPORT = "/escalations/v1/reports/2026-27/Q2"
QUARTERS = Quarter.parse("2026-27", "Q3").preceding(4)


def by_hand(ways: list[ThreadAdvanced], quarter: Quarter) -> Iterator[tuple[str, dict[str, str], int]]:
    """The figures to which each learning point counts at a quarter's end, how it is cut, and for how many days it is still."""
    for one in ways:
        if one.begun_at >= quarter.ends or (one.withdrawn_at and one.withdrawn_at < quarter.ends):
            continue
        impact = next((r.at for r in one.reached if r.station == Station.IMPACT and r.at < quarter.ends), None)
        if impact and impact < quarter.starts and one.begun_at < quarter.starts:
            continue
        came = [r.station for r in one.reached if r.at < quarter.ends]
        cut = {"origin": one.record_type, "cohort": "drawn" if one.begun_at >= quarter.starts else "brought_over"}
        last = quarter.last_day
        still = [s for s in one.stops if s.stopped_on <= last and (s.resumed_on is None or s.resumed_on > last)]
        if still and not impact:
            cut["stands"] = came[-1] if came else "learning"
            yield "ways_stopped", cut, (last - still[0].since).days
        for figure in ("ways", *(f"ways_{station}" for station in came), *([] if impact else ["ways_open"])):
            yield figure, cut, 0


async def test_learning_is_counted_as_far_as_it_had_come_at_each_quarters_end(suite: Running) -> None:
    ways = made_up()
    await hear(suite, *ways)
    wanted = {(count.figure, layout.by) for layout in LAYOUTS if layout.section == "how-far" for count in layout.counts}
    async with suite.runtime.database.reading() as tx:
        over = await ways_trend(tx, QUARTERS)
        for quarter, trend in zip(QUARTERS, over, strict=True):
            found = await counted(tx, quarter.starts, quarter.ends, CALENDAR)
            counts = {key(f, cut): number for f, cut, number in found.counts if f.startswith("ways")}
            expected: Counter[Any] = Counter()
            for figure, by in wanted:
                these: Counter[Any] = Counter()
                for size in range(len(by) + 1):
                    for dimensions in combinations(by, size):
                        for of, cut, _ in by_hand(ways, quarter):
                            if of == figure and set(dimensions) <= cut.keys():
                                these[key(figure, {d: cut[d] for d in dimensions})] += 1
                expected |= these
            assert counts == dict(expected), str(quarter)
            still = [days for of, _, days in by_hand(ways, quarter) if of == "ways_stopped"]
            (whole,) = [values for time, cut, values in found.times if time == "still" and not cut]
            assert (whole["n"], whole["median"] / 24) == (len(still), median(still))
            assert trend == {id_: counts.get(key(f, dict(cut)), 0) for id_, _, (f, cut) in WAYS_TREND}


async def test_what_comes_late_or_again_changes_nothing(suite: Running) -> None:
    first = way(1, Station.ACTION)
    stop = Stop(date(2026, 7, 13), date(2026, 10, 14), None)
    second = ThreadStopped(**{**first.__dict__, "number": 2, "stops": (stop,)})
    await hear(suite, second, first, second)
    async with suite.runtime.database.reading() as tx:
        (kept,) = await tx.rows(select(Way.number, Way.action_at))
        (stopped,) = await tx.rows(select(WayStop.since, WayStop.stopped_on, WayStop.resumed_on))
    assert (kept.number, kept.action_at) == (2, DRAWN + timedelta(days=7))
    assert tuple(stopped) == (stop.since, stop.stopped_on, None)
    await hear(suite, way(1, Station.ACTION, Station.TRAINING, told=3))
    async with suite.runtime.database.reading() as tx:
        assert not await tx.rows(select(WayStop.since))


async def test_learning_behind_a_figure_is_walked_back_to_its_threads(suite: Running) -> None:
    stop = Stop(date(2026, 4, 2), date(2026, 7, 4), None)
    stations = list(Station)
    await hear(
        suite,
        *(way(number, *stations[: number % 7]) for number in range(12)),
        way(20, Station.ACTION, drawn=datetime(2026, 3, 30, tzinfo=UTC), days=2, stops=(stop,)),
    )
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    found = parts(await member.get(REPORT))
    assert found["ways-said"]["paragraphs"] == [
        "Of 12 learning points drawn in the period, 8 have trained staff, 1 shows measured change."
    ]
    assert [found["ways-trained"][side]["value"] for side in ("numerator", "denominator")] == [8, 12]
    walked = 0
    for id_ in ("ways", "ways-origins", "ways-stopped"):
        for row in found[id_]["rows"]:
            for column, cell in row["cells"].items():
                if cell["rows"]:
                    answer = await suite.client.get(cell["rows"], headers=member.headers)
                    assert len(answer.json()["items"]) == cell["value"], (id_, row["id"], column)
                    walked += 1
    assert walked > 40
    before = len(await suite.access_records())
    page = (await member.get(f"{REPORT}/learning-points", figure="ways", limit=5)).json()
    (last,) = (await member.get(f"{REPORT}/learning-points", figure="ways_stopped", stands="action")).json()["items"]
    following = await member.get(f"{REPORT}/learning-points", figure="ways", limit=200, cursor=page["next"])
    assert len({one["id"] for one in (*page["items"], *following.json()["items"])}) == 13
    assert last == page["items"][0] | {"stopped_since": "2026-04-02"}
    assert last["thread"] == "/governance/v1/threads/escalations.learning/point-20"
    shown = (await suite.access_records())[before:]
    assert (shown[0].record_type, shown[0].record_id, len(shown)) == ("escalations.learning", "point-20", 14)
    refused = suite.person(POLICE, Role.EXECUTIVE_MEMBER)
    assert (await refused.get(f"{REPORT}/learning-points", figure="ways")).status_code == 403
    for unknown in ({"figure": "opened"}, {"figure": "nothing"}):
        answer = await member.get(f"{REPORT}/learning-points", **unknown)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_figure")


async def test_what_was_frozen_before_learning_was_followed_stays_as_it_was(suite: Running) -> None:
    """A snapshot of the form before has neither the section nor its figures, and each edition is read as ever."""
    await hear(suite, *(way(number, Station.ACTION) for number in range(9)))
    earlier, quarter = "/escalations/v1/reports/2026-27/Q1", Quarter.parse("2026-27", "Q1")
    async with suite.runtime.database.transaction() as tx:
        taken, year = [_as_before(await take(tx, quarter, CALENDAR, window)) for window in Window]
        hidden = sorted(protect(Published(taken, year)))
        row = {
            "quarter": str(quarter),
            "frozen_at": tx.now,
            "frozen_by": "somebody",
            "hash": taken.hash,
        }
        await tx.execute(insert(FrozenQuarter), row | {"snapshot": taken.plain, "rolling": year.plain})
        await tx.execute(insert(WiderEdition), {"quarter": str(quarter), "decided_at": tx.now, "hidden": hidden})
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    for person in (unit(suite), lead):
        answer = await person.get(earlier)
        assert answer.status_code == 200
        assert not [section for section in answer.json()["sections"] if section["id"] == "how-far"]
    assert (await post(unit(suite), f"{REPORT}/freeze")).status_code == 201
    rows = parts(await unit(suite).get(REPORT))["ways-trend-table"]["rows"]
    assert [row["cells"]["known"]["value"] for row in rows[-2:]] == ["not frozen", "not frozen"]
    assert await prepared(suite) == "published"
    assert (await lead.get(REPORT)).status_code == 200


def _as_before(snapshot: Snapshot) -> Snapshot:
    """The same in the form before: without what came with the next."""
    plain: dict[str, Any] = dict(snapshot.plain) | {"form": 1}
    del plain["ways_trend"]
    plain["titles"] = {d: pairs for d, pairs in plain["titles"].items() if d not in ("cohort", "origin", "stands")}
    plain["closed"] = [d for d in plain["closed"] if d in plain["titles"]]
    plain["counts"] = [one for one in plain["counts"] if not one[0].startswith("ways")]
    plain["times"] = [one for one in plain["times"] if one[0] != "still"]
    return Snapshot(plain)
