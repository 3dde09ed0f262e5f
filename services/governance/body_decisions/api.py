"""The operations on decisions of bodies."""

from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.body_decisions import commands, queries
from services.governance.body_decisions.schemas import (
    BodyDecisionPage,
    BodyDecisionShown,
    ListDecisions,
    RecordDecision,
)
from shared.auth import Caller, Requires
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["body-decisions"])


@router.get("/body-decisions", summary="List the decisions of bodies")
async def list_body_decisions(
    caller: Annotated[Caller, Requires(policy.LIST_BODY_DECISIONS)],
    tx: ReadTx,
    wanted: Annotated[ListDecisions, Query()],
    pages: Pages,
) -> BodyDecisionPage:
    """What bodies have decided, the last first: of a body, of a meeting, about a record, those that still stand."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.taken_on, row.id), date.fromisoformat, UUID)
    return BodyDecisionPage.model_construct(items=[_shown(row) for row in found.rows], next=found.next)


@router.get("/body-decisions/{body_decision_id}", summary="Read one decision")
async def read_body_decision(
    body_decision_id: UUID, caller: Annotated[Caller, Requires(policy.READ_BODY_DECISION)], tx: ReadTx
) -> BodyDecisionShown:
    """One decision, who of the three statutory partners was there or agreed, and what stands in its place."""
    return _shown(await queries.get(tx, body_decision_id))


@router.post("/body-decisions", summary="Record a body's decision", status_code=201)
async def record_body_decision(
    body: RecordDecision,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECORD_BODY_DECISION)],
    tx: OnceTx,
) -> BodyDecisionShown:
    """What a body has decided, for its chair, the chair's deputy or the business unit to record; it is never changed.

    By correspondence each statutory partner whom the body needs has agreed; at a meeting each was present.
    """
    fields = body.model_dump(exclude={"about", "causes"})
    about, causes = body.about.cause if body.about else None, [one.cause for one in body.causes]
    decision_id = await commands.record(tx, caller.by(), commands.Wanted(**fields, about=about, causes=causes))
    response.headers["location"] = f"/governance/v1/body-decisions/{decision_id}"
    return _shown(await queries.get(tx, decision_id))


def _shown(row: Row[Any]) -> BodyDecisionShown:
    fields = row._asdict()
    about_type, about_id = fields.pop("about_type"), fields.pop("about_id")
    about = CauseShown.model_construct(type=about_type, id=about_id) if about_type else None
    causes = [CauseShown.model_construct(**cause) for cause in fields.pop("causes")]
    return BodyDecisionShown.model_construct(**fields, about=about, causes=causes)
