"""Weighs a case, has the three decide, sends what they decided, and hears the national Panel."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.dialects.postgresql import insert

from services.reviews.incidents.commands import stopped, timed
from services.reviews.joint_decisions.commands import ASKING
from services.reviews.joint_decisions.queries import KINDS
from services.reviews.rapid_reviews import queries
from services.reviews.rapid_reviews.commands import NOUN, begin, conclude, finish, publish, release
from services.reviews.rapid_reviews.domain import Answer, Do, must_be_ready, must_be_voluntary
from services.reviews.rapid_reviews.models import CriterionAnswer
from services.reviews.returns.models import ScopingReturn
from services.reviews.rulebook import rule_on
from shared import kept_clocks, rules
from shared.acting import By
from shared.clocks import is_late
from shared.contracts import rapid_reviews as events
from shared.db import Tx
from shared.deadlines import due
from shared.events import Cause
from shared.joint_decisions.commands import Question
from shared.joint_decisions.domain import Status as DecisionStatus

KIND = "rapid_review_outcome"


async def answer(tx: Tx, by: By, review_id: UUID, *, criterion: str, met: bool, rationale: str) -> None:
    """Write down what the panel finds about one criterion, in place of what it found before."""
    row = await begin(tx, by, review_id, Do.ANSWER)
    queries.criteria(row.criteria_version).must_have(criterion)
    found = {"met": met, "rationale": rationale, "answered_at": tx.now, "answered_by": by.subject}
    written = insert(CriterionAnswer).values(review_id=review_id, criterion=criterion, **found)
    await tx.execute(written.on_conflict_do_update(index_elements=["review_id", "criterion"], set_=found))
    facts = {"criterion": criterion, "met": met}
    await finish(tx, by, row._asdict(), Do.ANSWER, {}, text=rationale, facts=facts)


async def propose(tx: Tx, by: By, review_id: UUID, *, recommended: str, reason: str) -> None:
    """Put before the three what the panel recommends. NotReady until it may be; Invalid for what they may not choose."""
    row = await begin(tx, by, review_id, Do.PROPOSE)
    answered = {one.criterion for one in await queries.criteria_answered(tx, review_id)}
    members = await queries.panel(tx, review_id)
    must_be_ready(queries.criteria(row.criteria_version), answered, queries.panel_now(members))
    KINDS.on(KIND, rules.calendar().date_of(tx.now)).must_offer(recommended)
    asked = sorted(one.agency_id for one in await queries.returns(tx, review_id) if one.agency_id)
    question = Question(kind=KIND, text=reason, subject=Cause(NOUN, str(review_id)), concerned=asked)
    decision_id = await ASKING.open(tx, by, question)
    values = {"recommended": recommended, "recommended_reason": reason, "decision_id": decision_id}
    after = await finish(tx, by, row._asdict(), Do.PROPOSE, values, text=reason, facts={"recommended": recommended})
    await publish(tx, after, events.RapidReviewProposed, recommended=recommended, decision_id=str(decision_id))


async def decided(tx: Tx, by: By, decision: Mapping[str, Any], reasons: str) -> None:
    """Follow what the three have decided; where they have not, the panel proposes anew."""
    row = await queries.locked(tx, UUID(decision["subject_id"]))
    reached = decision["status"] == DecisionStatus.REACHED
    values = {"decision": decision["choice"], "decision_reason": reasons, "decided_at": tx.now} if reached else {}
    after = await finish(tx, by, row._asdict(), Do.DECIDE if reached else Do.STAND, values, text=reasons)
    if reached:
        await conclude(tx, by, await queries.incidents(tx, row.id), reasons)
        await publish(
            tx, after, events.RapidReviewDecided, decision=decision["choice"], decision_id=str(decision["id"])
        )
    else:
        await publish(tx, after, events.RapidReviewUndecided, decision_id=str(decision["id"]))


async def send(tx: Tx, by: By, review_id: UUID) -> None:
    """Write down that the review is with the national Panel: its time stops."""
    row = await begin(tx, by, review_id, Do.SEND)
    values: dict[str, Any] = {"sent_at": tx.now, "due_at": None}
    if row.clock:
        clock = kept_clocks.read(row.clock)
        if clock.stopped is None:
            clock = stopped(clock, tx.now, by)
            values |= timed(clock) | {"late": is_late(clock, tx.now)}
    after = await finish(tx, by, row._asdict(), Do.SEND, values, text=None)
    await publish(tx, after, events.RapidReviewSent, decision=after["decision"], late=after["late"])


async def hear(tx: Tx, by: By, review_id: UUID, *, answer: Answer, text: str, changes: str | None) -> None:
    """Write down what the national Panel answers, and what that changes."""
    row = await begin(tx, by, review_id, Do.HEAR)
    values = {"answer": answer, "answer_text": text, "answer_changes": changes, "answered_at": tx.now}
    after = await finish(tx, by, row._asdict(), Do.HEAR, values, text=text, facts={"answer": answer})
    await publish(tx, after, events.RapidReviewAnswered, answer=answer)


async def reconsider(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """The Panel's answer is a reason to decide anew: the panel of the case weighs it again, by a day of its own."""
    row = await begin(tx, by, review_id, Do.RECONSIDER)
    rule = rule_on("rapid_review_weighed_again", rules.calendar().date_of(tx.now))
    again = {"due_at": due(rule, tx.now, rules.calendar()), "overdue_at": None}
    after = await finish(tx, by, row._asdict(), Do.RECONSIDER, again, text=reason)
    await publish(tx, after, events.RapidReviewReconsidered)


async def close(tx: Tx, by: By, review_id: UUID) -> None:
    """It is at its end: its panel is released, and sees nothing of it any more."""
    row = await begin(tx, by, review_id, Do.CLOSE)
    await _end(tx, by, row, Do.CLOSE, None, events.RapidReviewClosed)


async def abandon(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """Give up a review that nobody asks for any more. Mandatory where a notification does, and no other review is of it."""
    row = await begin(tx, by, review_id, Do.ABANDON)
    alone = await queries.held_by_it_alone(tx, review_id)
    must_be_voluntary([one.reference for one in alone if one.review_needed])
    await _end(tx, by, row, Do.ABANDON, reason, events.RapidReviewAbandoned)
    await conclude(tx, by, alone, f"Its rapid review is given up: {reason}")


async def _end(tx: Tx, by: By, row: Row[Any], do: Do, reason: str | None, event: type[events.RapidReviewEvent]) -> None:
    for member in await queries.panel(tx, row.id):
        if member.released_at is None:
            await release(tx, member)
    await tx.execute(update(ScopingReturn).where(ScopingReturn.review_id == row.id).values(ask_again_at=None))
    after = await finish(tx, by, row._asdict(), do, {"closed_at": tx.now, "due_at": None}, text=reason)
    await publish(tx, after, event)
