"""Proposes actions, words them until they can be agreed to, and replaces one by another."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert

from services.governance.actions import commands as actions
from services.governance.actions import queries
from services.governance.actions.domain import (
    OPEN,
    RUNNING,
    SETTLED,
    Beside,
    Do,
    NotYours,
    Source,
    Status,
    must_be_another,
    must_be_whole,
)
from services.governance.actions.models import Action
from services.governance.agencies import queries as agencies
from services.governance.bodies import queries as bodies
from services.governance.letters.domain import Occasion
from services.governance.memberships.queries import must_chair
from services.governance.plans import queries as plans
from services.governance.references.commands import next_reference
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, causes_data
from shared.policy import Scope
from shared.problems import Invalid, NotFound

REFERENCE = "ACT"
RETENTION = "action"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An action to be proposed; what is left open is filled in before it is agreed."""

    text: str
    source_type: Source
    source_id: str | None = None
    causes: Sequence[Cause] = ()
    plan_id: UUID | None = None
    area_code: str | None = None
    body_id: str | None = None
    theme: str | None = None
    lead_agency_id: str | None = None
    owner_id: UUID | None = None
    owner_name: str | None = None
    due_on: date | None = None
    evidence_required: str | None = None
    measured: str | None = None
    baseline: str | None = None
    target: str | None = None
    measured_by: date | None = None
    signing: str | None = None  # where there is no plan that says it; without either, as its source has it


async def propose(tx: Tx, by: By, wanted: Wanted, action_id: UUID | None = None) -> UUID:
    """Propose an action; its id. Invalid where its plan, body or lead agency is none; NotYours for another agency's."""
    plan = await _plan(tx, wanted.plan_id, wanted.area_code)
    body_id = wanted.body_id or (plan.body_id if plan else None)
    if body_id is None:
        raise Invalid.field("body_id", "missing", "Name the body whose action it is, or a plan.")
    try:
        await bodies.get(tx, body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {body_id!r}.") from None
    if wanted.lead_agency_id:
        await agencies.in_effect(tx, "lead_agency_id", wanted.lead_agency_id)
    await _must_propose(tx, by, body_id, wanted.lead_agency_id)
    day, code = today(tx.now), plan.signing if plan else wanted.signing
    rule = plans.signing_on(code, day) if code else plans.signing_for(wanted.source_type, day)
    given = {name: value for name, value in asdict(wanted).items() if name not in {"signing", "causes"}}
    row: dict[str, Any] = given | {
        "id": action_id or new_id(),
        "reference": await next_reference(tx, REFERENCE),
        "version": 1,
        "status": Status.PROPOSED,
        "causes": causes_data(wanted.causes),
        "body_id": body_id,
        "body_ids": rule.bodies(body_id),
        "signing_code": rule.code,
        "signing_version": rule.version,
        "moved_from": [],
        "waits": [],
        "rating": None,
        "result": None,
        "impact_from": None,
        "waiting_for": None,
        "waiting_since": None,
        "drifting_since": None,
        "late_after": None,
        "update_by": None,
        "update_ask_on": None,
        "proposed_at": tx.now,
        "agency_id": by.agency_id,
        "retention_class": RETENTION,
    }
    row |= actions.pins(row, ())
    await tx.execute(insert(Action), row)
    await actions.remember(tx, by, row, Beside.PROPOSE)
    await actions.tell(tx, row, events.ActionProposed)
    found: UUID = row["id"]
    return found


async def amend(tx: Tx, by: By, action_id: UUID, changes: Mapping[str, Any], reason: str | None) -> None:
    """Word an action anew. Once it is agreed its dates are moved, not amended; what was signed shows as stale."""
    row = await actions.begin(tx, by, action_id, works=True)
    changes = {name: value for name, value in changes.items() if value != row._mapping[name]}
    if Status(row.status) in RUNNING and (late := SETTLED & changes.keys()):
        said = "It is agreed: a date is moved under due-dates, where a later one is asked for and approved."
        raise Invalid.field(sorted(late)[0], "agreed", said)
    if changes.get("lead_agency_id"):
        await agencies.in_effect(tx, "lead_agency_id", changes["lead_agency_id"])
    if "area_code" in changes:
        await _plan(tx, row.plan_id, changes["area_code"])
    facts = {name: {"from": row._mapping[name], "to": value} for name, value in changes.items()}
    told = events.ActionAmended
    after = await actions.finish(tx, by, row, Do.AMEND, text=reason, changed=changes, facts=facts, told=told)
    if Status(row.status) in RUNNING and {"owner_id", "lead_agency_id"} & changes.keys():
        await actions.write_to_owner(tx, after, Occasion.ACTION_ASSIGNED)


async def agree(tx: Tx, by: By, action_id: UUID, text: str | None) -> None:
    """Take it on: from now on it runs, under the rules of signing of this day. Invalid while it is not whole."""
    row = await _steered(tx, by, action_id)
    assert by.principal
    must_be_another(by.principal.subject, row.owner_id, await queries.workers(tx, row.id))
    must_be_whole(row._asdict())
    rule = plans.signing_on(row.signing_code, today(tx.now))
    changed = {
        "signing_version": rule.version,
        "body_ids": rule.bodies(row.body_id),
        "agreed_at": tx.now,
        **actions.updates_due(rule, today(tx.now)),
    }
    await actions.finish(tx, by, row, Do.AGREE, text=text, changed=changed, told=events.ActionAgreed)


async def decline(tx: Tx, by: By, action_id: UUID, reason: str) -> None:
    """Not take it on, and say why."""
    row = await _steered(tx, by, action_id)
    await actions.finish(tx, by, row, Do.DECLINE, text=reason, told=events.ActionNotAccepted)


async def supersede(tx: Tx, by: By, action_id: UUID, by_action_id: UUID, reason: str) -> None:
    """Another open action stands in its place, and names it as its cause: nothing agreed ends without one or the other."""
    row = await _steered(tx, by, action_id)
    assert by.principal
    try:
        other = await queries.for_update(tx, by.principal, by_action_id)
    except NotFound:
        other = None
    if other is None or other.id == row.id or Status(other.status) not in OPEN:
        raise Invalid.field("by_action_id", "no_open_action", "Name another open action that takes its place.")
    cause = Cause(actions.TYPE, str(row.id))
    changed = {"superseded_by": other.id}
    done = await actions.finish(
        tx,
        by,
        row,
        Do.SUPERSEDE,
        text=reason,
        changed=changed,
        told=events.ActionSuperseded,
        tells={"by_action_id": str(other.id)},
    )
    known = [Cause(one["type"], one["id"]) for one in other.causes]
    facts = {"in_place_of": done["reference"]}
    causes = {"causes": causes_data([*known, cause])}
    await actions.finish(tx, by, other, Beside.REPLACE, changed=causes, facts=facts, told=events.ActionAmended)


async def _steered(tx: Tx, by: By, action_id: UUID) -> Row[Any]:
    """The action, locked, for the business unit or the chair of the body whose action it is. NotInTheChair."""
    row = await actions.begin(tx, by, action_id)
    await must_chair(tx, by, row.body_id)
    return row


async def _plan(tx: Tx, plan_id: UUID | None, area_code: str | None) -> Row[Any] | None:
    if plan_id is None:
        if area_code is not None:
            raise Invalid.field("area_code", "no_plan", "An area is an area of a plan: name the plan.")
        return None
    try:
        row = await plans.get(tx, plan_id)
    except NotFound:
        raise Invalid.field("plan_id", "unknown_plan", "There is no such plan; see /governance/v1/plans.") from None
    if area_code is not None and area_code not in {one.code for one in await plans.areas(tx, plan_id)}:
        raise Invalid.field("area_code", "unknown_area", f"The plan has no area {area_code!r}.")
    return row


async def _must_propose(tx: Tx, by: By, body_id: str, lead_agency_id: str | None) -> None:
    """NotYours for another agency's action; a chair proposes what is her body's."""
    own = by.principal.agencies if by.principal else ()
    if by.reach.view(Scope.ALL) or (by.reach.view(Scope.OWN) and lead_agency_id in own):
        return
    if not by.reach.view(Scope.BODY):
        raise NotYours("You may propose actions for your own agency: name it as the lead agency.")
    await must_chair(tx, by, body_id)
