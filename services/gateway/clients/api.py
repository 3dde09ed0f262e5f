"""The operations on systems and front ends."""

import json
from typing import Annotated, Any

from fastapi import Request, Response
from sqlalchemy import Row

from services.gateway.agencies.schemas import Resume, Suspend
from services.gateway.clients import commands, queries
from services.gateway.clients.schemas import ChangeClient, ClientId, ClientList, ClientShown, RegisterClient
from services.gateway.state import gateway_of
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import View
from shared.policy import gateway as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["clients"])


@router.get("/clients", summary="List systems and front ends")
async def list_clients(caller: Annotated[Caller, Requires(policy.LIST_CLIENTS)], tx: ReadTx) -> ClientList:
    """Those of your agency, or all where you administer all."""
    return ClientList.model_construct(items=[_shown(row) for row in await queries.every(tx, caller)])


@router.get("/clients/{client_id}", summary="Read one registration")
async def read_client(
    client_id: ClientId, response: Response, caller: Annotated[Caller, Requires(policy.LIST_CLIENTS)], tx: ReadTx
) -> ClientShown:
    """One system or front end."""
    return await show(tx, caller, client_id, response)


@router.post("/clients", summary="Register a system or front end", status_code=201)
async def register_client(
    request: Request,
    body: RegisterClient,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REGISTER_CLIENT)],
    tx: OnceTx,
) -> ClientShown:
    """Within what the partnership grants your agency. No secret is shared: a system keeps the private half of its key."""
    client_id = await commands.register(tx, caller, dict(body), gateway_of(request).settings)
    response.headers["location"] = f"/gateway/v1/clients/{client_id}"
    return await show(tx, caller, client_id, response)


@router.patch("/clients/{client_id}", summary="Change a registration")
async def change_client(
    request: Request,
    client_id: ClientId,
    body: ChangeClient,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_CLIENT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ClientShown:
    """New keys, addresses, scopes or roles hold from the next token on. Keep an old key beside the new until it is unused."""
    await commands.change(tx, caller, client_id, if_match, dict(body), gateway_of(request).settings)
    return await show(tx, caller, client_id, response)


@router.post("/clients/{client_id}/suspend", summary="Suspend a system or front end")
async def suspend_client(
    client_id: ClientId,
    body: Suspend,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUSPEND_CLIENT)],
    tx: WriteTx,
) -> ClientShown:
    """It is refused from the next request on, whatever tokens it has."""
    await commands.suspend(tx, caller, client_id, body.reason)
    return await show(tx, caller, client_id, response)


@router.post("/clients/{client_id}/resume", summary="End a suspension")
async def resume_client(
    client_id: ClientId,
    body: Resume,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESUME_CLIENT)],
    tx: WriteTx,
) -> ClientShown:
    """It is let in again."""
    await commands.resume(tx, caller, client_id)
    return await show(tx, caller, client_id, response)


async def show(tx: Tx, caller: Caller, client_id: str, response: Response) -> ClientShown:
    """The registration as it now stands; who read or changed it is recorded."""
    caller.shows("gateway.client", client_id, View.IDENTIFIED)
    row = await queries.get(tx, client_id, caller)
    response.headers["etag"] = etag(row.version)
    return _shown(row)


def _shown(row: Row[Any]) -> ClientShown:
    return ClientShown.model_validate(dict(row._mapping) | {"public_keys": json.loads(row.jwks)["keys"]})
