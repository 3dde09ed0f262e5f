"""The operations on distribution lists."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.training.distribution_lists import commands, queries
from services.training.distribution_lists.schemas import AddList, ChangeList, ListLists, ListPage, ListShown
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["distribution lists"])


@router.get("/distribution-lists", summary="List distribution lists")
async def list_lists(
    caller: Annotated[Caller, Requires(policy.LIST_LISTS)],
    tx: ReadTx,
    wanted: Annotated[ListLists, Query()],
    pages: Pages,
) -> ListPage:
    """Whom open sessions are for: by series, by agency, or those that are invited on a day."""
    filters = queries.Filters(**wanted.chosen())
    found = await pages.of(
        wanted, filters, partial(queries.page, tx, filters), lambda row: (row.name, row.id), str, UUID
    )
    items = [ListShown.model_construct(**row._mapping) for row in found.rows]
    return ListPage.model_construct(items=items, next=found.next)


@router.get("/distribution-lists/{distribution_list_id}", summary="Read one distribution list")
async def read_list(
    distribution_list_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_LIST)], tx: ReadTx
) -> ListShown:
    """One list, with the series that it subscribes to."""
    return await _show(tx, distribution_list_id, response)


@router.post("/distribution-lists", status_code=201, summary="Add a distribution list")
async def add_list(
    body: AddList, response: Response, caller: Annotated[Caller, Requires(policy.ADD_LIST)], tx: OnceTx
) -> ListShown:
    """Add a list: every open session planned from now on of a series that it subscribes to invites it."""
    list_id = await commands.add(tx, caller.by(), body.model_dump())
    response.headers["location"] = f"/training/v1/distribution-lists/{list_id}"
    return await _show(tx, list_id, response)


@router.patch("/distribution-lists/{distribution_list_id}", summary="Change a distribution list")
async def change_list(
    distribution_list_id: UUID,
    body: ChangeList,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_LIST)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ListShown:
    """Change its name, address or series, or name its last day; sessions that are planned keep the lists that they have."""
    await commands.change(tx, caller.by(if_match), distribution_list_id, body.model_dump(exclude_unset=True))
    return await _show(tx, distribution_list_id, response)


async def _show(tx: Tx, list_id: UUID, response: Response) -> ListShown:
    row = await queries.get(tx, list_id)
    response.headers["etag"] = etag(row.version)
    return ListShown.model_construct(**row._mapping)
