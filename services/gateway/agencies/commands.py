"""Changes what an agency is granted, and whether it is let in at all."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.gateway.agencies import queries
from services.gateway.agencies.domain import check_holding
from services.gateway.models import AgencyAccess
from services.gateway.standing import raise_standing
from shared.contracts import gateway as events
from shared.db import Tx
from shared.outbox import emit
from shared.policy import AgencyType, Role
from shared.problems import Conflict


class StandsSo(Conflict):
    """The account or the agency is suspended already, or is not suspended."""

    code = "stands_so"
    title = "It stands so already"
    cure = "Nothing to do."


async def grant(tx: Tx, agency_id: str, scopes: Sequence[str] | None, roles: Sequence[Role] | None) -> None:
    """Say what an agency may give; what it has given already stays until it is taken back. AgencyNotFound, NotGranted."""
    row = await queries.get(tx, agency_id)
    for role in roles or ():
        check_holding(role, AgencyType(row.type), "roles")
    chosen = None if roles is None else [role.value for role in roles]
    await _keep(tx, agency_id, granted_scopes=None if scopes is None else list(scopes), granted_roles=chosen)


async def suspend(tx: Tx, agency_id: str, reason: str) -> None:
    """Nobody of the agency gets in from the next request on. AgencyNotFound, StandsSo."""
    row = await queries.get(tx, agency_id)
    if row.suspended_at:
        raise StandsSo("This agency is suspended already.")
    await _keep(tx, agency_id, suspended_at=tx.wall, suspended_reason=reason)
    await raise_standing(tx)
    await emit(tx, events.AgencySuspended(subject=agency_id, agency_id=agency_id, suspended=True))


async def resume(tx: Tx, agency_id: str) -> None:
    """Let the agency in again. AgencyNotFound, StandsSo."""
    row = await queries.get(tx, agency_id)
    if not row.suspended_at:
        raise StandsSo("This agency is not suspended.")
    await _keep(tx, agency_id, suspended_at=None, suspended_reason=None)
    await raise_standing(tx)
    await emit(tx, events.AgencyResumed(subject=agency_id, agency_id=agency_id, suspended=False))


async def restate(tx: Tx) -> int:
    """Tell again of every agency of which something is kept whether it is suspended; how many."""
    kept = select(AgencyAccess.agency_id, AgencyAccess.suspended_at).order_by(AgencyAccess.agency_id)
    rows = await tx.rows(kept.with_for_update(read=True))
    for row in rows:
        stands = {"agency_id": row.agency_id, "suspended": row.suspended_at is not None}
        await emit(tx, events.AgencyRestated(subject=row.agency_id, **stands))
    return len(rows)


async def _keep(tx: Tx, agency_id: str, **values: Any) -> None:
    statement = insert(AgencyAccess).values(agency_id=agency_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["agency_id"], set_=values))
