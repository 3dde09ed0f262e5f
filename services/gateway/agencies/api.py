"""The operations on agencies' access."""

from typing import Annotated, Any

from sqlalchemy import Row

from services.gateway.agencies import commands, queries
from services.gateway.agencies.domain import granted
from services.gateway.agencies.schemas import AgencyList, AgencyShown, GrantAgency, Resume, Suspend
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.policy import View
from shared.policy import gateway as policy
from shared.routing import Router
from shared.schemas import AgencyId
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["agencies"])


@router.get("/agencies", summary="List agencies' access")
async def list_agencies(caller: Annotated[Caller, Requires(policy.LIST_AGENCIES)], tx: ReadTx) -> AgencyList:
    """What each agency may give to its systems and people, and which are suspended."""
    return AgencyList.model_construct(items=[_shown(row) for row in await queries.every(tx, caller)])


@router.get("/agencies/{agency_id}", summary="Read one agency's access")
async def read_agency(
    agency_id: AgencyId, caller: Annotated[Caller, Requires(policy.LIST_AGENCIES)], tx: ReadTx
) -> AgencyShown:
    """What this agency may give, and whether it is suspended."""
    return _shown(await queries.get(tx, agency_id, caller))


@router.post("/agencies/{agency_id}/grant", summary="Grant an agency scopes and roles")
async def grant_agency(
    agency_id: AgencyId, body: GrantAgency, caller: Annotated[Caller, Requires(policy.GRANT_AGENCY)], tx: WriteTx
) -> AgencyShown:
    """Say what the agency's lead may give to its systems and people; what it has given already stays."""
    await commands.grant(tx, agency_id, body.scopes, body.roles)
    return await _changed(tx, caller, agency_id)


@router.post("/agencies/{agency_id}/suspend", summary="Suspend an agency")
async def suspend_agency(
    agency_id: AgencyId, body: Suspend, caller: Annotated[Caller, Requires(policy.SUSPEND_AGENCY)], tx: WriteTx
) -> AgencyShown:
    """From the next request on nobody of the agency, and none of its systems, gets in; its links and calendars rest within seconds."""
    await commands.suspend(tx, agency_id, body.reason)
    return await _changed(tx, caller, agency_id)


@router.post("/agencies/{agency_id}/resume", summary="End an agency's suspension")
async def resume_agency(
    agency_id: AgencyId, body: Resume, caller: Annotated[Caller, Requires(policy.RESUME_AGENCY)], tx: WriteTx
) -> AgencyShown:
    """Let the agency in again; its people sign in as before."""
    await commands.resume(tx, agency_id)
    return await _changed(tx, caller, agency_id)


async def _changed(tx: Tx, caller: Caller, agency_id: str) -> AgencyShown:
    """The agency's access as it now stands; who changed it is recorded."""
    caller.shows("gateway.agency", agency_id, View.IDENTIFIED)
    return _shown(await queries.get(tx, agency_id, caller))


def _shown(row: Row[Any]) -> AgencyShown:
    may = granted(row.type, row.granted_scopes, row.granted_roles)
    given = {"granted_scopes": sorted(may.scopes), "granted_roles": sorted(may.roles)}
    return AgencyShown.model_validate(dict(row._mapping) | given)
