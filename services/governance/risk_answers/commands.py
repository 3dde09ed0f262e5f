"""What the Executive says to risks: each command locks the risk, decides, writes its history and emits what happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from services.governance.body_decisions import queries as body_decisions
from services.governance.risks import commands as risks
from services.governance.risks import queries
from services.governance.risks.domain import Answer, Do, Status, must_answer
from services.governance.risks.models import Risk
from services.governance.rulebook import last_day
from shared.acting import By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx
from shared.events import Cause
from shared.problems import Invalid, NotFound


async def answer(tx: Tx, by: By, risk_id: UUID, given: Answer, text: str, body_decision_id: UUID | None = None) -> None:
    """The Executive's answer, with the decision that it rests on where there is one. OwnScore; Invalid."""
    row = await risks.begin(tx, by, risk_id, Do.ANSWER)
    must_answer(by.subject, [row["scored_by"]])
    decision = await _decision(tx, body_decision_id)
    changed = {"answer": given, "answered_at": tx.now, "answered_score": row["current_score"]}
    facts = {"answer": given, "body_decision_id": str(body_decision_id) if decision else None, **_own(by, row)}
    after = await risks.finish(tx, by, row, Do.ANSWER, changed, text=text, facts=facts)
    await risks.publish(tx, after, events.RiskAnswered, *decision, answer=given)


async def ask(tx: Tx, by: By, risk_id: UUID, text: str) -> None:
    """The Executive wants to know more before it answers; the owner's reply is due as the rule says."""
    row = await risks.begin(tx, by, risk_id, Do.ASK)
    due, rule = last_day("risk_reply", tx.now)
    facts = {"due": str(due), "rule": rule, **_own(by, row)}
    after = await risks.finish(tx, by, row, Do.ASK, {"reply_due": due}, text=text, facts=facts)
    await risks.publish(tx, after, events.RiskAsked, reply_due=due)


async def reply(tx: Tx, by: By, risk_id: UUID, text: str) -> None:
    """What the Executive asked is answered; its own answer is awaited again."""
    row = await risks.begin(tx, by, risk_id, Do.REPLY)
    after = await risks.finish(tx, by, row, Do.REPLY, risks.NO_REPLY_AWAITED, text=text)
    await risks.publish(tx, after, events.RiskReplied)


async def tell_unanswered(tx: Tx) -> int:
    """Tell, once, of each risk whose owner has not replied to the Executive by its day; how many in this batch."""
    waiting = (queries.unanswered(today(tx.now)), Risk.reply_told_at.is_(None))
    statement = select(*queries.ALL).where(*waiting).order_by(Risk.reply_due, Risk.id).limit(risks.BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(Risk).where(Risk.id == row.id).values(reply_told_at=tx.now))
        await risks.publish(tx, row._asdict(), events.RiskReplyOverdue, reply_due=row.reply_due)
    return len(rows)


async def next_unanswered(tx: Tx) -> datetime | None:
    """When the next last day of a reply is over."""
    waiting = (Risk.status == Status.ASKED, Risk.reply_told_at.is_(None))
    day: date | None = await tx.scalar(select(func.min(Risk.reply_due)).where(*waiting))
    return day_begins(day + DAY) if day else None


async def _decision(tx: Tx, body_decision_id: UUID | None) -> tuple[Cause, ...]:
    """The decision that an answer rests on. Invalid where there is none."""
    if body_decision_id is None:
        return ()
    try:
        await body_decisions.get(tx, body_decision_id)
    except NotFound:
        raise Invalid.field("body_decision_id", "no_decision", "No body has taken such a decision.") from None
    return (Cause("governance.body_decision", str(body_decision_id)),)


def _own(by: By, row: Mapping[str, Any]) -> dict[str, bool]:
    return {"own_cause": bool(by.principal and row["owner_agency_id"] in by.principal.agencies)}
