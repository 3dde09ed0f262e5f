"""Decides whether two children are one."""

from uuid import UUID

from sqlalchemy import func, select, update

from services.escalations.children.domain import Verdict
from services.escalations.children.models import Child, Match
from services.escalations.children.queries import same
from services.escalations.identities import queries
from services.escalations.identities.domain import must_be_open
from shared.db import Tx
from shared.policy import Principal, Reach


async def decide(tx: Tx, principal: Principal, reach: Reach, match_id: UUID, verdict: Verdict, reason: str) -> None:
    """Write down what a person decides; where the two are one, they are from now on. MatchDecided where it was."""
    match = await queries.match_for_update(tx, principal, reach, match_id)
    must_be_open(match.verdict)
    decided = {
        "verdict": verdict,
        "reason": reason,
        "decided_at": tx.now,
        "decided_by": principal.subject,
        "decided_agency_id": principal.agency_id,
    }
    await tx.execute(update(Match).where(Match.id == match_id).values(**decided))
    if verdict is Verdict.CONFIRMED:
        await _merge(tx, match.child_id, match.other_child_id)


async def _merge(tx: Tx, child_id: UUID, other_id: UUID) -> None:
    """The smaller group joins the larger, which keeps the ways short; nothing is rewritten, and no group is its own part."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tx.service}:merge", 0))))
    larger, smaller = sorted([await same(tx, child_id), await same(tx, other_id)], key=len, reverse=True)
    if larger[0] != smaller[0]:
        merged = update(Child).where(Child.id == smaller[0])
        await tx.execute(merged.values(merged_into=larger[0], merged_at=tx.now))
