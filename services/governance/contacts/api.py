"""The operations on contacts."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.contacts import commands, queries
from services.governance.contacts.schemas import (
    AbsenceShown,
    ChangeContact,
    ContactPage,
    ContactShown,
    HoursShown,
    ListContacts,
    NameContact,
    RemoveContact,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope, reach
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["contacts"])


@router.get("/contacts", summary="List contacts")
async def list_contacts(
    caller: Annotated[Caller, Requires(policy.LIST_CONTACTS)],
    tx: ReadTx,
    wanted: Annotated[ListContacts, Query()],
    pages: Pages,
) -> ContactPage:
    """Whom to reach at which agency: in office hours, while that person is away, and out of hours."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.id,), UUID)
    return ContactPage.model_construct(items=[_shown(row, caller, tx) for row in found.rows], next=found.next)


@router.get("/contacts/{contact_id}", summary="Read one contact")
async def read_contact(
    contact_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_CONTACT)], tx: ReadTx
) -> ContactShown:
    """One contact with hours and absences."""
    return await show(tx, caller, contact_id, response)


@router.post("/contacts", summary="Name a contact", status_code=201)
async def name_contact(
    body: NameContact, response: Response, caller: Annotated[Caller, Requires(policy.NAME_CONTACT)], tx: OnceTx
) -> ContactShown:
    """Name whom others reach at your agency; one for each purpose."""
    contact_id = await commands.name(tx, caller.by(), commands.Named(**commands.typed(body.model_dump())))
    response.headers["location"] = f"/governance/v1/contacts/{contact_id}"
    return await show(tx, caller, contact_id, response)


@router.patch("/contacts/{contact_id}", summary="Change a contact")
async def change_contact(
    contact_id: UUID,
    body: ChangeContact,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_CONTACT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ContactShown:
    """Change details, hours or absences. While the single point of contact is away, the stand-in serves."""
    await commands.change(tx, caller.by(if_match), contact_id, body.model_dump(exclude_unset=True))
    return await show(tx, caller, contact_id, response)


@router.post("/contacts/{contact_id}/remove", summary="Remove a contact", status_code=204)
async def remove_contact(
    contact_id: UUID,
    body: RemoveContact,
    caller: Annotated[Caller, Requires(policy.REMOVE_CONTACT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> None:
    """The contact no longer serves; another can be named."""
    await commands.remove(tx, caller.by(if_match), contact_id)


async def show(tx: Tx, caller: Caller, contact_id: UUID, response: Response) -> ContactShown:
    """The contact as it now stands."""
    row = await queries.get(tx, contact_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, caller, tx)


def _shown(row: Row[Any], caller: Caller, tx: Tx) -> ContactShown:
    several: dict[str, Any] = {
        "working_hours": [HoursShown(**hours) for hours in row.working_hours],
        "absences": [AbsenceShown(**absence) for absence in row.absences],
    }
    keeps = reach(caller.principal, policy.CHANGE_CONTACT)
    hers = row.agency_id in caller.principal.agencies and keeps.view(Scope.OWN)
    several["suspended"] = row.suspended if hers or keeps.view(Scope.ALL) else None
    return ContactShown.model_construct(**dict(row._mapping) | several, absent=queries.absent(row, tx))
