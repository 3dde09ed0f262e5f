"""The operations on joint decisions: ask the three, list, read, vote, withdraw."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.governance.joint_decisions import commands
from services.governance.joint_decisions.queries import KINDS, TABLES
from services.governance.joint_decisions.schemas import Ask
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.joint_decisions import queries
from shared.joint_decisions.commands import Ballot, Question
from shared.joint_decisions.schemas import (
    CastVote,
    DecisionPage,
    DecisionShown,
    DecisionWhole,
    KindsShown,
    ListDecisions,
    Withdraw,
    kinds_shown,
    shown,
    whole,
)
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["joint-decisions"])


@router.get("/joint-decision-kinds", summary="List what the three decide jointly")
async def list_joint_decision_kinds(
    caller: Annotated[Caller, Requires(policy.LIST_JOINT_DECISIONS)], tx: ReadTx
) -> KindsShown:
    """The kinds in force today: who votes, until when, what follows dissent and silence, and what holds otherwise."""
    return kinds_shown(KINDS.all_on(today(tx.now)))


@router.get("/joint-decisions", summary="List joint decisions")
async def list_joint_decisions(
    caller: Annotated[Caller, Requires(policy.LIST_JOINT_DECISIONS)],
    tx: ReadTx,
    wanted: Annotated[ListDecisions, Query()],
    pages: Pages,
) -> DecisionPage:
    """Newest first; `mine_to_vote` are those that await your vote, `overdue` those whose date has passed."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, TABLES, caller.principal, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.opened_at, row.id), datetime.fromisoformat, UUID)
    items = [
        DecisionShown.model_construct(**shown(row, KINDS.get(row.kind, row.kind_version), tx.now)) for row in found.rows
    ]
    return DecisionPage.model_construct(items=items, next=found.next)


@router.get("/joint-decisions/{joint_decision_id}", summary="Read one joint decision")
async def read_joint_decision(
    joint_decision_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_JOINT_DECISION)],
    tx: ReadTx,
) -> DecisionWhole:
    """The question, every round with its votes and reasons, whose votes are missing, and what holds."""
    return await _show(tx, joint_decision_id, response)


@router.post("/joint-decisions", status_code=201, summary="Ask the three statutory partners")
async def ask_joint_decision(
    body: Ask, response: Response, caller: Annotated[Caller, Requires(policy.OPEN_JOINT_DECISION)], tx: OnceTx
) -> DecisionWhole:
    """Open a question to the council, the ICB and the police; its kind says who votes, until when, and what follows."""
    asked = Question(
        kind=body.kind,
        text=body.question,
        subject=body.subject.cause if body.subject else None,
        concerned=tuple(dict.fromkeys(body.concerned_agency_ids)),
        causes=[given.cause for given in body.causes],
    )
    decision_id = await commands.ask(tx, caller.by(), asked)
    response.headers["location"] = f"/governance/v1/joint-decisions/{decision_id}"
    return await _show(tx, decision_id, response)


@router.post("/joint-decisions/{joint_decision_id}/vote", status_code=201, summary="Cast a partner's vote")
async def vote_joint_decision(
    joint_decision_id: UUID,
    body: CastVote,
    response: Response,
    caller: Annotated[Caller, Requires(policy.VOTE_JOINT_DECISION)],
    tx: OnceTx,
) -> DecisionWhole:
    """Your agency's one vote, as delegated or lead partner or as their named deputy; what follows happens at once."""
    await commands.vote(tx, caller.by(), joint_decision_id, Ballot(body.round, body.choice, body.reason))
    response.headers["location"] = f"/governance/v1/joint-decisions/{joint_decision_id}"
    return await _show(tx, joint_decision_id, response)


@router.post("/joint-decisions/{joint_decision_id}/withdraw", summary="Take a question back")
async def withdraw_joint_decision(
    joint_decision_id: UUID,
    body: Withdraw,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_JOINT_DECISION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> DecisionWhole:
    """The three are asked no more; the votes that were cast stay on the record."""
    await commands.withdraw(tx, caller.by(if_match), joint_decision_id, body.reason)
    return await _show(tx, joint_decision_id, response)


async def _show(tx: Tx, decision_id: UUID, response: Response) -> DecisionWhole:
    row = await queries.get(tx, TABLES, decision_id)
    response.headers["etag"] = etag(row.version)
    rounds, votes = await queries.rounds(tx, TABLES, decision_id), await queries.votes(tx, TABLES, decision_id)
    kind = KINDS.get(row.kind, row.kind_version)
    return DecisionWhole.model_construct(**whole(row, kind, rounds, votes, tx.now))
