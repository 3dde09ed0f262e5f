"""Reads what the caller may see of a child: always through the cases about it that she works on, or oversees."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, false, func, literal, or_, select, true, union_all

from services.reviews.children.models import Match
from services.reviews.incidents.domain import Do, Status
from services.reviews.incidents.models import Incident, IncidentChild, IncidentEntry
from services.reviews.incidents.queries import IS_PARTY
from services.reviews.rapid_reviews.models import RapidReview, ReviewedIncident
from services.reviews.rapid_reviews.queries import SITS
from services.reviews.returns.models import ScopingReturn
from services.reviews.scoping.queries import OWN
from shared.child_records.domain import MatchNotFound
from shared.child_records.queries import IDS
from shared.db import Tx
from shared.policy import STATUTORY, AgencyType, Principal, Reach, Scope
from shared.scoping import AGENCIES, values, within

MOST = 100
SOMEBODYS = func.cardinality(AGENCIES) > 0


def _of_whose_children_they_know(agency_type: AgencyType) -> ColumnElement[bool]:
    """One of the three those of every incident that it is party to, another agency those of what it recorded itself."""
    recorded = Incident.agency_id == any_(AGENCIES)
    return or_(IS_PARTY, recorded) if agency_type in STATUTORY else recorded


@lru_cache(maxsize=64)  # building it takes longer than sending it
def _matters(agency_type: AgencyType, reach: Reach) -> Select[Any]:
    """An incident to its own and to who oversees, a rapid review to its panel and to these, a return to who is asked."""
    own, asked = _of_whose_children_they_know(agency_type), and_(OWN, SOMEBODYS)
    holds = {Scope.OWN: own, Scope.ASSIGNED: SITS}
    near = {scope: clause if reach.view(scope) else false() for scope, clause in holds.items()}
    reviewed = ReviewedIncident.incident_id == Incident.id, ReviewedIncident.review_id == RapidReview.id
    incidents = _each("reviews.incident", Incident, Incident.recorded_at, Incident.reference, near[Scope.OWN])
    reviews = _each(
        "reviews.rapid_review", RapidReview, RapidReview.opened_at, RapidReview.reference, near[Scope.ASSIGNED]
    )
    returns = _each("reviews.return", ScopingReturn, ScopingReturn.asked_at, RapidReview.reference, true())
    found = union_all(
        incidents.where(within(reach, own)),
        reviews.where(*reviewed, within(reach, false(), SITS)),
        returns.where(
            *reviewed, ScopingReturn.review_id == RapidReview.id, asked if reach.view(Scope.OWN) else false()
        ),
    ).subquery()
    return select(*found.c).order_by(found.c.at.desc(), found.c.id.desc()).limit(MOST)


def _each(noun: str, table: Any, at: Any, reference: Any, near: ColumnElement[bool]) -> Select[Any]:
    return select(
        literal(noun).label("noun"),
        table.id,
        reference.label("reference"),
        table.status,
        at.label("at"),
        near.label("near"),
        IncidentChild.pseudonym,
        IncidentChild.incident_id,
        (Incident.status == Status.JOINED).label("joined"),
    ).where(IncidentChild.incident_id == Incident.id, IncidentChild.child_id.in_(IDS))


async def matters(tx: Tx, principal: Principal, reach: Reach, child_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """What there is about these children that the caller may see, newest first, each with the incident that it is about."""
    return await tx.rows(_matters(principal.agency_type, reach), values(principal) | {"ids": sorted(child_ids)})


def _suggested(principal: Principal, reach: Reach) -> Select[Any]:
    own = _of_whose_children_they_know(principal.agency_type)
    gave = (IncidentEntry.incident_id == Incident.id, IncidentEntry.did.in_([Do.RECORD, Do.AMEND]))
    given_by = func.array(select(IncidentEntry.actor).where(*gave).scalar_subquery()).label("given_by")
    joined = select(*Match.__table__.c, Incident.reference, given_by).join(Incident, Incident.id == Match.incident_id)
    return joined.where(within(reach, own))


async def open_matches(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """The suggestions that nobody has decided, of the incidents of whose children the caller knows, oldest first."""
    waiting = _suggested(principal, reach).where(Match.verdict.is_(None))
    return await tx.rows(waiting.order_by(Match.id).limit(MOST), values(principal))


async def match_for_update(tx: Tx, principal: Principal, reach: Reach, match_id: UUID) -> Row[Any]:
    """One suggestion, locked. MatchNotFound where it arose in no incident of whose children the caller knows."""
    statement = _suggested(principal, reach).where(Match.id == match_id).with_for_update(of=Match)
    row = await tx.row(statement, values(principal))
    if row is None:
        raise MatchNotFound("There is no such match that you may see.")
    return row
