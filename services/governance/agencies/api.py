"""The operations on the register."""

from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.agencies import commands, queries
from services.governance.agencies.schemas import (
    AgencyHistory,
    AgencyPage,
    AgencyShown,
    AgencyVersionShown,
    ChangeAgency,
    EndAgency,
    ListAgencies,
    Register,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.schemas import AgencyId
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["agencies"])


@router.get("/agencies", summary="List the register")
async def list_agencies(
    caller: Annotated[Caller, Requires(policy.LIST_AGENCIES)],
    tx: ReadTx,
    wanted: Annotated[ListAgencies, Query()],
    pages: Pages,
) -> AgencyPage:
    """Every agency that is or was in the partnership, those of a day, or those of a name; in the order of their ids."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.id,), str)
    return AgencyPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/agencies/{agency_id}", summary="Read one agency")
async def read_agency(
    agency_id: AgencyId, response: Response, caller: Annotated[Caller, Requires(policy.READ_AGENCY)], tx: ReadTx
) -> AgencyShown:
    """One agency with its dates, its predecessors and its successors."""
    return await show(tx, agency_id, response)


@router.get("/agencies/{agency_id}/history", summary="Read an agency's history")
async def read_history(
    agency_id: AgencyId, caller: Annotated[Caller, Requires(policy.READ_AGENCY)], tx: ReadTx
) -> AgencyHistory:
    """What the register said of it, from when, and who wrote it."""
    rows = await queries.history(tx, agency_id)
    versions = [AgencyVersionShown.model_construct(**row._mapping, **row.entry) for row in rows]
    return AgencyHistory.model_construct(items=versions)


@router.post("/agencies", summary="Register an agency", status_code=201)
async def register_agency(
    body: Register, response: Response, caller: Annotated[Caller, Requires(policy.REGISTER_AGENCY)], tx: OnceTx
) -> AgencyShown:
    """Enter a new agency in the register; its id is yours to choose, and stays."""
    await commands.register(tx, caller.by(), **body.model_dump())
    response.headers["location"] = f"/governance/v1/agencies/{body.id}"
    return await show(tx, body.id, response)


@router.patch("/agencies/{agency_id}", summary="Change an agency")
async def change_agency(
    agency_id: AgencyId,
    body: ChangeAgency,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_AGENCY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> AgencyShown:
    """Change what the register says; a new name does not change the records of the old one's days."""
    await commands.change(tx, caller.by(if_match), agency_id, body.model_dump(exclude_unset=True))
    return await show(tx, agency_id, response)


@router.post("/agencies/{agency_id}/end", summary="End an agency")
async def end_agency(
    agency_id: AgencyId,
    body: EndAgency,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_AGENCY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> AgencyShown:
    """Set its last day. Its successors take over its live matters on the day after; its history stays under its name."""
    await commands.end(tx, caller.by(if_match), agency_id, body.effective_to, body.successor_ids, body.note)
    return await show(tx, agency_id, response)


async def show(tx: Tx, agency_id: str, response: Response) -> AgencyShown:
    """The agency as it now stands."""
    row = await queries.get(tx, agency_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> AgencyShown:
    return AgencyShown.model_construct(**row._mapping, standing=queries.standing(row, tx))
