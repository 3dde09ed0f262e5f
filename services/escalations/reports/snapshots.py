"""Takes the snapshot of a quarter, or of the four that end with it, as known now; and reads those that were frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.escalations.ladders.queries import every
from services.escalations.reports import lists, titles
from services.escalations.reports.domain import FORM, NotStarted, Snapshot, Wider, Window, wider
from services.escalations.reports.layouts import WAYS_TREND
from services.escalations.reports.models import AskedDecision, Denominator, FrozenQuarter, WiderEdition
from services.escalations.reports.publication import Published
from services.escalations.reports.queries import counted
from services.escalations.reports.trend import trend, ways_trend
from shared.calendar import Calendar, Quarter
from shared.db import Tx
from shared.documents.model import instant

TREND = 8  # quarters


async def take(tx: Tx, quarter: Quarter, calendar: Calendar, window: Window = Window.QUARTER) -> Snapshot:
    """The period's figures as known now; a running quarter is counted up to now. NotStarted for one in the future."""
    if tx.now < quarter.starts:
        raise NotStarted(f"{quarter} begins on {quarter.first_day}.")
    quarters = [*quarter.preceding(3), quarter] if window is Window.ROLLING else [quarter]
    since, until = quarters[0].starts, min(quarter.ends, tx.now)
    found = await counted(tx, since, until, calendar)
    ladders = await every(tx)
    closed = titles.closed(ladders)
    return Snapshot({
        "form": FORM,
        "window": window.value,
        "quarter": str(quarter),
        "quarters": [str(one) for one in quarters],
        "before": str(quarters[0].previous()),
        "days": [quarters[0].first_day.isoformat(), quarter.last_day.isoformat()],
        "as_at": instant(until),
        "taken_at": instant(tx.now),
        "finished": tx.now >= quarter.ends,
        "calendar": calendar.version,
        "closed": sorted(closed),
        "titles": closed | titles.present([cut for _, cut, _ in found.counts], ladders),
        "counts": sorted(([*one] for one in found.counts), key=repr),
        "times": sorted(([*one] for one in found.times), key=repr),
        "oldest": await lists.oldest(tx, until, calendar),
        "expected": await lists.expected_agencies(tx, quarter.last_day),
        "silent_agencies": await lists.silent_agencies(tx, since, until, quarter.last_day),
        "skips": await lists.skips(tx, since, until),
        "vignettes": await lists.vignettes(tx, since, until),
        "changes": await lists.changes(tx, since, until),
        "trend": await _trend(tx, quarter) if window is Window.QUARTER else [],
        "ways_trend": await _ways_trend(tx, quarter) if window is Window.QUARTER else [],
        "denominators": await _denominators(tx, quarter),
        "decisions": await _decisions(tx, quarter),
        "earlier_decisions": await _decisions(tx, quarter.previous()),
    })  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A frozen quarter, when it was frozen, and how far its wider edition has come."""

    published: Published
    at: datetime
    wider: Wider


async def kept(tx: Tx, quarter: Quarter) -> Kept | None:
    """The quarter as it was frozen, or None."""
    return (await _kept(tx, [quarter])).get(str(quarter))


async def frozen_before(tx: Tx, quarter: Quarter) -> list[Published]:
    """What was published of the quarters that share figures with this one, the oldest first."""
    return await _published(tx, quarter.preceding(TREND - 1))


async def published_around(tx: Tx, edition: Published) -> list[Published]:
    """What was published of the quarters that share figures with an edition, those that were frozen before their time too."""
    quarter = Quarter.parse(*edition.quarter.quarter.split())
    return await _published(tx, [*quarter.preceding(TREND - 1), *quarter.following(TREND - 1)])


async def undecided(tx: Tx) -> Published | None:
    """The frozen quarter whose wider edition is to be prepared next: one after the other, for each is linked with those before."""
    f = FrozenQuarter
    decided = select(WiderEdition.quarter)
    waiting = select(f.snapshot, f.rolling).where(f.quarter.not_in(decided)).order_by(f.frozen_at, f.quarter).limit(1)
    row = await tx.row(waiting)
    return row and _read(row.snapshot, row.rolling, None)


def unpublished(snapshot: Snapshot) -> Published:
    """A quarter that is not frozen, as the exact edition prints it."""
    return Published(snapshot)


async def _kept(tx: Tx, quarters: Sequence[Quarter]) -> dict[str, Kept]:
    f, w = FrozenQuarter, WiderEdition
    statement = select(f.quarter, f.frozen_at, f.snapshot, f.rolling, w.hidden, w.decided_at).outerjoin(w)
    rows = await tx.rows(statement.where(f.quarter.in_([str(one) for one in quarters])).order_by(f.quarter))
    return {
        row.quarter: Kept(
            _read(row.snapshot, row.rolling, row.hidden), row.frozen_at, wider(row.decided_at is not None, row.hidden)
        )
        for row in rows
    }


async def _published(tx: Tx, quarters: Sequence[Quarter]) -> list[Published]:
    return [one.published for one in (await _kept(tx, quarters)).values() if one.wider is Wider.PUBLISHED]


def _read(snapshot: Mapping[str, Any], rolling: Mapping[str, Any] | None, hidden: list[Any] | None) -> Published:
    return Published(
        Snapshot(snapshot),
        Snapshot(rolling) if rolling else None,
        None if hidden is None else frozenset((figure, tuple((d, c) for d, c in cut)) for figure, cut in hidden),
    )


async def _trend(tx: Tx, quarter: Quarter) -> list[dict[str, Any]]:
    """Eight quarters: frozen figures where frozen, and today's beside them."""
    quarters = [*quarter.preceding(TREND - 1), quarter]
    before = await _kept(tx, quarters[:-1])
    today = await trend(tx, quarters)
    return [
        {
            "quarter": str(one),
            "frozen": {f: before[str(one)].published.quarter.count(f) for f in figures} if str(one) in before else None,
            "today": figures,
        }
        for one, figures in zip(quarters, today, strict=True)
    ]


async def _ways_trend(tx: Tx, quarter: Quarter) -> list[dict[str, Any]]:
    """The same of how far learning has come; what was frozen before this was counted says nothing of it."""
    quarters = [*quarter.preceding(TREND - 1), quarter]
    before = {name: one.published.quarter for name, one in (await _kept(tx, quarters[:-1])).items()}
    lines = []
    for one, today in zip(quarters, await ways_trend(tx, quarters), strict=True):
        kept = before.get(str(one))
        frozen = (
            {id_: kept.count(f, **dict(cut)) for id_, _, (f, cut) in WAYS_TREND} if kept and kept.form > 1 else None
        )
        lines.append({"quarter": str(one), "frozen": frozen, "today": today})
    return lines


async def _denominators(tx: Tx, quarter: Quarter) -> list[dict[str, Any]]:
    d = Denominator
    statement = select(d.code, d.number, d.supplied_by).where(d.quarter == str(quarter)).order_by(d.code)
    return [dict(row._mapping) for row in await tx.rows(statement)]


async def _decisions(tx: Tx, quarter: Quarter) -> list[dict[str, Any]]:
    a = AskedDecision
    statement = select(a.number, a.text, a.became).where(a.quarter == str(quarter)).order_by(a.number)
    return [dict(row._mapping) for row in await tx.rows(statement)]
