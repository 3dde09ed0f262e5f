"""What a report lists rather than counts: the oldest matter, agencies that raised nothing, skips, vignettes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Select, and_, any_, bindparam, exists, func, literal, or_, select

from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.learning.domain import Do
from services.escalations.learning.models import LearningEntry, LearningPoint
from services.escalations.register.models import Agency
from services.escalations.reports.facts import LEFT_AT
from shared.calendar import Calendar
from shared.db import Tx


async def oldest(tx: Tx, until: datetime, calendar: Calendar) -> dict[str, Any] | None:
    """The matter that has been open longest, with its age in calendar days; None where nothing is open."""
    e = Escalation
    statement = (
        select(e.reference, e.raised_at)
        .where(e.raised_at < until, or_(LEFT_AT.is_(None), until <= LEFT_AT))
        .order_by(e.raised_at, e.id)
        .limit(1)
    )
    row = await tx.row(statement)
    return row and {
        "reference": row.reference,
        "days": (calendar.date_of(until) - calendar.date_of(row.raised_at)).days,
    }


async def silent_agencies(tx: Tx, since: datetime, until: datetime, day: date) -> list[list[str]]:
    """The agencies expected to raise on that day which raised nothing in the period; a predecessor's matters count."""
    rows = await tx.rows(_SILENT, {"since": since, "until": until, "day": day})
    return [[row.id, row.name] for row in rows]


async def expected_agencies(tx: Tx, day: date) -> int:
    """How many agencies were expected to raise on that day."""
    return int(await tx.scalar(select(func.count()).where(*_expected(day))))


def _expected(day: Any) -> Sequence[Any]:
    return (
        Agency.expected_to_raise,
        or_(Agency.effective_from.is_(None), Agency.effective_from <= day),
        or_(Agency.effective_to.is_(None), Agency.effective_to >= day),
    )


def _silent() -> Select[Any]:
    """Walks from each agency expected back to those that it succeeded, and looks for a matter of any of them."""
    day = bindparam("day", type_=Date())
    since, until = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
    line = select(Agency.id.label("heir"), Agency.id).where(*_expected(day)).cte("line", recursive=True)
    line = line.union(select(line.c.heir, Agency.id).join(line, line.c.id == any_(Agency.successor_ids)))
    raised = (
        select(literal(1))
        .select_from(line)
        .join(Escalation, Escalation.raising_agency_id == line.c.id)
        .where(line.c.heir == Agency.id, Escalation.raised_at >= since, Escalation.raised_at < until)
        .correlate(Agency)
    )
    found: Select[Any] = select(Agency.__table__.c.id, Agency.__table__.c.name)
    return found.where(*_expected(day), ~exists(raised)).order_by(Agency.name, Agency.id)


_SILENT = _silent()


async def skips(tx: Tx, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Each skip of the period: which stages, why, and what was done at once to keep the child safe."""
    h, e = HistoryEntry, Escalation
    statement = (
        select(e.reference, h.facts["skipped"].label("skipped"), h.text, e.safety_action, e.quarantined)
        .join(e, e.id == h.escalation_id)
        .where(h.did == "skip", h.at >= since, h.at < until)
        .order_by(h.at, h.id)
    )
    return [
        {
            "reference": row.reference,
            "skipped": row.skipped,
            "reason": None if row.quarantined else row.text,
            "safety_action": None if row.quarantined else row.safety_action,
        }
        for row in await tx.rows(statement)
    ]


async def vignettes(tx: Tx, since: datetime, until: datetime) -> list[str]:
    """The anonymised vignettes of the matters closed in the period; none of a text that is in quarantine."""
    e = Escalation
    closed = and_(LEFT_AT.between(since, until), e.closed_at >= since, e.closed_at < until)
    statement = select(e.vignette).where(closed, e.vignette.is_not(None), ~e.quarantined).order_by(e.closed_at, e.id)
    return [row.vignette for row in await tx.rows(statement)]


async def changes(tx: Tx, since: datetime, until: datetime) -> list[str]:
    """What changed by learning that was closed in the period, in the words of its closing."""
    entry, point = LearningEntry, LearningPoint
    statement = (
        select(entry.text)
        .join(point, point.id == entry.learning_id)
        .where(
            entry.did == Do.CLOSE, entry.at >= since, entry.at < until, point.changed.is_(True), entry.text.is_not(None)
        )
        .order_by(entry.at, entry.id)
    )
    return [row.text for row in await tx.rows(statement)]
