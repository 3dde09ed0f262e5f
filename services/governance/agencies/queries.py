"""Reads the register. Everybody with a token may read all of it: it names organisations, no person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

from services.governance.agencies.domain import Entry
from services.governance.agencies.models import Agency, AgencyVersion
from services.governance.terms.domain import Standing, Term
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.policy import AgencyType
from shared.problems import Invalid, NotFound
from shared.scoping import in_order, narrowed


class AgencyNotFound(NotFound):
    """No agency has this id, or none that the caller may see."""

    code = "agency_not_found"
    cure = "Look in `/governance/v1/agencies`."


@dataclass(frozen=True)
class Filters:
    """Which agencies."""

    q: str | None = None
    agency_type: AgencyType | None = None
    in_effect_on: date | None = None
    expected_to_raise: bool | None = None


_Predecessor = aliased(Agency)
_PREDECESSORS = (
    select(_Predecessor.id)
    .where(_Predecessor.successor_ids.contains(array([Agency.id])))
    .order_by(_Predecessor.id)
    .scalar_subquery()
)
SHOWN = (*Agency.__table__.c, func.array(_PREDECESSORS).label("predecessor_ids"))
_ONE = select(*SHOWN).where(Agency.id == bindparam("id"))
_LOCKED = select(*Agency.__table__.c).where(Agency.id == bindparam("id")).with_for_update()
_HELD = select(Agency.id).where(Agency.id == bindparam("id")).with_for_update(key_share=True)
_SEVERAL = select(*Agency.__table__.c).where(Agency.id == any_(bindparam("ids", type_=ARRAY(Text))))


async def get(tx: Tx, agency_id: str) -> Row[Any]:
    """One agency with its predecessors. AgencyNotFound."""
    row = await tx.row(_ONE, {"id": agency_id})
    if row is None:
        raise AgencyNotFound(f"There is no agency {agency_id!r} in the register.")
    return row


async def for_update(tx: Tx, agency_id: str, if_match: str | None) -> Row[Any]:
    """One agency, locked, in the version that the caller read. AgencyNotFound."""
    row = await tx.row(_LOCKED, {"id": agency_id})
    if row is None:
        raise AgencyNotFound(f"There is no agency {agency_id!r} in the register.")
    must_match(if_match, row.version)
    return row


async def lock(tx: Tx, agency_id: str) -> None:
    """Hold an agency while what depends on all of its records is decided."""
    await tx.row(_HELD, {"id": agency_id})


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` agencies in the order of their ids."""
    names = Agency.name + " " + func.array_to_string(Agency.also_known_as, " ")
    clauses = narrowed(
        filters,
        Agency,
        in_effect_on=lambda day: and_(
            func.coalesce(Agency.effective_from, day) <= day, func.coalesce(Agency.effective_to, day) >= day
        ),
        q=lambda text: or_(names.icontains(text, autoescape=True), Agency.id == text),
    )
    return await tx.rows(in_order(select(*SHOWN).where(*clauses), (Agency.id,), limit, after))


async def history(tx: Tx, agency_id: str) -> Sequence[Row[Any]]:
    """Every version of an entry, newest first. AgencyNotFound."""
    statement = select(AgencyVersion.__table__).where(AgencyVersion.agency_id == agency_id)
    rows = await tx.rows(statement.order_by(AgencyVersion.version.desc()))
    if not rows:
        raise AgencyNotFound(f"There is no agency {agency_id!r} in the register.")
    return rows


async def entries(tx: Tx, agency_ids: Iterable[str]) -> Mapping[str, Entry]:
    """The entries that are registered under these ids."""
    rows = await tx.rows(_SEVERAL, {"ids": list(agency_ids)})
    return {row.id: entry_of(row) for row in rows}


async def in_effect(tx: Tx, field: str, agency_id: str, term: Term | None = None) -> Entry:
    """An agency that is in effect today, or throughout a term. Invalid names `field` where it is not."""
    entry = (await entries(tx, [agency_id])).get(agency_id)
    if entry is None:
        raise Invalid.field(field, "not_registered", f"{agency_id} is not in the register.")
    wanted = term or Term(today(tx.now), today(tx.now))
    if not entry.term.holds_through(wanted):
        dates = f"from {entry.effective_from or 'ever'} to {entry.effective_to or 'further notice'}"
        raise Invalid.field(field, "not_in_effect", f"{agency_id} is in effect {dates}.")
    return entry


def standing(row: Row[Any], tx: Tx) -> Standing:
    """How the agency stands today."""
    return Term(row.effective_from, row.effective_to).standing(today(tx.now))


def entry_of(row: Row[Any]) -> Entry:
    """The entry in a row."""
    given = {field.name: getattr(row, field.name) for field in fields(Entry)}
    several = {name: tuple(given[name]) for name in ("also_known_as", "successor_ids", "unverified")}
    return Entry(**given | several | {"agency_type": AgencyType(row.agency_type)})
