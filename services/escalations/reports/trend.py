"""A few figures of many quarters in one statement: what the trend shows beside what was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DateTime, Select, Text, and_, bindparam, column, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.ladders.domain import Duty
from services.escalations.reports.facts import ANSWERS, LEFT_AT, RESOLUTIONS
from services.escalations.reports.how_far import ways
from services.escalations.reports.layouts import TREND_FIGURES, WAYS_TREND
from services.escalations.stages.models import ClockEntry
from shared.calendar import Quarter
from shared.db import Tx

_INSTANT = DateTime(timezone=True)
STARTS = bindparam("starts", type_=ARRAY(_INSTANT))  # of quarters that follow one another
FIRST, LAST = bindparam("first", type_=_INSTANT), bindparam("last", type_=_INSTANT)


def _quarter(instant: Any) -> Any:
    """The number of the quarter in which an instant lies, from one: looked up, so that a row is read once, not for each."""
    return func.width_bucket(instant, STARTS).label("quarter")


def _within(instant: Any) -> Any:
    return and_(instant >= FIRST, instant < LAST)


def _named(figure: str) -> Any:
    return literal_column(f"'{figure}'", Text).label("figure")


def _counted(figure: str, instant: Any, *conditions: Any) -> Select[Any]:
    """How many rows have their instant in each quarter."""
    statement: Select[Any] = select(_named(figure), _quarter(instant), func.count().label("number"))
    return statement.where(_within(instant), *conditions).group_by(literal_column("2"))


def _resolutions() -> Any:
    """The last word on each matter in each quarter, where that is a resolution; and whether the raiser was told after it."""
    h = HistoryEntry
    said = select(h.id, h.escalation_id, h.did, h.stage_order, _quarter(h.at)).where(_within(h.at))
    last = (
        said.where(h.did.in_((*RESOLUTIONS, "reject")))
        .ext(distinct_on(literal_column("quarter"), h.escalation_id))
        .order_by(literal_column("quarter"), h.escalation_id, h.id.desc())
        .subquery("last")
    )
    heard = said.where(h.did == "tell").subquery("heard")
    told = (
        select(heard.c.quarter, heard.c.escalation_id, func.max(heard.c.id).label("id"))
        .group_by(heard.c.quarter, heard.c.escalation_id)
        .subquery("told")
    )
    same = and_(told.c.quarter == last.c.quarter, told.c.escalation_id == last.c.escalation_id, told.c.id > last.c.id)
    return (
        select(last.c.quarter, last.c.stage_order, told.c.id.label("told"))
        .outerjoin(told, same)
        .where(last.c.did.in_(RESOLUTIONS))
        .cte("resolved")
    )


def _statement() -> Select[Any]:
    c, h, r = ClockEntry, HistoryEntry, _resolutions().c
    due, answered = func.least(c.due_at, c.agreed_due_at), c.stopped_by.in_(ANSWERS)
    counts = or_(c.stopped_at.is_(None), c.stopped_at >= due, answered)
    settled = [("resolved", r.quarter > 0), ("resolved_early", r.stage_order <= 2), ("told", r.told.is_not(None))]
    parts: list[Any] = [
        _counted("opened", Escalation.raised_at),
        _counted("left", LEFT_AT),
        _counted("responses_due", due, c.duty == Duty.RESPOND, counts),
        _counted("responses_in_time", due, c.duty == Duty.RESPOND, answered, c.stopped_at <= due),
        _counted("advances_silent", h.at, h.did == "silence", h.facts["last_stage"].astext.is_(None)),
        *(
            select(_named(figure), r.quarter, func.count().label("number")).where(how).group_by(r.quarter)
            for figure, how in settled
        ),
        # Those open at the end of the last quarter; the earlier ends follow from what was opened and what left.
        select(_named("open_at_end"), func.cardinality(STARTS), func.count())
        .select_from(Escalation)
        .where(Escalation.raised_at < LAST, or_(LEFT_AT.is_(None), LAST <= LEFT_AT)),
    ]
    first, *others = parts
    return select(first.union_all(*others).subquery("counted"))


def _ways() -> Select[Any]:
    """The learning points on their way in each quarter, as they stood at its end."""
    ends = bindparam("ends", type_=ARRAY(_INSTANT))
    columns = column("starts", _INSTANT), column("ends", _INSTANT)
    quarter = func.unnest(STARTS, ends).table_valued(*columns, with_ordinality="number", name="quarter")
    quarter = quarter.render_derived()
    way = ways(quarter.c.starts, quarter.c.ends).lateral("way")
    conditions = {
        "drawn": way.c.cohort == "drawn",
        "all": true(),
        "trained": way.c.training,
        "changed": way.c.impact,
        "stopped": way.c.stopped,
    }
    counts = [func.count().filter(conditions[id_]).label(id_) for id_, *_ in WAYS_TREND]
    return select(quarter.c.number, *counts).select_from(quarter.join(way, true())).group_by(quarter.c.number)


STATEMENT, WAYS = _statement(), _ways()


async def trend(tx: Tx, quarters: Sequence[Quarter]) -> list[dict[str, int]]:
    """The figures of quarters that follow one another, as known now; a running one is counted up to now."""
    last = quarters[-1]
    values = {
        "starts": [quarter.starts for quarter in quarters],
        "first": quarters[0].starts,
        "last": min(last.ends, max(tx.now, last.starts)),
    }
    found = [dict.fromkeys(TREND_FIGURES, 0) for _ in quarters]
    for row in await tx.rows(STATEMENT, values):
        found[row.quarter - 1][row.figure] = row.number
    for later, earlier in zip(reversed(found), list(reversed(found))[1:], strict=False):
        earlier["open_at_end"] = later["open_at_end"] - later["opened"] + later["left"]
    return found


async def ways_trend(tx: Tx, quarters: Sequence[Quarter]) -> list[dict[str, int]]:
    """How far learning had come at the end of each quarter, as known now; of a running one by now."""
    ends = [min(one.ends, max(tx.now, one.starts)) for one in quarters]
    rows = await tx.rows(WAYS, {"starts": [one.starts for one in quarters], "ends": ends})
    found = [{id_: 0 for id_, *_ in WAYS_TREND} for _ in quarters]
    for row in rows:
        found[row.number - 1] = {id_: row._mapping[id_] for id_, *_ in WAYS_TREND}
    return found
