"""Changes challenges: each command locks the challenge, decides, writes its history and emits what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select, update

from services.governance.agencies.queries import in_effect
from services.governance.challenges import queries
from services.governance.challenges.domain import (
    FOLLOWS,
    RECHECKERS,
    REFERENCE,
    WAITS_FOR,
    Do,
    Impact,
    Made,
    Outcome,
    Status,
    ahead,
    check_close,
    earlier,
    made_by,
    must_follow,
    must_recheck,
    step,
)
from services.governance.challenges.models import Challenge
from services.governance.letters.commands import write
from services.governance.letters.domain import Occasion
from services.governance.memberships.queries import sittings
from services.governance.references.commands import next_reference
from services.governance.rulebook import last_day
from shared.acting import AS_RULED, By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit
from shared.policy import Principal, Role

NOUN = "governance.challenge"
BATCH = 100
CHALLENGED, CHALLENGER = ("agency_id",), ("by_agency_id",)
TELLS: Mapping[type[events.ChallengeEvent], tuple[Occasion, tuple[str, ...]]] = {
    events.ChallengeMade: (Occasion.CHALLENGE_MADE, CHALLENGED),
    events.ChallengeResponded: (Occasion.CHALLENGE_RESPONDED, CHALLENGER),
    events.ChallengeReturned: (Occasion.CHALLENGE_RETURNED, CHALLENGED),
    events.ChallengeAgreed: (Occasion.CHALLENGE_AGREED, CHALLENGED),
    events.ChallengeOverdue: (Occasion.CHALLENGE_OVERDUE, CHALLENGED),
    events.ChallengeRecheckDue: (Occasion.CHALLENGE_RECHECK_DUE, CHALLENGER),
    events.ChallengeSucceeded: (Occasion.CHALLENGE_SUCCEEDED, CHALLENGED),
    events.ChallengePassedOn: (Occasion.CHALLENGE_PASSED_ON, CHALLENGER),
    events.ChallengeClosed: (Occasion.CHALLENGE_CLOSED, CHALLENGED),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A challenge to be made; `respond_by` is an earlier last day than the rule's."""

    title: str
    text: str
    wanted: str
    agency_id: str
    body_id: str | None = None
    respond_by: date | None = None
    causes: Sequence[Cause] = ()


@dataclass(frozen=True)
class Due:
    """Until when what is awaited next is done, and by which rule."""

    day: date | None = None
    rule: str | None = None


NOTHING_DUE = Due()


async def make(tx: Tx, by: By, wanted: Wanted, challenge_id: UUID | None = None) -> UUID:
    """Challenge an agency; the challenge's id. NotYourChallenge; Invalid."""
    assert by.principal is not None, "somebody challenges"
    made = made_by(by.principal, wanted.body_id, await _chairs(tx, by.principal))
    await in_effect(tx, "agency_id", wanted.agency_id)
    rule_day, rule = last_day("challenge_response", tx.now)
    row: dict[str, Any] = {
        "id": challenge_id or new_id(),
        "reference": await next_reference(tx, REFERENCE),
        "version": 1,
        "status": Status.AWAITING_RESPONSE,
        "title": wanted.title,
        "text": wanted.text,
        "wanted": wanted.wanted,
        "agency_id": wanted.agency_id,
        "by_agency_id": made.agency_id,
        "body_id": made.body_id,
        "made_as": made.role,
        "made_by": by.subject,
        "made_at": tx.now,
        "causes": causes_data(wanted.causes),
        "due": earlier(rule_day, wanted.respond_by, "respond_by", today(tx.now)),
    }
    await tx.execute(insert(Challenge), row)
    await queries.HISTORY.append(tx, by, row, Do.MAKE, text=wanted.text, rule=rule)
    await _publish(tx, row, events.ChallengeMade)
    identity: UUID = row["id"]
    return identity


async def respond(tx: Tx, by: By, challenge_id: UUID, text: str) -> None:
    """The challenged agency answers."""
    row = await _begin(tx, by, challenge_id, Do.RESPOND)
    late = row["due"] < today(tx.now)
    after = await _finish(tx, by, row, Do.RESPOND, text, changed={"responded_at": tx.now}, facts={"late": late})
    await _publish(tx, after, events.ChallengeResponded, late=late)


async def send_back(tx: Tx, by: By, challenge_id: UUID, text: str, respond_by: date | None) -> None:
    """The answer does not do; another is awaited, by a new date."""
    row = await _begin(tx, by, challenge_id, Do.RETURN)
    rule_day, rule = last_day("challenge_response", tx.now)
    due = Due(earlier(rule_day, respond_by, "respond_by", today(tx.now)), rule)
    after = await _finish(tx, by, row, Do.RETURN, text, due)
    await _publish(tx, after, events.ChallengeReturned)


async def agree(tx: Tx, by: By, challenge_id: UUID, text: str, change_by: date) -> None:
    """What is to change is agreed, and until when."""
    row = await _begin(tx, by, challenge_id, Do.AGREE)
    due = Due(ahead(change_by, "change_by", today(tx.now)))
    after = await _finish(tx, by, row, Do.AGREE, text, due)
    await _publish(tx, after, events.ChallengeAgreed)


async def change(tx: Tx, by: By, challenge_id: UUID, text: str) -> None:
    """The challenged agency says what it has changed; on a date by rule its impact is looked at."""
    row = await _begin(tx, by, challenge_id, Do.CHANGE)
    after = await _finish(
        tx, by, row, Do.CHANGE, text, Due(*last_day("challenge_recheck", tx.now)), changed={"changed_at": tx.now}
    )
    await _publish(tx, after, events.ChallengeChanged)


async def recheck(tx: Tx, by: By, challenge_id: UUID, impact: Impact, text: str) -> None:
    """Somebody of another agency says whether the change had an effect. OwnImpact."""
    row = await _begin(tx, by, challenge_id, Do.RECHECK)
    changed = {"rechecked_at": tx.now, "impact": impact}
    after = await _finish(tx, by, row, Do.RECHECK, text, changed=changed, facts={"impact": impact})
    await _publish(tx, after, events.ChallengeRechecked, impact=impact)


async def postpone(tx: Tx, by: By, challenge_id: UUID, recheck_on: date, reason: str) -> None:
    """It is looked at on another date, or again; the earlier date stays in the history."""
    row = await _begin(tx, by, challenge_id, Do.POSTPONE)
    due = Due(ahead(recheck_on, "recheck_on", today(tx.now)))
    after = await _finish(tx, by, row, Do.POSTPONE, reason, due, facts={"before": str(row["due"])})
    await _publish(tx, after, events.ChallengePostponed)


async def close(tx: Tx, by: By, challenge_id: UUID, outcome: Outcome, text: str) -> None:
    """It is at its end: what came of it. Invalid for what has not come about."""
    row = await _begin(tx, by, challenge_id, Do.CLOSE)
    check_close(Status(row["status"]), outcome)
    changed = {"closed_at": tx.now, "outcome": outcome}
    after = await _finish(tx, by, row, Do.CLOSE, text, changed=changed, facts={"outcome": outcome})
    await _publish(tx, after, events.ChallengeClosed, outcome=outcome, impact=row["impact"])


async def withdraw(tx: Tx, by: By, challenge_id: UUID, reason: str) -> None:
    """It is taken back."""
    row = await _begin(tx, by, challenge_id, Do.WITHDRAW)
    after = await _finish(tx, by, row, Do.WITHDRAW, reason, changed={"closed_at": tx.now})
    await _publish(tx, after, events.ChallengeWithdrawn)


async def tell_due(tx: Tx) -> int:
    """Tell, once for each date: on its day that a re-check is due, the day after that something else is late."""
    statement = select(*queries.ALL).where(_to_be_told(today(tx.now))).order_by(Challenge.due, Challenge.id)
    rows = await tx.rows(statement.limit(BATCH).with_for_update())
    for row in rows:
        await tx.execute(update(Challenge).where(Challenge.id == row.id).values(told_at=tx.now))
        recheck_due = row.status == Status.CHANGED
        event = events.ChallengeRecheckDue if recheck_due else events.ChallengeOverdue
        more = {} if recheck_due else {"waits_for": WAITS_FOR[Status(row.status)]}
        await _publish(tx, row._asdict(), event, **more)
    return len(rows)


async def next_due(tx: Tx) -> datetime | None:
    """When the next re-check is due, or the next last day is over."""
    waiting = (Challenge.status.in_(WAITS_FOR), Challenge.told_at.is_(None))
    tells_on = func.min(Challenge.due).filter(Challenge.status == Status.CHANGED)
    tells_after = func.min(Challenge.due).filter(Challenge.status != Status.CHANGED)
    row = await tx.row(select(tells_on.label("on_it"), tells_after.label("after_it")).where(*waiting))
    assert row is not None
    days = [row.on_it, row.after_it + DAY if row.after_it else None]
    return min((day_begins(day) for day in days if day), default=None)


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand the live challenges to an ended agency, and those that it made, to its first successor; how many."""
    if not successor_ids:
        return 0
    sides = {"agency_id": events.ChallengeSucceeded, "by_agency_id": events.ChallengePassedOn}
    either = or_(Challenge.agency_id == agency_id, Challenge.by_agency_id == agency_id)
    rows = await tx.rows(select(*queries.ALL).where(queries.LIVE, either).with_for_update())
    for row in rows:
        after = row._asdict()
        for side, event in sides.items():
            if after[side] != agency_id:
                continue
            facts = {"side": side, "from": agency_id, "to": successor_ids[0]}
            said = {"text": "The agency has ended; its successor follows.", "facts": facts, "rule": None}
            after = await queries.HISTORY.write(tx, AS_RULED, after, Do.SUCCEED, {side: successor_ids[0]}, **said)
            await _publish(tx, after, event, from_agency_id=agency_id)
    return len(rows)


def _to_be_told(day: date) -> Any:
    rechecks = and_(Challenge.status == Status.CHANGED, Challenge.due <= day)
    late = and_(
        Challenge.status.in_([status for status in WAITS_FOR if status is not Status.CHANGED]), Challenge.due < day
    )
    return and_(Challenge.told_at.is_(None), or_(rechecks, late))


async def _begin(tx: Tx, by: By, challenge_id: UUID, do: Do) -> dict[str, Any]:
    """Lock the challenge, and decide whether this caller may do this now."""
    assert by.principal is not None, "somebody does it"
    row = await queries.for_update(tx, by.principal, by.reach, challenge_id)
    must_match(by.if_match, row.version)
    if do in {Do.RESPOND, Do.CHANGE}:
        by.must_reach(row.agency_id)
    elif do is Do.RECHECK:
        must_recheck(row.agency_id, by.principal)
    if do in FOLLOWS or (do is Do.RECHECK and not RECHECKERS & by.principal.roles):
        must_follow(
            Made(Role(row.made_as), row.by_agency_id, row.body_id), by.principal, await _chairs(tx, by.principal)
        )
    step(Status(row.status), do)
    return row._asdict()


async def _chairs(tx: Tx, principal: Principal) -> frozenset[str]:
    return frozenset(one.body_id for one in await sittings(tx, principal) if one.chairs)


async def _finish(
    tx: Tx,
    by: By,
    row: dict[str, Any],
    do: Do,
    text: str,
    due: Due = NOTHING_DUE,
    *,
    changed: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the challenge's new state, with the date for what is awaited next, and its history; the row as it is now."""
    status = step(Status(row["status"]), do)
    values = {**(changed or {}), "status": status, "due": due.day, "told_at": None}
    return await queries.HISTORY.write(tx, by, row, do, values, text=text, facts=facts, rule=due.rule)


async def _publish(tx: Tx, row: Mapping[str, Any], event: type[events.ChallengeEvent], **more: Any) -> None:
    names = ("reference", "status", "agency_id", "by_agency_id", "body_id", "due")
    facts = {name: row[name] for name in names} | {"subject": str(row["id"]), "at": tx.now}
    await emit(tx, event(**facts, **more), causes=causes_from(row["causes"]))
    if event in TELLS:
        occasion, sides = TELLS[event]
        about, told = Cause(NOUN, str(row["id"])), {"reference": row["reference"], "due": row["due"]}
        waits_for = more.get("waits_for")
        await write(tx, occasion, about, {row[side] for side in sides}, **told, waits_for=waits_for)
