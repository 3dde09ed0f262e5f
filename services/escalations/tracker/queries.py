"""Reads the tracker: always through what the caller may see, so that counts too know only that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, any_, bindparam, case, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from services.escalations.escalations.domain import AWAITING_ANSWER, Do
from services.escalations.escalations.models import LIVE, Escalation, HistoryEntry
from services.escalations.escalations.queries import LISTED, visible_to
from services.escalations.ladders.domain import Duty
from services.escalations.letters.models import Letter
from services.escalations.stages.models import BINDING, ClockEntry, StageEntry
from services.escalations.tracker.domain import AFTER_THE_ANSWER, Show
from shared.db import Tx
from shared.plumbing import INSTANT
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES

MOST_LETTERS = 500
_THEN = (
    select(ClockEntry.escalation_id, ClockEntry.stage_number, ClockEntry.duty, BINDING.label("due_at"))
    .where(ClockEntry.stopped_at.is_(None), ClockEntry.duty.in_(AFTER_THE_ANSWER))
    .ext(distinct_on(ClockEntry.escalation_id, ClockEntry.stage_number))
    .order_by(ClockEntry.escalation_id, ClockEntry.stage_number, BINDING)
    .subquery("then")
)
NEXT_DUE = func.coalesce(Escalation.due_at, _THEN.c.due_at)
NEXT_DUTY = case((Escalation.due_at.is_(None), _THEN.c.duty), else_=Duty.RESPOND)
NOW: ColumnElement[datetime] = bindparam("now", type_=INSTANT)
AWAITS_ANSWER = Escalation.status.in_(sorted(AWAITING_ANSWER))
ON_WHOM = case(
    (~AWAITS_ANSWER, Escalation.raising_agency_id),
    (Escalation.stage_decided_by.is_(None), Escalation.receiving_agency_id),
)
SHOWN: dict[Show, tuple[ColumnElement[bool], ...]] = {
    Show.MINE: (any_(AGENCIES) == ON_WHOM,),
    Show.OVERDUE: (NEXT_DUE < NOW,),
    Show.DUE_NEXT: (NEXT_DUE >= NOW,),
    Show.RUNNING: (),
}


@dataclass(frozen=True)
class Wanted:
    """What of the tracker is asked for; None leaves it open."""

    show: Show
    kind: str | None = None
    priority: str | None = None
    stage_order: int | None = None
    raising_agency_id: str | None = None
    receiving_agency_id: str | None = None


_STILL = (_THEN.c.escalation_id == Escalation.id) & (_THEN.c.stage_number == Escalation.stage_number)


def sorted_by(show: Show) -> Any:
    """The instant by which a list is in order: what is due first, or what has run longest."""
    return NEXT_DUE if show in {Show.OVERDUE, Show.DUE_NEXT} else Escalation.raised_at


async def matters(
    tx: Tx, principal: Principal, reach: Reach, wanted: Wanted, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` running matters after a position, each with the name and the opening of its stage."""
    clause, is_party = visible_to(reach)
    at = sorted_by(wanted.show)
    silences = (
        select(func.count())
        .where(StageEntry.escalation_id == Escalation.id, StageEntry.opened_by == "silence")
        .correlate(Escalation)
        .scalar_subquery()
    )
    asked = HistoryEntry.escalation_id == Escalation.id, HistoryEntry.did == Do.CHASE
    chased_at = select(func.max(HistoryEntry.at)).where(*asked).correlate(Escalation).scalar_subquery()
    present = (StageEntry.escalation_id == Escalation.id) & (StageEntry.number == Escalation.stage_number)
    equal = {
        column: value
        for column, value in (
            (Escalation.kind, wanted.kind),
            (Escalation.priority, wanted.priority),
            (Escalation.stage_order, wanted.stage_order),
            (Escalation.raising_agency_id, wanted.raising_agency_id),
            (Escalation.receiving_agency_id, wanted.receiving_agency_id),
        )
        if value is not None
    }
    statement = (
        select(
            *LISTED,
            at.label("sorted_at"),
            NEXT_DUTY.label("next_duty"),
            NEXT_DUE.label("next_due_at"),
            is_party.label("is_party"),
            StageEntry.name.label("stage_name"),
            StageEntry.opened_at.label("stage_opened_at"),
            silences.label("silences"),
            chased_at.label("chased_at"),
        )
        .join(StageEntry, present)
        .outerjoin(_THEN, _STILL)
        .where(LIVE, clause, func.cardinality(AGENCIES) > 0, *SHOWN[wanted.show])
        .where(*(column == value for column, value in equal.items()))
        .order_by(at, Escalation.id)
        .limit(limit + 1)
    )
    if after:
        statement = statement.where(tuple_(at, Escalation.id) > tuple_(literal(after[0]), literal(after[1])))
    return await tx.rows(statement, _values(tx, principal))


async def stages(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """Where matters stand that await an answer, by ladder and stage: how many, how many overdue, and since when."""
    statement = (
        select(
            Escalation.ladder_code,
            StageEntry.order.label("stage_order"),
            StageEntry.name.label("stage_name"),
            *_counts(Escalation.due_at),
            func.min(StageEntry.opened_at).label("oldest_since"),
        )
        .join(StageEntry, (StageEntry.escalation_id == Escalation.id) & (StageEntry.number == Escalation.stage_number))
        .where(LIVE, AWAITS_ANSWER)
        .group_by(Escalation.ladder_code, StageEntry.order, StageEntry.name)
        .order_by(Escalation.ladder_code, StageEntry.order)
    )
    return await _visible(tx, principal, reach, statement)


async def pairs(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """The running matters by raising and receiving agency, most first."""
    names = (
        Escalation.raising_agency_id,
        func.max(Escalation.raising_name).label("raising_name"),
        Escalation.receiving_agency_id,
        Escalation.receiving_name,
    )
    groups = (Escalation.raising_agency_id, Escalation.receiving_agency_id, Escalation.receiving_name)
    columns = (*names, *_counts(NEXT_DUE), func.min(Escalation.raised_at).label("oldest_since"))
    statement: Select[Any] = select(*columns).select_from(Escalation).outerjoin(_THEN, _STILL).where(LIVE)
    ordered = statement.group_by(*groups).order_by(func.count().desc(), *groups)
    return await _visible(tx, principal, reach, ordered)


async def letters(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """The letters of running matters that have failed, or wait to be tried again, newest first."""
    statement = (
        select(*Letter.__table__.c, Escalation.reference)
        .join(Escalation, Escalation.id == Letter.escalation_id)
        .where(LIVE, or_(Letter.failed_at.is_not(None), Letter.failure.is_not(None)))
        .order_by(Letter.id.desc())
        .limit(MOST_LETTERS)
    )
    return await _visible(tx, principal, reach, statement)


def _counts(due_at: Any) -> tuple[Any, ...]:
    overdue = func.count().filter(due_at < NOW)
    return func.count().label("running"), overdue.label("overdue")


async def _visible(tx: Tx, principal: Principal, reach: Reach, statement: Select[Any]) -> Sequence[Row[Any]]:
    clause, _ = visible_to(reach)
    return await tx.rows(statement.where(clause, func.cardinality(AGENCIES) > 0), _values(tx, principal))


def _values(tx: Tx, principal: Principal) -> dict[str, Any]:
    return {"agencies": list(principal.agencies), "now": tx.now}
