"""The operations on evaluations: what is asked of whom, answered with an account, and the manager who is asked besides."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.training.evaluations import commands, queries
from services.training.evaluations.domain import VALUES, Audience, Moment, Scale, Status
from services.training.evaluations.schemas import (
    AnswerEvaluation,
    ChoiceShown,
    EvaluationPage,
    EvaluationShown,
    EvaluationWhole,
    ListEvaluations,
    ManagerNamed,
    NameManager,
    QuestionShown,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["evaluations"])


@router.get("/evaluations", summary="List evaluations")
async def list_evaluations(
    caller: Annotated[Caller, Requires(policy.LIST_EVALUATIONS)],
    tx: ReadTx,
    wanted: Annotated[ListEvaluations, Query()],
    pages: Pages,
) -> EvaluationPage:
    """What is asked of you, of your agency's people as its lead, and at sessions that you hold; who has answered, and who has not."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.asked_at, row.id), datetime.fromisoformat, UUID)
    items = [EvaluationShown.model_construct(**_shown(row, tx.now)) for row in found.rows]
    return EvaluationPage.model_construct(items=items, next=found.next)


@router.get("/evaluations/{evaluation_id}", summary="Read one evaluation")
async def read_evaluation(
    evaluation_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_EVALUATION)], tx: ReadTx
) -> EvaluationWhole:
    """What is asked, until when; and what was answered, where that is your own or you run the programme."""
    return await _show(tx, caller, evaluation_id, response)


@router.post("/evaluations/{evaluation_id}/answer", summary="Answer an evaluation")
async def answer_evaluation(
    evaluation_id: UUID,
    body: AnswerEvaluation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_EVALUATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EvaluationWhole:
    """One answer to each question, once. At the end of a session it may come late; it brings the certificate of who attended."""
    await commands.answer(tx, caller.by(if_match), evaluation_id, body.said)
    return await _show(tx, caller, evaluation_id, response)


@router.post("/bookings/{booking_id}/manager", summary="Name the manager who is asked what a course changed")
async def name_manager(
    booking_id: UUID,
    body: NameManager,
    caller: Annotated[Caller, Requires(policy.NAME_MANAGER)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ManagerNamed:
    """Yours, or as an agency's lead that of one of its people; she answers by a letter's link. A later one replaces the earlier."""
    await commands.name_manager(tx, caller.by(if_match), booking_id, body.name, body.email)
    row = await queries.manager(tx, booking_id)
    assert row
    return ManagerNamed.model_construct(**row._mapping)


async def _show(tx: Tx, caller: Caller, evaluation_id: UUID, response: Response) -> EvaluationWhole:
    row = await queries.get(tx, caller.principal, caller.reach, evaluation_id)
    response.headers["etag"] = etag(row.version)
    own = row.audience == Audience.ATTENDEE and row.subject == caller.principal.subject
    tells = own or caller.reach.view(Scope.ALL) is not None
    before: Mapping[str, int] = {}
    if tells and row.status == Status.ANSWERED and row.audience == Audience.ATTENDEE:
        before = await queries.earlier(tx, row.booking_id, Moment(row.moment))
    told = {
        "questions": asked(row, row.answers if tells else {}, before),
        "text": row.text if tells else None,
        "manager_wanted": own and queries.asks_for_manager(row),
    }
    return EvaluationWhole.model_construct(**_shown(row, tx.now) | told)


def asked(row: Row[Any], answers: Mapping[str, int], before: Mapping[str, int]) -> list[QuestionShown]:
    """The questions of an evaluation, worded for whom it asks."""
    to_manager = row.audience == Audience.MANAGER
    return [
        QuestionShown.model_construct(
            code=one.code,
            text=(one.manager or one.text) if to_manager else one.text,
            scale=one.scale,
            choices=[
                ChoiceShown.model_construct(value=value, words=words)
                for value, words in VALUES[Scale(one.scale)].items()
            ],
            answer=answers.get(one.code),
            before=before.get(one.code),
        )
        for one in queries.questions(row)
    ]


def _shown(row: Row[Any], now: datetime) -> dict[str, Any]:
    return row._asdict() | {
        "overdue": row.status in {Status.ASKED, Status.LAPSED} and row.due_at <= now,
        "told": row.sent_at is not None,
    }
