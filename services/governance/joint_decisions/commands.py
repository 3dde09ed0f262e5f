"""Asks the three and writes to them, casts their votes, takes a question back; what follows is the same for every joint decision."""

from uuid import UUID

from services.governance.agencies.queries import in_effect
from services.governance.joint_decisions.queries import KINDS, TABLES
from services.governance.letters.commands import POST
from services.governance.letters.queries import asker, partners, voters
from services.governance.rulebook import rule_on
from shared.acting import By
from shared.contracts import governance as events
from shared.days import today
from shared.db import Tx
from shared.joint_decisions import queries
from shared.joint_decisions.commands import Ballot, JointDecisions, Question
from shared.joint_decisions.letters import VoteLetters
from shared.problems import Invalid
from shared.rules import NotInForce

VOTE_LETTERS = VoteLetters("governance.joint_decision", TABLES, KINDS, POST, rule_on, partners, voters, asker)
DECISIONS = JointDecisions(TABLES, KINDS, events.JOINT_DECISION, asks=VOTE_LETTERS.ask, answers=VOTE_LETTERS.ended)


async def ask(tx: Tx, by: By, asked: Question, decision_id: UUID | None = None) -> UUID:
    """Ask the three; the decision's id. Invalid for a kind that is not in force, or an agency that is not in effect."""
    for index, agency_id in enumerate(asked.concerned):
        await in_effect(tx, f"concerned_agency_ids.{index}", agency_id)
    given = {"id": decision_id} if decision_id else {}
    try:
        return await DECISIONS.open(tx, by, asked, **given)
    except NotInForce:
        codes = ", ".join(kind.code for kind in KINDS.all_on(today(tx.now)))
        raise Invalid.field("kind", "not_in_force", f"What the three are asked is one of: {codes}.") from None


async def vote(tx: Tx, by: By, decision_id: UUID, ballot: Ballot) -> None:
    """Cast the one vote of the caller's agency, and follow what the votes then say; as `JointDecisions.vote` refuses."""
    assert by.principal is not None, "a vote is cast by a person"
    agency = await in_effect(tx, "agency_id", by.principal.agency_id)
    await DECISIONS.vote(tx, by.principal, decision_id, ballot, agency.name)


async def withdraw(tx: Tx, by: By, decision_id: UUID, reason: str) -> None:
    """Take a question back that one's own agency asked, or any. DecisionNotFound; NotYourAgency; DecisionOver."""
    row = await queries.get(tx, TABLES, decision_id)
    by.must_reach(row.agency_id)
    await DECISIONS.withdraw(tx, by, decision_id, reason)
