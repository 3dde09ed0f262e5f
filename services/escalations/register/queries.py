"""Which agencies and bodies there are, and whom to reach there."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, or_, select

from services.escalations.register.domain import Absence, Directory, Hours
from services.escalations.register.domain import Contact as Named
from services.escalations.register.domain import Delegation as Granted
from services.escalations.register.models import Agency, Body, Contact, Delegation
from shared.db import Tx
from shared.policy import STATUTORY


async def agency(tx: Tx, agency_id: str) -> Row[Any] | None:
    """One agency of the register, or None."""
    return await tx.row(select(*Agency.__table__.c).where(Agency.id == agency_id))


async def agency_names(tx: Tx, agency_ids: Sequence[str]) -> list[str]:
    """The names of these agencies, as far as the register has them."""
    statement = select(Agency.name).where(Agency.id.in_(bindparam("ids", expanding=True)))
    return [row.name for row in await tx.rows(statement, {"ids": list(agency_ids)})]


async def body(tx: Tx, body_id: str, day: date) -> Row[Any] | None:
    """One body of the partnership that exists on a day, or None."""
    begun = or_(Body.effective_from.is_(None), Body.effective_from <= day)
    lasts = or_(Body.effective_to.is_(None), Body.effective_to >= day)
    return await tx.row(select(*Body.__table__.c).where(Body.id == body_id, begun, lasts))


IDS: BindParameter[Any] = bindparam("ids", expanding=True)
PURPOSES: BindParameter[Any] = bindparam("purposes", expanding=True)
_PARTNERS = select(Agency.id).where(Agency.agency_type.in_(sorted(STATUTORY)), Agency.effective_to.is_(None))
_AGENCIES = select(Agency.id, Agency.name, Agency.agency_type).where(or_(Agency.id.in_(IDS), Agency.id.in_(_PARTNERS)))
_DELEGATIONS = select(*Delegation.__table__.c).where(Delegation.for_agency_id.in_(IDS)).order_by(Delegation.starts_on)
_DELEGATES = select(Delegation.agency_id).where(Delegation.for_agency_id.in_(IDS))
_CONTACTS = (
    select(*Contact.__table__.c)
    .where(
        or_(
            Contact.agency_id.in_(IDS),
            Contact.agency_id.in_(_DELEGATES),
            Contact.agency_id.in_(_PARTNERS),
            Contact.purpose.in_(PURPOSES),
        )
    )
    .order_by(Contact.id)
)


async def directory(tx: Tx, agency_ids: Collection[str], purposes: Collection[str] = ()) -> Directory:
    """These agencies and the statutory three, with their contacts, those of who acts for them, and those for a purpose."""
    ids = {"ids": sorted(agency_ids)}
    agencies = await tx.rows(_AGENCIES, ids)
    return Directory(
        names={row.id: row.name for row in agencies},
        types={row.id: row.agency_type for row in agencies},
        contacts=[_contact(row) for row in await tx.rows(_CONTACTS, ids | {"purposes": sorted(purposes)})],
        delegations=[_delegation(row) for row in await tx.rows(_DELEGATIONS, ids)],
    )


def _contact(row: Row[Any]) -> Named:
    return Named(
        id=row.id,
        agency_id=row.agency_id,
        purpose=row.purpose,
        name=row.name,
        email=row.email,
        hours=tuple(Hours(**one) for one in row.hours),
        absences=tuple(Absence(*map(date.fromisoformat, (one["starts_on"], one["ends_on"]))) for one in row.absences),
    )


def _delegation(row: Row[Any]) -> Granted:
    return Granted(
        row.agency_id, row.for_agency_id, row.acts_as, row.from_seniority, starts_on=row.starts_on, ends_on=row.ends_on
    )
