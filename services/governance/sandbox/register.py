"""The made-up people of real agencies: their seats, the contacts and one delegation."""

from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from services.governance.contacts import commands as contacts
from services.governance.contacts.domain import Purpose
from services.governance.contacts.models import Contact
from services.governance.delegations import commands as delegations
from services.governance.delegations.domain import Purpose as DelegationPurpose
from services.governance.delegations.models import DelegationRow
from services.governance.memberships import commands as memberships
from services.governance.memberships.domain import Seat
from services.governance.memberships.models import MembershipRow
from services.governance.sandbox.people import made_id, person_id
from shared import tabular
from shared.acting import LOADED
from shared.db import Tx
from shared.policy import Seniority
from shared.tabular import Line

DATA = Path(__file__).parents[1] / "data" / "sandbox"
MEMBERSHIPS = ("body_id", "agency_id", "role", "person_name", "email", "seat", "starts_on", "deputises")
CONTACTS = ("agency_id", "purpose", "name", "post", "email", "telephone")
DELEGATIONS = ("agency_id", "for_agency_id", "purpose", "from_seniority", "starts_on", "ends_on", "agreed_by")


async def fill(tx: Tx) -> None:
    """Enter what is not there yet."""
    present = await _present(tx)
    for membership_id, wanted in tabular.read(DATA / "memberships.csv", MEMBERSHIPS, _membership):
        if membership_id not in present:
            await memberships.assign(tx, LOADED, wanted, membership_id)
    for contact_id, named in tabular.read(DATA / "contacts.csv", CONTACTS, _contact):
        if contact_id not in present:
            await contacts.name(tx, LOADED, named, contact_id)
    for delegation_id, granted in tabular.read(DATA / "delegations.csv", DELEGATIONS, _delegation):
        if delegation_id not in present:
            await delegations.grant(tx, LOADED, granted, delegation_id)


async def _present(tx: Tx) -> set[UUID]:
    found: set[UUID] = set()
    for column in (MembershipRow.id, Contact.id, DelegationRow.id):
        found.update(row.id for row in await tx.rows(select(column)))
    return found


def _membership(line: Line) -> tuple[UUID, memberships.Wanted]:
    body_id, agency_id, role = line.text("body_id"), line.text("agency_id"), line.text("role")
    deputised = line.optional("deputises")
    wanted = memberships.Wanted(
        body_id=body_id,
        person_id=person_id(agency_id, role),
        person_name=line.text("person_name"),
        email=line.optional("email"),
        agency_id=agency_id,
        seat=line.one_of("seat", Seat),
        starts_on=line.day("starts_on") or date.min,
        deputy_for=made_id("memberships", body_id, agency_id, deputised) if deputised else None,
    )
    return made_id("memberships", body_id, agency_id, role), wanted


def _contact(line: Line) -> tuple[UUID, contacts.Named]:
    named = contacts.Named(
        agency_id=line.text("agency_id"),
        purpose=line.one_of("purpose", Purpose),
        name=line.text("name"),
        post=line.optional("post"),
        email=line.optional("email"),
        telephone=line.optional("telephone"),
    )
    return made_id("contacts", named.agency_id, named.purpose), named


def _delegation(line: Line) -> tuple[UUID, delegations.Wanted]:
    wanted = delegations.Wanted(
        agency_id=line.text("agency_id"),
        for_agency_id=line.text("for_agency_id"),
        purpose=line.one_of("purpose", DelegationPurpose),
        from_seniority=line.one_of("from_seniority", Seniority),
        starts_on=line.day("starts_on") or date.min,
        ends_on=line.day("ends_on"),
        agreed_by=line.optional("agreed_by"),
    )
    return made_id("delegations", wanted.agency_id, wanted.for_agency_id), wanted
