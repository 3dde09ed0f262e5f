"""The operations on learning points: draw, list, read, and one for each transition."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.escalations.escalations.api import by
from services.escalations.learning import commands, queries
from services.escalations.learning.commands import Aim
from services.escalations.learning.domain import Status, is_late
from services.escalations.learning.schemas import (
    Aimed,
    CloseLearning,
    DrawLearning,
    LearningActionShown,
    LearningPage,
    LearningShown,
    LearningStep,
    LearningWhole,
    ListLearning,
    RouteLearning,
    TakeLearning,
    TakenAs,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["learning"])


@router.post("/escalations/{escalation_id}/learning", status_code=201, summary="Draw learning from an escalation")
async def draw_learning(
    escalation_id: UUID,
    body: DrawLearning,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DRAW_LEARNING)],
    tx: OnceTx,
) -> LearningWhole:
    """Record what is to be learnt and send it on; the rule of its route says by when it is to be taken."""
    learning_id = await commands.draw(tx, by(caller, None, body), escalation_id, text=body.text, aim=_aim(body))
    response.headers["location"] = f"/escalations/v1/learning/{learning_id}"
    return await _show(tx, caller, learning_id, response)


@router.get("/learning", summary="List learning")
async def list_learning(
    caller: Annotated[Caller, Requires(policy.LIST_LEARNING)],
    tx: ReadTx,
    wanted: Annotated[ListLearning, Query()],
    pages: Pages,
) -> LearningPage:
    """Those that you may see, newest first; an agency sees those of its matters and those that it owns."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.recorded_at, row.id), datetime.fromisoformat, UUID)
    return LearningPage.model_construct(
        items=[LearningShown.model_construct(**_shown(row, tx)) for row in found.rows], next=found.next
    )


@router.get("/learning/{learning_id}", summary="Read one learning point")
async def read_learning(
    learning_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_LEARNING)], tx: ReadTx
) -> LearningWhole:
    """One learning point, with what became of it."""
    return await _show(tx, caller, learning_id, response)


@router.post("/learning/{learning_id}/route", summary="Send learning elsewhere")
async def route_learning(
    learning_id: UUID,
    body: RouteLearning,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ROUTE_LEARNING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> LearningWhole:
    """It belongs with others: its day is given anew, and the old one stays in its history."""
    await commands.route(tx, by(caller, if_match, body), learning_id, aim=_aim(body), reason=body.reason)
    return await _show(tx, caller, learning_id, response)


@router.post("/learning/{learning_id}/take", summary="Take learning up")
async def take_learning(
    learning_id: UUID,
    body: TakeLearning,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TAKE_LEARNING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> LearningWhole:
    """The owning agency's lead, or those to whom its route leads, take it up; as which record, where there is one."""
    taken_as = body.taken_as.cause if body.taken_as else None
    await commands.take(tx, by(caller, if_match, body), learning_id, text=body.text, taken_as=taken_as)
    return await _show(tx, caller, learning_id, response)


@router.post("/learning/{learning_id}/close", summary="Close learning")
async def close_learning(
    learning_id: UUID,
    body: CloseLearning,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE_LEARNING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> LearningWhole:
    """It is at its end: whether anything changed by it, and what."""
    await commands.close(tx, by(caller, if_match, body), learning_id, changed=body.changed, text=body.text)
    return await _show(tx, caller, learning_id, response)


async def _show(tx: Tx, caller: Caller, learning_id: UUID, response: Response) -> LearningWhole:
    row = await queries.get(tx, caller.principal, caller.reach, learning_id)
    response.headers["etag"] = etag(row.version)
    steps = [LearningStep.model_construct(**step._mapping) for step in await queries.HISTORY.of(tx, learning_id)]
    became = [LearningActionShown.model_construct(**one._mapping) for one in await queries.actions(tx, learning_id)]
    return LearningWhole.model_construct(**_shown(row, tx), actions=became, steps=steps)


def _shown(row: Row[Any], tx: Tx) -> dict[str, Any]:
    overdue = row.status == Status.RECORDED and is_late(row.take_by, tx.now)
    taken_as = TakenAs.model_construct(**row.taken_as) if row.taken_as else None
    return row._asdict() | {"overdue": overdue, "taken_as": taken_as}


def _aim(body: Aimed) -> Aim:
    return Aim(body.route, body.owner_agency_id, body.owner_body_id, body.take_by)
