"""Reads incidents: who may see which, how much of each, in which order; and the rule of what must be notified."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Uuid, and_, any_, bindparam, exists, false, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.reviews.children.models import ChildIdentifier
from services.reviews.incidents.domain import Abuse, Case, ChildFacts, Duties, Harm, Status
from services.reviews.incidents.domain import unsubmitted as forms_missing
from services.reviews.incidents.models import (
    Form,
    Incident,
    IncidentChild,
    IncidentEntry,
    IncidentParty,
    PartnerView,
    Referral,
)
from services.reviews.joint_decisions.models import Decision
from shared.db import Tx
from shared.history import History
from shared.plumbing import INSTANT
from shared.policy import Principal, Reach, Scope, View
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.rules import in_force
from shared.scoping import AGENCIES, narrowed, newest_first, of_one_agency, values, within

HISTORY = History(Incident, IncidentEntry)

PATH = Path(__file__).parents[1] / "data" / "notification.yaml"
IS_PARTY = exists().where(IncidentParty.incident_id == Incident.id, IncidentParty.agency_id == any_(AGENCIES))
COLUMNS = tuple(Incident.__table__.c)
OVERDUE = and_(Incident.due_at.is_not(None), Incident.due_at < bindparam("now", type_=INSTANT))


class IncidentNotFound(NotFound):
    """There is no such incident, or the caller may not know of it."""

    code = "incident_not_found"


def _seen_as(reach: Reach) -> ColumnElement[bool]:
    """The column that says whether a row is seen as a party's."""
    return (IS_PARTY if reach.view(Scope.OWN) else false()).label("is_party")


def view_of(row: Row[Any], reach: Reach) -> View:
    """The widest view of a row that these grants give."""
    found = [reach.view(Scope.ALL), reach.view(Scope.OWN) if row.is_party else None]
    return max((view for view in found if view), key=lambda view: view.width)


def oversees(reach: Reach) -> bool:
    """Whether these grants reach every incident."""
    return reach.view(Scope.ALL) is not None


def _one(reach: Reach, incident_id: UUID) -> Select[Any]:
    return select(*COLUMNS, _seen_as(reach)).where(Incident.id == incident_id, within(reach, IS_PARTY))


async def get(tx: Tx, principal: Principal, reach: Reach, incident_id: UUID) -> Row[Any]:
    """One incident. IncidentNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, incident_id), values(principal)))


async def for_update(tx: Tx, principal: Principal, reach: Reach, incident_id: UUID) -> Row[Any]:
    """One incident, locked until the transaction ends. IncidentNotFound as with `get`."""
    return _found(await tx.row(_one(reach, incident_id).with_for_update(of=Incident), values(principal)))


async def locked(tx: Tx, incident_id: UUID) -> Row[Any]:
    """One incident, locked, for what nobody asks for: time, or what the three have decided."""
    return (await tx.execute(select(*COLUMNS).where(Incident.id == incident_id).with_for_update())).one()


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise IncidentNotFound("There is no such incident that you may see.")
    return row


_CHILDREN = (
    select(*IncidentChild.__table__.c)
    .where(IncidentChild.incident_id == any_(bindparam("incident_ids", type_=ARRAY(Uuid))))
    .order_by(IncidentChild.incident_id, IncidentChild.number)
)


async def children(tx: Tx, incident_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """The children of incidents, each in its order. The caller has seen that they are visible."""
    return await tx.rows(_CHILDREN, {"incident_ids": list(incident_ids)})


async def sealed(tx: Tx, given: Collection[str]) -> Sequence[Row[Any]]:
    """The sealed numbers that have these pseudonyms."""
    statement = select(*ChildIdentifier.__table__.c).where(ChildIdentifier.pseudonym.in_(sorted(given)))
    return await tx.rows(statement.order_by(ChildIdentifier.type, ChildIdentifier.pseudonym))


async def referrals(tx: Tx, incident_id: UUID) -> Sequence[Row[Any]]:
    """Who wants the case considered, the first first."""
    return await tx.rows(_of(Referral, incident_id).order_by(Referral.referred_at, Referral.id))


async def partner_views(tx: Tx, incident_id: UUID) -> Sequence[Row[Any]]:
    """What the three think, oldest first."""
    return await tx.rows(_of(PartnerView, incident_id).order_by(PartnerView.id))


async def forms(tx: Tx, incident_id: UUID) -> Sequence[Row[Any]]:
    """What the council has submitted, in order."""
    return await tx.rows(_of(Form, incident_id).order_by(Form.number))


async def unsubmitted(tx: Tx, incident_id: UUID) -> list[tuple[int, ...]]:
    """The children on each form that is still to be submitted, by their numbers."""
    harms = [(child.number, Harm(child.harm)) for child in await children(tx, [incident_id])]
    standing = [form.children for form in await forms(tx, incident_id) if form.withdrawn_at is None]
    return forms_missing(harms, standing)


async def parties(tx: Tx, incident_id: UUID) -> tuple[str, ...]:
    """The agencies that an incident is for."""
    statement = select(IncidentParty.agency_id).where(IncidentParty.incident_id == incident_id)
    return tuple(row.agency_id for row in await tx.rows(statement.order_by(IncidentParty.agency_id)))


async def decision_status(tx: Tx, decision_id: UUID | None) -> str | None:
    """How the last question to the three stands, or None where none was asked."""
    found: str | None = await tx.scalar(select(Decision.status).where(Decision.id == decision_id))
    return found


def _of(table: type[Referral | PartnerView | Form], incident_id: UUID) -> Select[Any]:
    return select(*table.__table__.c).where(table.incident_id == incident_id)


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    harm: str | None = None
    abuse: str | None = None
    overdue: bool | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    return narrowed(
        filters,
        Incident,
        recorded_from=lambda at: Incident.recorded_at >= at,
        recorded_before=lambda at: Incident.recorded_at < at,
        overdue=OVERDUE,
    )


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` incidents, newest first, after a position; an agency's own by the narrow table of parties."""
    place: tuple[Any, Any] = (Incident.recorded_at, Incident.id)
    if of_one_agency(principal, reach):
        own = and_(IncidentParty.agency_id == principal.agency_id, IncidentParty.incident_id == Incident.id)
        statement = select(*COLUMNS, true().label("is_party")).select_from(IncidentParty).join(Incident, own)
        place = (IncidentParty.recorded_at, IncidentParty.incident_id)
    else:
        statement = select(*COLUMNS, _seen_as(reach)).where(within(reach, IS_PARTY))
    given = values(principal) | {"now": tx.now}
    return await tx.rows(newest_first(statement.where(*_filtered(filters)), *place, limit, after), given)


async def counts(tx: Tx, begins: datetime, ends: datetime) -> Row[Any]:
    """What was referred, notified and decided between two instants, the first included."""

    def between(column: Any) -> ColumnElement[bool]:
        return and_(column >= begins, column < ends)

    notified = between(Incident.notified_at)
    columns = (
        func.count().filter(between(Incident.recorded_at)).label("recorded"),
        func.count().filter(between(Incident.recorded_at), Incident.harm == Harm.NEAR_MISS).label("near_misses"),
        func.count().filter(notified).label("notified"),
        func.count().filter(notified, Incident.status == Status.WITHDRAWN).label("withdrawn"),
        func.count().filter(notified, Incident.late.is_(True)).label("late"),
        func.count().filter(between(Incident.decided_at), Incident.status == Status.NOT_NOTIFIED).label("not_notified"),
    )
    return (await tx.execute(select(*columns).where(Incident.status != Status.JOINED))).one()


async def first_recorded(tx: Tx) -> datetime | None:
    """When the first incident was recorded or notified."""
    found: datetime | None = await tx.scalar(select(func.min(func.least(Incident.recorded_at, Incident.notified_at))))
    return found


def facts_of(rows: Sequence[Any]) -> list[ChildFacts]:
    """What the law asks of these children."""
    return [ChildFacts(Harm(row.harm), row.looked_after) for row in rows]


def duties_on(day: date) -> Duties:
    """What must be notified, by the version that applies to an incident recorded on this day."""
    return in_force(_duties(PATH), day, "rule of what must be notified")


def duties(version: str) -> Duties:
    """One version, whether in force or not."""
    return next(one for one in _duties(PATH) if one.version == version)


@lru_cache(maxsize=4)
def _duties(path: Path) -> tuple[Duties, ...]:
    return tuple(row.duties() for row in read(path, _File).rules)


class _Case(Record):
    code: Text
    title: Text
    harm: list[Annotated[Harm, LENIENT]]
    looked_after: bool | None
    abuse: list[Annotated[Abuse, LENIENT]] | None
    source: Text
    verified: bool

    def case(self) -> Case:
        return Case(
            code=self.code,
            title=self.title,
            harm=tuple(self.harm),
            looked_after=self.looked_after,
            abuse=None if self.abuse is None else tuple(self.abuse),
            source=self.source,
            verified=self.verified,
        )


class _Row(Record):
    version: Text
    always: list[_Case]
    without_review: list[_Case]
    effective_from: date
    effective_to: date | None

    def duties(self) -> Duties:
        return Duties(
            version=self.version,
            always=tuple(row.case() for row in self.always),
            without_review=tuple(row.case() for row in self.without_review),
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class _File(Record):
    rules: list[_Row]
