"""The operation that lists what waits for whom."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.reviews.waits import queries
from services.reviews.waits.domain import What
from services.reviews.waits.schemas import ListWaits, WaitPage, WaitShown
from shared.auth import Caller, Requires
from shared.listing import Pages
from shared.policy import View
from shared.policy import reviews as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["waits"])


@router.get("/waits", summary="List what waits for whom")
async def list_waits(
    caller: Annotated[Caller, Requires(policy.LIST_WAITS)],
    tx: ReadTx,
    wanted: Annotated[ListWaits, Query()],
    pages: Pages,
) -> WaitPage:
    """Everything in reviews that waits for your agency or for you, the first due first, what has no date at the end; the business
    unit sees whom all waits for.
    """
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.place, row.key), datetime.fromisoformat, str)
    items = []
    for row in found.rows:
        what = What(row.what)
        caller.shows(what.noun, UUID(row.id), View.PSEUDONYMISED)
        one = WaitShown.model_construct(
            what=row.what,
            in_words=what.said,
            noun=what.noun,
            id=UUID(row.id),
            reference=row.reference,
            agency_id=row.agency_id,
            silent_agency_id=row.silent_agency_id,
            times_asked=row.times_asked,
            since=row.since,
            due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at < tx.now,
        )
        items.append(one)
    return WaitPage.model_construct(items=items, next=found.next)
