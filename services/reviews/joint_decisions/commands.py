"""Asks the three, and takes a question back. How it ends is told to the noun that asked, by `services.reviews.votes`."""

from uuid import UUID

from services.reviews.joint_decisions.queries import KINDS, TABLES
from services.reviews.letters.commands import POST
from services.reviews.register.queries import asker, partners, voters
from services.reviews.rulebook import rule_on
from shared.acting import By
from shared.contracts import reviews as events
from shared.db import Tx
from shared.etag import etag
from shared.joint_decisions import queries
from shared.joint_decisions.commands import JointDecisions
from shared.joint_decisions.domain import Status
from shared.joint_decisions.letters import VoteLetters

VOTE_LETTERS = VoteLetters("reviews.joint_decision", TABLES, KINDS, POST, rule_on, partners, voters, asker)
ASKING = JointDecisions(TABLES, KINDS, events.JOINT_DECISION, asks=VOTE_LETTERS.ask, answers=VOTE_LETTERS.ended)


async def overtaken(tx: Tx, by: By, decision_id: UUID | None, reason: str) -> bool:
    """Take a question back that something else has answered; False where none is open.

    The decision is locked before the record that it is about, as with a vote, so that neither waits for the other.
    """
    if decision_id is None:
        return False
    row = await queries.for_update(tx, TABLES, decision_id)
    if row.status != Status.OPEN:
        return False
    await ASKING.withdraw(tx, By(by.principal, by.reach, etag(row.version)), decision_id, reason)
    return True
