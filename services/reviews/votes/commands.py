"""Casts the three partners' votes, lets their dates pass, and tells whoever asked how it ended."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.reviews.considerations import commands as considerations
from services.reviews.joint_decisions.commands import ASKING
from services.reviews.joint_decisions.queries import KINDS, TABLES
from services.reviews.outcomes import commands as outcomes
from services.reviews.register.models import REGISTER
from services.reviews.sign_offs import commands as sign_offs
from shared.acting import AS_RULED, By
from shared.db import Tx
from shared.joint_decisions import queries
from shared.joint_decisions.commands import Ballot
from shared.rules import calendar

Ends = Callable[[Tx, By, Mapping[str, Any], str], Awaitable[None]]
ENDS: Mapping[str, Ends] = {
    considerations.KIND: considerations.decided,
    sign_offs.KIND: sign_offs.decided,
    outcomes.KIND: outcomes.decided,
}


async def vote(tx: Tx, by: By, decision_id: UUID, ballot: Ballot) -> None:
    """Cast the one vote of the caller's agency, and follow what the votes then say; as `JointDecisions.vote` refuses.

    OwnReport for the author of a report that is to be signed off.
    """
    assert by.principal is not None, "a vote is cast by a person"
    asked = await queries.get(tx, TABLES, decision_id)
    await sign_offs.must_be_another(tx, asked, by.principal.subject)
    day = calendar().date_of(tx.now)
    names = await REGISTER.names_of(tx, {"agency_id": by.principal.agency_id}, day)
    await DECISIONS.vote(tx, by.principal, decision_id, ballot, names["agency_id"])


async def _ended(tx: Tx, decision: Mapping[str, Any]) -> None:
    """Tell the noun that asked, with the three's reasons in words."""
    cast = await queries.votes(tx, TABLES, decision["id"], decision["round_number"])
    titles = dict(KINDS.get(decision["kind"], decision["kind_version"]).choices)
    reasons = "\n\n".join(f"{vote.agency_name}: {titles[vote.choice]} {vote.reason}" for vote in cast)
    await ENDS[decision["kind"]](tx, AS_RULED, decision, reasons)


DECISIONS = replace(ASKING, ended=_ended)
