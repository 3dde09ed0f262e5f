"""Puts signatures to actions, sends claims back, and reopens what was signed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.governance.actions import commands as actions
from services.governance.actions import queries
from services.governance.actions.domain import (
    DateStatus,
    Do,
    Status,
    content,
    pin,
    step,
)
from services.governance.actions.models import DueDate, Signature
from services.governance.body_decisions import queries as body_decisions
from services.governance.memberships.queries import must_chair, sittings
from services.governance.plans.domain import Phase, Signing
from services.governance.signatures.domain import (
    SET_ASIDE,
    Decided,
    Put,
    Standing,
    check_decision,
    must_sign,
    must_sit,
)
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import months_later, today
from shared.db import Tx, new_id
from shared.events import Cause
from shared.moves import NotNow
from shared.problems import Invalid, NotFound

DECISION = "governance.body_decision"
TOLD: dict[Phase, type[events.ActionSigned]] = {
    Phase.ACTIVITY: events.ActionActivitySigned,
    Phase.MODERATION: events.ActionModerated,
    Phase.IMPACT: events.ActionImpactSigned,
    Phase.CLOSING: events.ActionClosed,
}


async def put(tx: Tx, by: By, action_id: UUID, do: Do, decision_id: UUID, text: str | None) -> None:
    """Sign a phase: exactly what the action and its evidence are now is pinned, by whose name, for which body.

    NotOnSigningBody; OwnWork; SignedByOne; HostSignsNoImpact; SignatureStale; Invalid for a decision that does not bear it.
    """
    row = await actions.begin(tx, by, action_id)
    assert by.principal
    rule = actions.signing_of(row._mapping)
    in_force = await queries.signatures_in_force(tx, row.id)
    standing = Standing(
        status=Status(row.status),
        rule=rule,
        body_id=row.body_id,
        owner_id=row.owner_id,
        workers=await queries.workers(tx, row.id),
        before=[Put(Phase(one.phase), one.signer, one.agency_id) for one in in_force],
        stale=row.stale,
    )
    phase, body_id = must_sign(do, standing, by.principal, await sittings(tx, by.principal))
    decided = await _decided(tx, decision_id)
    check_decision(decided, body_id, (actions.TYPE, row.id), row.waiting_since or today(tx.now))
    evidence = [dict(one._mapping) for one in await queries.evidence_of(tx, row.id)]
    canonical = content(row._asdict(), evidence, phase)
    signature = {
        "id": new_id(),
        "action_id": row.id,
        "phase": phase,
        "body_id": body_id,
        "signer": by.principal.subject,
        "agency_id": by.principal.agency_id,
        "decision_id": decision_id,
        "text": text,
        "sha256": pin(canonical),
        "signed": canonical.decode(),
        "at": tx.now,
    }
    await tx.execute(insert(Signature), signature)
    facts = {name: signature[name] for name in ("phase", "sha256")}
    tells = facts | {"signing_body_id": body_id, "signing_agency_id": by.principal.agency_id}
    changed = _follows(phase, rule, tx)
    cause = Cause(DECISION, str(decision_id))
    await actions.finish(
        tx, by, row, do, text=text, changed=changed, facts=facts, told=TOLD[phase], tells=tells, causes=[cause]
    )


async def send_back(tx: Tx, by: By, action_id: UUID, reason: str) -> None:
    """The body that has the claim does not sign it: it goes back, with the reason, behind the signature before."""
    row = await actions.begin(tx, by, action_id)
    assert by.principal
    step(Status(row.status), Do.RETURN, actions.signing_of(row._mapping))
    if row.waiting_for is None:
        raise NotNow("No body has this action to sign; its owner goes on to test impact, or it is reopened.")
    must_sit(await sittings(tx, by.principal), by.principal, row.waiting_for)
    await _set_aside(tx, row, SET_ASIDE[Status(row.status)])
    await actions.finish(tx, by, row, Do.RETURN, text=reason, told=events.ActionReturned)


async def reopen(tx: Tx, by: By, action_id: UUID, *, due_on: date, measured_by: date | None, reason: str) -> None:
    """What was signed no longer holds: every signature is set aside, and the action has a new date, as a move of the old."""
    row = await actions.begin(tx, by, action_id)
    await must_chair(tx, by, row.body_id)
    step(Status(row.status), Do.REOPEN, actions.signing_of(row._mapping))
    measured_by = measured_by or row.measured_by
    if due_on < today(tx.now):
        raise Invalid.field("due_on", "past", "The day lies ahead, or is today.")
    if measured_by < due_on:
        raise Invalid.field("measured_by", "order", "Impact is measured when the activity is done: name a later day.")
    await _set_aside(tx, row, tuple(Phase))
    moves = [
        _made(tx, by, row, column, new, reason)
        for column, new in (("due_on", due_on), ("measured_by", measured_by))
        if new != row._mapping[column]
    ]
    if moves:
        await tx.execute(insert(DueDate), moves)
    changed: dict[str, Any] = {"due_on": due_on, "measured_by": measured_by, "impact_from": None, "closed_at": None}
    if due_on > row.due_on:
        changed["moved_from"] = [*row.moved_from, row.due_on.isoformat()]
    changed |= actions.updates_due(actions.signing_of(row._mapping), today(tx.now))
    await actions.finish(tx, by, row, Do.REOPEN, text=reason, changed=changed, told=events.ActionReopened)


def _follows(phase: Phase, rule: Signing, tx: Tx) -> dict[str, Any]:
    """What a signature brings about: the interval begins when phase 1 is whole; the action is closed."""
    if phase is Phase.MODERATION or (phase is Phase.ACTIVITY and not rule.moderated):
        return {"impact_from": months_later(today(tx.now), rule.impact_months)}
    return {"closed_at": tx.now} if phase is Phase.CLOSING else {}


async def _set_aside(tx: Tx, row: Row[Any], phases: Sequence[Phase]) -> None:
    if phases:
        theirs = (Signature.action_id == row.id, Signature.set_aside_at.is_(None), Signature.phase.in_(phases))
        await tx.execute(update(Signature).where(*theirs).values(set_aside_at=tx.now))


async def _decided(tx: Tx, decision_id: UUID) -> Decided | None:
    try:
        row = await body_decisions.get(tx, decision_id)
    except NotFound:
        return None
    return Decided(row.body_id, row.taken_on, row.superseded_by is not None, (row.about_type, row.about_id))


def _made(tx: Tx, by: By, row: Row[Any], column: str, to_on: date, reason: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "action_id": row.id,
        "column": column,
        "from_on": row._mapping[column],
        "to_on": to_on,
        "status": DateStatus.MADE,
        "reason": reason,
        "asked_at": tx.now,
        "asked_by": by.subject,
        "asked_agency_id": by.agency_id,
    }
