"""The operations on joint decisions: list, read, vote."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.reviews.joint_decisions.queries import KINDS, TABLES
from services.reviews.votes import commands
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.joint_decisions import queries
from shared.joint_decisions.commands import Ballot
from shared.joint_decisions.schemas import (
    CastVote,
    DecisionPage,
    DecisionShown,
    DecisionWhole,
    KindsShown,
    ListDecisions,
    kinds_shown,
    shown,
    whole,
)
from shared.listing import Pages
from shared.policy import Scope
from shared.policy import reviews as policy
from shared.routing import Router
from shared.rules import calendar
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["joint_decisions"])

NOUN = "reviews.joint_decision"


@router.get("/joint-decision-kinds", summary="List what the three decide jointly")
async def list_joint_decision_kinds(
    caller: Annotated[Caller, Requires(policy.LIST_DECISION_KINDS)], tx: ReadTx
) -> KindsShown:
    """The kinds in force today: who votes, until when, what follows dissent and silence, and what holds otherwise."""
    return kinds_shown(KINDS.all_on(calendar().date_of(tx.now)))


@router.get("/joint-decisions", summary="List joint decisions")
async def list_joint_decisions(
    caller: Annotated[Caller, Requires(policy.LIST_DECISIONS)],
    tx: ReadTx,
    wanted: Annotated[ListDecisions, Query()],
    pages: Pages,
) -> DecisionPage:
    """Newest first; `mine_to_vote` are those that await your vote, `overdue` those whose date has passed."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, TABLES, caller.principal, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.opened_at, row.id), datetime.fromisoformat, UUID)
    for row in found.rows:
        _record(caller, row.id)
    items = [
        DecisionShown.model_construct(**shown(row, KINDS.get(row.kind, row.kind_version), tx.now)) for row in found.rows
    ]
    return DecisionPage.model_construct(items=items, next=found.next)


@router.get("/joint-decisions/{decision_id}", summary="Read one joint decision")
async def read_joint_decision(
    decision_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_DECISION)], tx: ReadTx
) -> DecisionWhole:
    """The question, every round with its votes and reasons, whose votes are missing, and what holds."""
    return await _show(tx, caller, decision_id, response)


@router.post("/joint-decisions/{decision_id}/vote", status_code=201, summary="Cast a partner's vote")
async def vote_joint_decision(
    decision_id: UUID,
    body: CastVote,
    response: Response,
    caller: Annotated[Caller, Requires(policy.VOTE)],
    tx: OnceTx,
) -> DecisionWhole:
    """Your agency's one vote, as delegated or lead partner or as their named deputy; what follows happens at once."""
    await commands.vote(tx, caller.by(), decision_id, Ballot(body.round, body.choice, body.reason))
    response.headers["location"] = f"/reviews/v1/joint-decisions/{decision_id}"
    return await _show(tx, caller, decision_id, response)


async def _show(tx: Tx, caller: Caller, decision_id: UUID, response: Response) -> DecisionWhole:
    row = await queries.get(tx, TABLES, decision_id)
    _record(caller, row.id)
    response.headers["etag"] = etag(row.version)
    rounds, votes = await queries.rounds(tx, TABLES, decision_id), await queries.votes(tx, TABLES, decision_id)
    kind = KINDS.get(row.kind, row.kind_version)
    return DecisionWhole.model_construct(**whole(row, kind, rounds, votes, tx.now))


def _record(caller: Caller, decision_id: UUID) -> None:
    """Whoever may read them at all may read every one: the three partners, who decide, and those who oversee."""
    view = caller.reach.view(Scope.ALL)
    assert view is not None
    caller.shows(NOUN, decision_id, view)
