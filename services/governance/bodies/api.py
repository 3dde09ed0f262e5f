"""The operations on bodies."""

from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.bodies import commands, queries
from services.governance.bodies.schemas import BodyPage, BodyShown, ChangeBody, Establish, ListBodies
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.schemas import BodyId
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["bodies"])


@router.get("/bodies", summary="List the partnership's bodies")
async def list_bodies(
    caller: Annotated[Caller, Requires(policy.LIST_BODIES)],
    tx: ReadTx,
    wanted: Annotated[ListBodies, Query()],
    pages: Pages,
) -> BodyPage:
    """The Executive, its subgroups and groups, and the boards beside the partnership; those of a day, or all."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.id,), str)
    return BodyPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/bodies/{body_id}", summary="Read one body")
async def read_body(
    body_id: BodyId, response: Response, caller: Annotated[Caller, Requires(policy.READ_BODY)], tx: ReadTx
) -> BodyShown:
    """One body, where it reports, and since when."""
    return await show(tx, body_id, response)


@router.post("/bodies", summary="Establish a body", status_code=201)
async def establish_body(
    body: Establish, response: Response, caller: Annotated[Caller, Requires(policy.ESTABLISH_BODY)], tx: OnceTx
) -> BodyShown:
    """Add a body; its id is yours to choose, and stays."""
    await commands.establish(tx, **body.model_dump())
    response.headers["location"] = f"/governance/v1/bodies/{body.id}"
    return await show(tx, body.id, response)


@router.patch("/bodies/{body_id}", summary="Change a body")
async def change_body(
    body_id: BodyId,
    body: ChangeBody,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_BODY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BodyShown:
    """Change its name, its place or its dates. The role that its members have does not change under them."""
    await commands.change(tx, caller.by(if_match), body_id, body.model_dump(exclude_unset=True))
    return await show(tx, body_id, response)


async def show(tx: Tx, body_id: str, response: Response) -> BodyShown:
    """The body as it now stands."""
    row = await queries.get(tx, body_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> BodyShown:
    return BodyShown.model_construct(**row._mapping, standing=queries.standing(row, tx))
