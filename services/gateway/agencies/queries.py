"""Reads agencies' access."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from services.gateway.agencies.domain import Granted, granted
from services.gateway.models import Agency, AgencyAccess
from services.gateway.reaching import visible_to
from shared.auth import Caller
from shared.db import Tx
from shared.problems import NotFound


class AgencyNotFound(NotFound):
    """No agency has this id, or none that the caller may see."""

    code = "agency_not_found"
    cure = "Look in `/governance/v1/agencies`."


COLUMNS = (
    Agency.agency_id,
    Agency.name,
    Agency.type,
    AgencyAccess.granted_scopes,
    AgencyAccess.granted_roles,
    AgencyAccess.suspended_at,
    AgencyAccess.suspended_reason,
)
_ALL = select(*COLUMNS).outerjoin(AgencyAccess, AgencyAccess.agency_id == Agency.agency_id).order_by(Agency.agency_id)


async def every(tx: Tx, caller: Caller) -> Sequence[Row[Any]]:
    """The agencies that the caller may see, in the order of their ids."""
    return await tx.rows(_ALL.where(visible_to(caller, Agency.agency_id)))


async def get(tx: Tx, agency_id: str, caller: Caller | None = None) -> Row[Any]:
    """One agency. AgencyNotFound."""
    seen = visible_to(caller, Agency.agency_id) if caller else Agency.agency_id.is_not(None)
    row = await tx.row(_ALL.where(Agency.agency_id == agency_id, seen))
    if row is None:
        raise AgencyNotFound("There is no such agency in the register.")
    return row


async def granted_to(tx: Tx, agency_id: str) -> Granted:
    """What an agency may give. AgencyNotFound."""
    row = await get(tx, agency_id)
    return granted(row.type, row.granted_scopes, row.granted_roles)
