"""Which agencies and bodies there are, and whom to reach there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Text, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.escalations.register.domain import Absence, Directory, Hours
from services.escalations.register.domain import Contact as Named
from services.escalations.register.domain import Delegation as Granted
from services.escalations.register.models import Agency, Contact, Delegation
from shared.db import Tx
from shared.policy import STATUTORY

_AGENCY = select(*Agency.__table__.c).where(Agency.id == bindparam("id"))


async def agency(tx: Tx, agency_id: str) -> Row[Any] | None:
    """One agency of the register, or None."""
    return await tx.row(_AGENCY, {"id": agency_id})


async def agency_names(tx: Tx, agency_ids: Sequence[str]) -> list[str]:
    """The names of these agencies, as far as the register has them."""
    statement = select(Agency.name).where(Agency.id.in_(bindparam("ids", expanding=True)))
    return [row.name for row in await tx.rows(statement, {"ids": list(agency_ids)})]


_IDS, _PURPOSES = (bindparam(name, type_=ARRAY(Text)) for name in ("ids", "purposes"))
_PARTNERS = select(Agency.id).where(Agency.agency_type.in_(sorted(STATUTORY)), Agency.effective_to.is_(None))
_DELEGATES = select(Delegation.agency_id).where(Delegation.for_agency_id == any_(_IDS))
_AGENCIES = select(Agency.id, Agency.name, Agency.agency_type).where(
    or_(Agency.id == any_(_IDS), Agency.id.in_(_PARTNERS))
)
_DELEGATIONS = select(*Delegation.__table__.c).where(Delegation.for_agency_id == any_(_IDS))
_CONTACTS = select(*Contact.__table__.c).where(
    or_(
        Contact.agency_id == any_(_IDS),
        Contact.agency_id.in_(_DELEGATES),
        Contact.agency_id.in_(_PARTNERS),
        Contact.purpose == any_(_PURPOSES),
    )
)


def _all(rows: Any, *order: str) -> Any:
    """All these rows as one column, in order."""
    one = rows.subquery()
    row = aggregate_order_by(func.row_to_json(one.table_valued()), *(one.c[name] for name in order))
    return select(func.coalesce(func.json_agg(row), func.json_build_array())).scalar_subquery()


# One statement, for every letter of every move begins with it.
DIRECTORY = select(
    _all(_AGENCIES, "id").label("agencies"),
    _all(_CONTACTS, "id").label("contacts"),
    _all(_DELEGATIONS, "starts_on", "id").label("delegations"),
)


async def directory(tx: Tx, agency_ids: Collection[str], purposes: Collection[str] = ()) -> Directory:
    """These agencies and the statutory three, with their contacts, those of who acts for them, and those for a purpose."""
    found = (await tx.execute(DIRECTORY, {"ids": sorted(agency_ids), "purposes": sorted(purposes)})).one()
    return Directory(
        names={row["id"]: row["name"] for row in found.agencies},
        types={row["id"]: row["agency_type"] for row in found.agencies},
        contacts=[_contact(row) for row in found.contacts],
        delegations=[_delegation(row) for row in found.delegations],
    )


def _contact(row: Mapping[str, Any]) -> Named:
    return Named(
        id=row["id"],
        agency_id=row["agency_id"],
        purpose=row["purpose"],
        name=row["name"],
        email=row["email"],
        hours=tuple(Hours(**one) for one in row["hours"]),
        absences=tuple(Absence(*map(_day, (one["starts_on"], one["ends_on"]))) for one in row["absences"]),
    )


def _delegation(row: Mapping[str, Any]) -> Granted:
    return Granted(
        agency_id=row["agency_id"],
        for_agency_id=row["for_agency_id"],
        acts_as=row["acts_as"],
        from_seniority=row["from_seniority"],
        starts_on=_day(row["starts_on"]),
        ends_on=_day(row["ends_on"]) if row["ends_on"] else None,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
