"""Reads registrations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from services.gateway.models import Client
from services.gateway.reaching import visible_to
from shared.auth import Caller
from shared.db import Tx
from shared.problems import NotFound


class ClientNotFound(NotFound):
    """Nothing is registered under this id, or nothing that the caller may see."""

    code = "client_not_found"
    cure = "Look in `/gateway/v1/clients`."


_ALL = select(*Client.__table__.c).order_by(Client.registered_at, Client.client_id)


async def every(tx: Tx, caller: Caller) -> Sequence[Row[Any]]:
    """The registrations that the caller may see, the oldest first."""
    return await tx.rows(_ALL.where(visible_to(caller, Client.agency_id)))


async def get(tx: Tx, client_id: str, caller: Caller) -> Row[Any]:
    """One registration. ClientNotFound."""
    return _found(await tx.row(_ALL.where(Client.client_id == client_id, visible_to(caller, Client.agency_id))))


async def for_update(tx: Tx, client_id: str, caller: Caller) -> Row[Any]:
    """One registration, locked. ClientNotFound."""
    seen = visible_to(caller, Client.agency_id)
    return _found(await tx.row(_ALL.where(Client.client_id == client_id, seen).with_for_update()))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ClientNotFound("There is no such registration.")
    return row
