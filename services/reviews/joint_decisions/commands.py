"""Asks the three, reminds them, and takes a question back. How it ends is told to the noun that asked, by `services.reviews.votes`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.reviews.joint_decisions.queries import KINDS, TABLES
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.letters.queries import written
from services.reviews.register.queries import partners
from services.reviews.rulebook import CALENDAR, rule_on
from shared.acting import By
from shared.contracts import reviews as events
from shared.db import Tx
from shared.etag import etag
from shared.events import Cause
from shared.joint_decisions import queries
from shared.joint_decisions.commands import JointDecisions
from shared.joint_decisions.domain import Partner, Status

NOUN = "reviews.joint_decision"


async def ask_for_votes(tx: Tx, row: Mapping[str, Any]) -> None:
    """Write to all three that a round of votes is open."""
    await _write(tx, Occasion.VOTES_ASKED, row, sorted((await partners(tx)).values()))


ASKING = JointDecisions(TABLES, KINDS, events.JOINT_DECISION, asks=ask_for_votes)


async def remind(tx: Tx) -> int:
    """Write, once in a round and as a working day opens, to those of the three who have not voted; of how many decisions."""
    due = [row for row in await _unreminded(tx) if _remind_at(row) <= tx.now]
    for row in due:
        three = await partners(tx)
        silent = sorted(three[one] for one in Partner if one.value not in row.voted)
        await _write(tx, Occasion.VOTES_REMINDED, row._asdict(), silent)
    return len(due)


async def next_reminder(tx: Tx) -> datetime | None:
    """When the next of the three is reminded."""
    return min((_remind_at(row) for row in await _unreminded(tx)), default=None)


async def _unreminded(tx: Tx) -> Sequence[Row[Any]]:
    """The open decisions whose round was opened before the moment of its reminder, and has had none."""
    rows = [row for row in await queries.running(tx, TABLES, tx.now) if row.round_opened_at < _remind_at(row)]
    told = await written(tx, Occasion.VOTES_REMINDED, NOUN, [str(row.id) for row in rows])
    reminded = {(one.about_id, one.facts["round"]) for one in told}
    return [row for row in rows if (str(row.id), row.round_number) not in reminded]


def _remind_at(row: Row[Any]) -> datetime:
    day = CALENDAR.date_of(row.due_at)
    rule = rule_on("vote_reminded", day)
    return CALENDAR.due_before_working_days(day, rule.amount) - CALENDAR.day


async def _write(tx: Tx, occasion: Occasion, row: Mapping[str, Any], agency_ids: Sequence[str]) -> None:
    title = KINDS.get(row["kind"], row["kind_version"]).title
    facts = {"question": f"{title[:1].lower()}{title[1:]}", "round": row["round_number"], "due": row["due_at"]}
    await write(tx, occasion, Cause(NOUN, str(row["id"])), agency_ids, **facts)


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
