"""The operations on expectations."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.expectations import commands, queries
from services.governance.expectations.schemas import (
    EndExpectation,
    Expect,
    ExpectationPage,
    ExpectationShown,
    ListExpectations,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["attendance"])


@router.get("/expectations", summary="List what is expected of agencies")
async def list_expectations(
    caller: Annotated[Caller, Requires(policy.LIST_EXPECTATIONS)],
    tx: ReadTx,
    wanted: Annotated[ListExpectations, Query()],
    pages: Pages,
) -> ExpectationPage:
    """At which share of which body's meetings each agency is to be there, and who expects it."""
    filters = queries.Filters(**wanted.chosen())
    found = await pages.of(wanted, filters, partial(queries.page, tx, filters), lambda row: (row.id,), UUID)
    return ExpectationPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/expectations/{expectation_id}", summary="Read one expectation")
async def read_expectation(
    expectation_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.LIST_EXPECTATIONS)], tx: ReadTx
) -> ExpectationShown:
    """One expectation, since when, and who expects it."""
    return await _show(tx, expectation_id, response)


@router.post("/expectations", summary="Expect an agency at a body's meetings", status_code=201)
async def make_expectation(
    body: Expect, response: Response, caller: Annotated[Caller, Requires(policy.SET_EXPECTATION)], tx: OnceTx
) -> ExpectationShown:
    """A share of the meetings, or every one; what was expected before ends the day before."""
    expectation_id = await commands.expect(tx, caller.by(), commands.Wanted(**body.model_dump()))
    response.headers["location"] = f"/governance/v1/expectations/{expectation_id}"
    return await _show(tx, expectation_id, response)


@router.post("/expectations/{expectation_id}/end", summary="End an expectation")
async def end_expectation(
    expectation_id: UUID,
    body: EndExpectation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_EXPECTATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ExpectationShown:
    """The agency is expected there no longer; what it owed until then stays counted."""
    await commands.end(tx, caller.by(if_match), expectation_id, body.ends_on)
    return await _show(tx, expectation_id, response)


async def _show(tx: Tx, expectation_id: UUID, response: Response) -> ExpectationShown:
    row = await queries.get(tx, expectation_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> ExpectationShown:
    standing = queries.expectation_of(row).term.standing(today(tx.now))
    shown = {name: row._mapping[name] for name in ExpectationShown.model_fields if name != "standing"}
    return ExpectationShown.model_construct(**shown, standing=standing)
