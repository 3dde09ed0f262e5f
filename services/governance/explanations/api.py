"""The operations on explanations."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.explanations import commands, queries
from services.governance.explanations.domain import Status
from services.governance.explanations.schemas import Answer, ExplanationPage, ExplanationShown, ListExplanations
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["attendance"])


@router.get("/explanations", summary="List explanations of attendance")
async def list_explanations(
    caller: Annotated[Caller, Requires(policy.LIST_EXPLANATIONS)],
    tx: ReadTx,
    wanted: Annotated[ListExplanations, Query()],
    pages: Pages,
) -> ExplanationPage:
    """Which agencies were asked why they came less often than is expected, and what they answered; the last first."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    position = (datetime.fromisoformat, UUID)
    found = await pages.of(wanted, filters, rows, lambda row: (row.asked_at, row.id), *position)
    return ExplanationPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/explanations/{explanation_id}", summary="Read one explanation")
async def read_explanation(
    explanation_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.LIST_EXPLANATIONS)], tx: ReadTx
) -> ExplanationShown:
    """One question with the figures it was asked by, and the answer."""
    return await _show(tx, caller, explanation_id, response)


@router.post("/explanations/{explanation_id}/answer", summary="Explain an agency's attendance")
async def answer_explanation(
    explanation_id: UUID,
    body: Answer,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_EXPLANATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ExplanationShown:
    """The agency's lead says why, once; the body reads it."""
    await commands.answer(tx, caller.by(if_match), explanation_id, body.text)
    return await _show(tx, caller, explanation_id, response)


async def _show(tx: Tx, caller: Caller, explanation_id: UUID, response: Response) -> ExplanationShown:
    row = await queries.get(tx, caller.principal, caller.reach, explanation_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> ExplanationShown:
    said = f"At {row.attended} of {row.of} meetings from {row.first_day} to {row.last_day}; expected: {row.expected_share} %."
    kept = {name: row._mapping[name] for name in ExplanationShown.model_fields if name not in {"said", "overdue"}}
    overdue = row.status == Status.ASKED and row.answer_by < today(tx.now)
    return ExplanationShown.model_construct(**kept, said=said, overdue=overdue)
