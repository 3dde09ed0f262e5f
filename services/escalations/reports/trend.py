"""A few figures of many quarters in one statement: what the trend shows beside what was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DateTime, Integer, Select, and_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.ladders.domain import Duty
from services.escalations.reports.facts import ANSWERS, LEFT_AT, RESOLUTIONS
from services.escalations.reports.layouts import TREND_FIGURES
from services.escalations.stages.models import ClockEntry
from shared.calendar import Quarter
from shared.db import Tx

_INSTANT = DateTime(timezone=True)
period = func.unnest(
    bindparam("numbers", type_=ARRAY(Integer())), bindparam("starts", type_=ARRAY(_INSTANT)), bindparam("ends", type_=ARRAY(_INSTANT))
).table_valued(column("number", Integer), column("since", _INSTANT), column("until", _INSTANT), name="period").render_derived()  # fmt: skip
p = period.c


def _within(instant: Any) -> Any:
    return and_(instant >= p.since, instant < p.until)


def _matters() -> Select[Any]:
    opened = select(func.count()).where(_within(Escalation.raised_at)).correlate(period).scalar_subquery()
    left = select(func.count()).select_from(Escalation).where(_within(LEFT_AT)).correlate(period).scalar_subquery()
    standing = (
        select(func.count())
        .where(Escalation.raised_at < p.until, or_(LEFT_AT.is_(None), p.until <= LEFT_AT))
        .correlate(period)
        .scalar_subquery()
    )
    return select(p.number, opened.label("opened"), left.label("left"), standing.label("open_at_end"))


def _resolutions() -> Select[Any]:
    """The last word on each matter in each quarter, where that is a resolution."""
    h = HistoryEntry
    last = (
        select(p.number, h.id, h.escalation_id, h.did, h.stage_order)
        .join(h, _within(h.at))
        .where(h.did.in_((*RESOLUTIONS, "reject")))
        .ext(distinct_on(p.number, h.escalation_id))
        .order_by(p.number, h.escalation_id, h.id.desc())
        .subquery("last")
    )
    told = (
        select(p.number, h.escalation_id, func.max(h.id).label("id"))
        .join(h, _within(h.at))
        .where(h.did == "tell")
        .group_by(p.number, h.escalation_id)
        .subquery("told")
    )
    same = and_(told.c.number == last.c.number, told.c.escalation_id == last.c.escalation_id, told.c.id > last.c.id)
    return (
        select(
            last.c.number,
            func.count().label("resolved"),
            func.count().filter(last.c.stage_order <= 2).label("resolved_early"),
            func.count(told.c.id).label("told"),
        )
        .outerjoin(told, same)
        .where(last.c.did.in_(RESOLUTIONS))
        .group_by(last.c.number)
    )


def _responses() -> Select[Any]:
    c = ClockEntry
    due, answered = func.least(c.due_at, c.agreed_due_at), c.stopped_by.in_(ANSWERS)
    return (
        select(
            p.number,
            func.count().label("responses_due"),
            func.count().filter(answered, c.stopped_at <= due).label("responses_in_time"),
        )
        .join(c, _within(due))
        .where(c.duty == Duty.RESPOND, or_(c.stopped_at.is_(None), c.stopped_at >= due, answered))
        .group_by(p.number)
    )


def _silence() -> Select[Any]:
    h = HistoryEntry
    return (
        select(p.number, func.count().label("advances_silent"))
        .join(h, _within(h.at))
        .where(h.did == "silence", h.facts["last_stage"].astext.is_(None))
        .group_by(p.number)
    )


def _statement() -> Select[Any]:
    matters, *others = (part.subquery() for part in (_matters(), _resolutions(), _responses(), _silence()))
    statement: Select[Any] = select(
        matters, *(func.coalesce(c, 0).label(c.name) for part in others for c in part.c if c.name != "number")
    ).select_from(matters)
    for part in others:
        statement = statement.outerjoin(part, part.c.number == matters.c.number)
    return statement.order_by(matters.c.number)


STATEMENT = _statement()


async def trend(tx: Tx, quarters: Sequence[Quarter]) -> list[dict[str, int]]:
    """The figures of each quarter as known now; a running one is counted up to now."""
    values = {
        "numbers": list(range(len(quarters))),
        "starts": [quarter.starts for quarter in quarters],
        "ends": [min(quarter.ends, max(tx.now, quarter.starts)) for quarter in quarters],
    }
    return [{figure: row._mapping[figure] for figure in TREND_FIGURES} for row in await tx.rows(STATEMENT, values)]
