"""Changes risks: each command locks the risk, decides, writes its history and emits what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from services.governance.agencies.queries import in_effect
from services.governance.bodies import queries as bodies
from services.governance.letters.commands import write
from services.governance.letters.domain import Occasion
from services.governance.letters.queries import partners, voters
from services.governance.references.commands import next_reference
from services.governance.risks import queries
from services.governance.risks.domain import (
    REFERENCE,
    Do,
    Status,
    Which,
    moves,
    step,
)
from services.governance.risks.models import Risk, RiskScore
from services.governance.rulebook import last_day
from shared.acting import AS_RULED, By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.joint_decisions.domain import DecidedBy
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "governance.risk"
BATCH = 100
OF_EXECUTIVE: Mapping[type[events.RiskEvent], Occasion] = {
    events.RiskEscalated: Occasion.RISK_ESCALATED,
    events.RiskReplied: Occasion.RISK_REPLIED,
}
OF_OWNER: Mapping[type[events.RiskEvent], Occasion] = {
    events.RiskAsked: Occasion.RISK_ASKED,
    events.RiskAnswered: Occasion.RISK_ANSWERED,
    events.RiskReviewOverdue: Occasion.RISK_REVIEW_OVERDUE,
    events.RiskReplyOverdue: Occasion.RISK_REPLY_OVERDUE,
}
DUE: Mapping[Occasion, str] = {
    Occasion.RISK_GIVEN: "review_due",
    Occasion.RISK_REVIEW_OVERDUE: "review_due",
    Occasion.RISK_ASKED: "reply_due",
    Occasion.RISK_REPLY_OVERDUE: "reply_due",
}
NO_REPLY_AWAITED: Mapping[str, None] = {"reply_due": None, "reply_told_at": None}


@dataclass(frozen=True)
class Point:
    """A place on the matrix."""

    likelihood: int
    impact: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A risk to be entered."""

    title: str
    description: str
    owner_agency_id: str
    owner_body_id: str
    current: Point
    reason: str
    inherent: Point | None = None
    target: Point | None = None
    controls: Sequence[str] = ()
    causes: Sequence[Cause] = ()


async def raise_risk(tx: Tx, by: By, wanted: Wanted, risk_id: UUID | None = None) -> UUID:
    """Enter a risk with its first scores; its id. At the threshold it goes to the Executive at once. Invalid."""
    by.must_reach(wanted.owner_agency_id)
    await in_effect(tx, "owner_agency_id", wanted.owner_agency_id)
    await bodies.in_effect(tx, "owner_body_id", wanted.owner_body_id)
    row: dict[str, Any] = {
        "id": risk_id or new_id(),
        "reference": await next_reference(tx, REFERENCE),
        "version": 1,
        "status": Status.MANAGED,
        "title": wanted.title,
        "description": wanted.description,
        "owner_agency_id": wanted.owner_agency_id,
        "owner_body_id": wanted.owner_body_id,
        "controls": list(wanted.controls),
        "causes": causes_data(wanted.causes),
        "raised_at": tx.now,
        "raised_by": by.subject,
        "agency_id": by.agency_id,
        "review_due": last_day("risk_review", tx.now)[0],
        "answered_score": None,
    }
    points = {Which.INHERENT: wanted.inherent, Which.CURRENT: wanted.current, Which.TARGET: wanted.target}
    given = {which: _scored(tx, by, row, which, point, wanted.reason) for which, point in points.items() if point}
    for which, entry in given.items():
        row |= _shown_as(which, entry)
    await tx.execute(insert(Risk), row)
    await tx.execute(insert(RiskScore), list(given.values()))
    await queries.HISTORY.append(tx, by, row, Do.RAISE, text=wanted.reason)
    await publish(tx, row, events.RiskRaised)
    if by.agency_id != row["owner_agency_id"]:
        await _given(tx, row)
    await _follow(tx, row)
    identity: UUID = row["id"]
    return identity


async def score(tx: Tx, by: By, risk_id: UUID, which: Which, point: Point, reason: str) -> None:
    """Give it a score of today; the earlier one stays. What follows from the current score happens at once."""
    row = await begin(tx, by, risk_id, Do.SCORE)
    await _score(tx, by, row, which, point, reason)


async def review(tx: Tx, by: By, risk_id: UUID, text: str, point: Point | None) -> None:
    """Say what the review found, with a new current score or without; the next one is due as the rule says."""
    row = await begin(tx, by, risk_id, Do.REVIEW)
    due, rule = last_day("risk_review", tx.now)
    changed = {"review_due": due, "reviewed_at": tx.now, "review_told_at": None}
    after = await finish(tx, by, row, Do.REVIEW, changed, text=text, facts={"due": str(due), "rule": rule})
    await publish(tx, after, events.RiskReviewed, review_due=due)
    if point:
        await _score(tx, by, after, Which.CURRENT, point, text)


async def change(tx: Tx, by: By, risk_id: UUID, changes: Mapping[str, Any], reason: str) -> None:
    """Change its words, its owners or its controls; what they were stays in its history. Invalid."""
    row = await begin(tx, by, risk_id, Do.CHANGE)
    differ = {name: value for name, value in changes.items() if value != row[name]}
    if not differ:
        raise Invalid.field("reason", "nothing_changed", "Nothing differs from what stands: say what changes.")
    if agency_id := differ.get("owner_agency_id"):
        by.must_reach(agency_id)
        await in_effect(tx, "owner_agency_id", agency_id)
    if body_id := differ.get("owner_body_id"):
        await bodies.in_effect(tx, "owner_body_id", body_id)
    facts = {"before": {name: row[name] for name in differ}}
    after = await finish(tx, by, row, Do.CHANGE, differ, text=reason, facts=facts)
    await publish(tx, after, events.RiskChanged)
    if agency_id and agency_id != by.agency_id:
        await _given(tx, after)


async def close(tx: Tx, by: By, risk_id: UUID, text: str) -> None:
    """It is no risk any more, or is accepted for good; never while the Executive's answer is awaited. NotNow."""
    row = await begin(tx, by, risk_id, Do.CLOSE)
    after = await finish(tx, by, row, Do.CLOSE, {"closed_at": tx.now}, text=text)
    await publish(tx, after, events.RiskClosed)


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of each risk that nobody has reviewed by its day; how many in this batch."""
    waiting = (queries.overdue(today(tx.now)), Risk.review_told_at.is_(None))
    statement = select(*queries.ALL).where(*waiting).order_by(Risk.review_due, Risk.id).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(Risk).where(Risk.id == row.id).values(review_told_at=tx.now))
        await publish(tx, row._asdict(), events.RiskReviewOverdue, review_due=row.review_due)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next last day of a review is over."""
    waiting = (Risk.status != Status.CLOSED, Risk.review_told_at.is_(None))
    day: date | None = await tx.scalar(select(func.min(Risk.review_due)).where(*waiting))
    return day_begins(day + DAY) if day else None


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand an ended agency's live risks to its first successor; how many."""
    if not successor_ids:
        return 0
    theirs = (Risk.status != Status.CLOSED, Risk.owner_agency_id == agency_id)
    rows = await tx.rows(select(*queries.ALL).where(*theirs).with_for_update())
    for row in rows:
        facts = {"before": {"owner_agency_id": agency_id}}
        changed = {"owner_agency_id": successor_ids[0]}
        after = await finish(tx, AS_RULED, row._asdict(), Do.CHANGE, changed, text=f"{agency_id} ended", facts=facts)
        await publish(tx, after, events.RiskChanged)
        await _given(tx, after)
    return len(rows)


async def begin(tx: Tx, by: By, risk_id: UUID, do: Do) -> dict[str, Any]:
    """Lock the risk, and decide whether this can be done now."""
    row: Row[Any] = await queries.for_update(tx, by.principal, by.reach, risk_id)
    must_match(by.if_match, row.version)
    step(Status(row.status), do)
    return row._asdict()


async def _score(tx: Tx, by: By, row: dict[str, Any], which: Which, point: Point, reason: str) -> None:
    entry = _scored(tx, by, row, which, point, reason)
    await tx.execute(insert(RiskScore), entry)
    facts = {name: entry[name] for name in ("which", "likelihood", "impact", "score", "band")}
    after = await finish(tx, by, row, Do.SCORE, _shown_as(which, entry), text=reason, facts=facts)
    await publish(tx, after, events.RiskScored, which=which, given=entry["score"])
    if which is Which.CURRENT:
        await _follow(tx, after)


async def _follow(tx: Tx, row: dict[str, Any]) -> None:
    """To the Executive, or back to the owning body, where the current score says so."""
    matrix = queries.matrix(row["matrix_version"])
    do = moves(Status(row["status"]), row["current_score"], row["answered_score"], matrix.escalates_at)
    if do is None:
        return
    up = do is Do.ESCALATE
    changed: dict[str, Any] = {"answer": None, "answered_at": None, "answered_score": None, **NO_REPLY_AWAITED}
    changed |= {"escalated_at": tx.now} if up else {}
    facts = {"threshold": matrix.escalates_at, "matrix": matrix.version, "body_id": matrix.escalates_to}
    after = await finish(tx, AS_RULED, row, do, changed, text=None, facts=facts)
    event = events.RiskEscalated if up else events.RiskDeEscalated
    await publish(tx, after, event, threshold=matrix.escalates_at, body_id=matrix.escalates_to)


def _scored(tx: Tx, by: By, row: Mapping[str, Any], which: Which, point: Point, reason: str) -> dict[str, Any]:
    """A score by the matrix of today. Invalid outside it."""
    matrix = queries.matrix_on(today(tx.now))
    product = matrix.score(point.likelihood, point.impact, "" if row.get("current_score") else f"{which}.")
    return {
        "risk_id": row["id"],
        "which": which,
        "likelihood": point.likelihood,
        "impact": point.impact,
        "score": product,
        "band": matrix.band(product).code,
        "matrix_version": matrix.version,
        "reason": reason,
        "scored_at": tx.now,
        "scored_by": by.subject,
        "agency_id": by.agency_id,
    }


def _shown_as(which: Which, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The risk's columns that a score fills."""
    columns = {f"{which}_score": entry["score"]}
    if which is Which.CURRENT:
        columns |= {name: entry[name] for name in ("band", "matrix_version", "scored_by")}
    return columns


async def finish(
    tx: Tx,
    by: By,
    row: dict[str, Any],
    do: Do,
    changed: Mapping[str, Any],
    *,
    text: str | None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the risk's new state and the history of what led to it; the row as it is now."""
    moved_to = {**changed, "status": step(Status(row["status"]), do)}
    return await queries.HISTORY.write(tx, by, row, do, moved_to, text=text, facts=facts)


async def publish(tx: Tx, row: Mapping[str, Any], event: type[events.RiskEvent], *causes: Cause, **more: Any) -> None:
    names = ("reference", "status", "owner_agency_id", "owner_body_id", "band")
    facts = {name: row[name] for name in names} | {
        "subject": str(row["id"]),
        "score": row["current_score"],
        "at": tx.now,
    }
    await emit(tx, event(**facts, **more), causes=(*causes_from(row["causes"]), *causes))
    if event in OF_EXECUTIVE:
        three = (await partners(tx)).values()
        await _write(tx, row, OF_EXECUTIVE[event], three, people=await voters(tx, [DecidedBy.DELEGATED_PARTNER]))
    elif event in OF_OWNER:
        late = event is events.RiskReplyOverdue  # then the Executive waits, for whom the business unit asks
        await _write(tx, row, OF_OWNER[event], [row["owner_agency_id"]], business_unit=late)


async def _write(tx: Tx, row: Mapping[str, Any], occasion: Occasion, agency_ids: Collection[str], **more: Any) -> None:
    due = row[DUE[occasion]] if occasion in DUE else None
    await write(tx, occasion, Cause(NOUN, str(row["id"])), agency_ids, reference=row["reference"], due=due, **more)


async def _given(tx: Tx, row: Mapping[str, Any]) -> None:
    """Write to the agency that a risk has passed to, and with it what the Executive asks of its owner."""
    await _write(tx, row, Occasion.RISK_GIVEN, [row["owner_agency_id"]])
    if row["status"] == Status.ASKED:
        await _write(tx, row, Occasion.RISK_ASKED, [row["owner_agency_id"]])
