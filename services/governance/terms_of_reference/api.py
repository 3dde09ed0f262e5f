"""The operations on terms of reference."""

from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.terms_of_reference import commands, queries
from services.governance.terms_of_reference.domain import is_overdue
from services.governance.terms_of_reference.schemas import (
    Adopt,
    BodiesWithout,
    BodyWithout,
    ListTerms,
    TermsPage,
    TermsShown,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.listing import Pages
from shared.policy import governance_bodies as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["bodies"])


@router.get("/terms-of-reference", summary="List terms of reference")
async def list_terms(
    caller: Annotated[Caller, Requires(policy.LIST_TERMS)],
    tx: ReadTx,
    wanted: Annotated[ListTerms, Query()],
    pages: Pages,
) -> TermsPage:
    """Every version, the last adopted first: of a body, the present ones, those whose review is overdue."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.adopted_on, row.id), date.fromisoformat, UUID)
    return TermsPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/terms-of-reference/without", summary="See which bodies have no terms of reference")
async def list_without(caller: Annotated[Caller, Requires(policy.LIST_TERMS)], tx: ReadTx) -> BodiesWithout:
    """Bodies of today that are to have them, and of which none are recorded."""
    rows = await queries.without(tx)
    return BodiesWithout.model_construct(items=[BodyWithout.model_construct(**row._mapping) for row in rows])


@router.get("/terms-of-reference/{terms_of_reference_id}", summary="Read one version of terms of reference")
async def read_terms(
    terms_of_reference_id: UUID, caller: Annotated[Caller, Requires(policy.LIST_TERMS)], tx: ReadTx
) -> TermsShown:
    """One version, and when it is to be reviewed."""
    return _shown(await queries.get(tx, terms_of_reference_id), tx)


@router.post("/terms-of-reference", summary="Adopt terms of reference", status_code=201)
async def adopt_terms(
    body: Adopt, response: Response, caller: Annotated[Caller, Requires(policy.ADOPT_TERMS)], tx: OnceTx
) -> TermsShown:
    """New ones, or those before reviewed and kept; the rule of the body's kind says when they are reviewed next."""
    terms_id = await commands.adopt(tx, caller.by(), commands.Wanted(**body.model_dump()))
    response.headers["location"] = f"/governance/v1/terms-of-reference/{terms_id}"
    return _shown(await queries.get(tx, terms_id), tx)


def _shown(row: Row[Any], tx: Tx) -> TermsShown:
    kept = {name: row._mapping[name] for name in TermsShown.model_fields if name not in {"current", "overdue"}}
    overdue = is_overdue(row.review_due_on, row.followed, today(tx.now))
    return TermsShown.model_construct(**kept, current=not row.followed, overdue=overdue)
