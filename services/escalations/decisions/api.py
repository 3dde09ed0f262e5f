"""The operations on joint decisions: cast a vote, and see how the votes stand."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import Row

from services.escalations.decisions import commands, queries
from services.escalations.decisions.domain import rule_of
from services.escalations.decisions.schemas import CastVote, Decision, RoundShown, VoteShown
from services.escalations.escalations.api import NOUN, by
from services.escalations.escalations.queries import get, view_of
from services.escalations.ladders.domain import Duty, Ladder
from services.escalations.ladders.queries import ladder
from services.escalations.rulebook import CALENDAR
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.joint_decisions.domain import Partner
from shared.policy import View
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["decisions"])


@router.get("/escalations/{escalation_id}/decision", summary="Read a joint decision")
async def read_decision(escalation_id: UUID, caller: Annotated[Caller, Requires(policy.READ)], tx: ReadTx) -> Decision:
    """The votes of police, ICB and council, round by round, with their reasons and whose are missing; no round before its stage."""
    return await _show(tx, caller, escalation_id)


@router.post("/escalations/{escalation_id}/vote", status_code=201, summary="Cast a statutory partner's vote")
async def cast_vote(
    escalation_id: UUID,
    body: CastVote,
    response: Response,
    caller: Annotated[Caller, Requires(policy.VOTE)],
    tx: OnceTx,
) -> Decision:
    """Your agency's one vote: as delegated partner, at the chiefs' stage as lead partner, or as their named deputy.

    What follows from the votes happens at once: agreement settles the matter; dissent takes it to the chiefs, and with
    them to what the ladder says.
    """
    vote = body.model_dump()
    await commands.vote(tx, by(caller, None, body), escalation_id, CALENDAR, **vote)
    response.headers["location"] = f"/escalations/v1/escalations/{escalation_id}/decision"
    return await _show(tx, caller, escalation_id)


async def _show(tx: Tx, caller: Caller, escalation_id: UUID) -> Decision:
    row = await get(tx, caller.principal, caller.reach, escalation_id)
    steps = await ladder(tx, row.ladder_code, row.ladder_version)
    joint = [entered for entered in row.stages if steps.stage(entered["order"]).decided_by]
    view = view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    cast = await queries.cast(tx, row.id)
    hidden = row.quarantined and view is not View.IDENTIFIED
    return Decision.model_construct(
        escalation_id=row.id,
        outcome=row.outcome if joint else None,
        rounds=[_round(row, entered, steps, cast, hidden=hidden) for entered in joint],
    )


def _round(row: Row[Any], entered: dict[str, Any], steps: Ladder, cast: Any, *, hidden: bool) -> RoundShown:
    stage, number = steps.stage(entered["order"]), entered["number"]
    clock = next(c for c in row.clocks if (c["stage_number"], c["duty"]) == (number, Duty.RESPOND))
    votes = [one._asdict() for one in cast if one.stage_number == number]
    withheld = {"reason": None} if hidden else {}
    rule = rule_of(stage)
    return RoundShown.model_construct(
        stage_number=number,
        stage_order=stage.order,
        stage_name=stage.name,
        decided_by=str(stage.decided_by),
        on_dissent=rule.on_dissent,
        on_silence=rule.on_silence,
        opened_at=entered["opened_at"],
        due_at=clock["agreed_due_at"] or clock["due_at"],
        ended_at=entered["ended_at"],
        ended_by=entered["ended_by"],
        missing=[partner.value for partner in Partner if all(one["partner"] != partner for one in votes)],
        votes=[VoteShown.model_construct(**one | withheld) for one in votes],
    )
