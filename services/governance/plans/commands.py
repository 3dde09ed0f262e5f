"""Makes plans and changes them; what is loaded from the suite's own file is only added."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.bodies.models import BodyRow
from services.governance.plans import queries
from services.governance.plans.domain import Area, Plan, Source, check
from services.governance.plans.models import PlanArea, PlanRow, PlanStatement
from shared.acting import LOADED, By
from shared.contracts import governance_actions as events
from shared.db import Tx, new_id
from shared.outbox import emit
from shared.problems import Conflict

CHANGING = ("title", "effective_from", "effective_to", "note")


class AlreadyPlanned(Conflict):
    """A plan has this code."""

    code = "already_planned"
    title = "The plan is there already"
    cure = "Change that one, or choose another code."


async def make(tx: Tx, by: By, plan: Plan) -> UUID:
    """Make a plan; its id. Invalid with every fault; AlreadyPlanned where the code is taken."""
    await _check(tx, plan)
    plan_id = await _add(tx, by, plan)
    if plan_id is None:
        raise AlreadyPlanned(f"There is a plan {plan.code} already: change that one, or choose another code.")
    return plan_id


async def change(tx: Tx, by: By, plan_id: UUID, changes: Mapping[str, Any], areas: Sequence[Area]) -> None:
    """Change a plan's title, dates or note, and add areas or word them anew. PlanNotFound; Invalid with every fault."""
    row = await queries.as_read(tx, plan_id, by.if_match)
    known = {one.code: one for one in await queries.areas(tx, plan_id)}
    kept = [Area(code=one.code, kind=one.kind, text=one.text, part_of=one.part_of) for one in known.values()]
    new = {area.code: area for area in areas}
    whole = [new.pop(area.code, area) for area in kept] + list(new.values())
    given = {name: getattr(row, name) for name in ("code", "body_id", "signing", "source_id", *CHANGING)}
    plan = Plan(**given | dict(changes), source_type=Source(row.source_type), areas=tuple(whole))
    await _check(tx, plan)
    values = {name: getattr(plan, name) for name in CHANGING} | {"version": row.version + 1}
    await tx.execute(update(PlanRow).where(PlanRow.id == plan_id).values(values))
    await _cover(tx, plan_id, plan.areas)
    await emit(tx, events.PlanChanged(**_facts(plan_id, plan)))


async def load(tx: Tx, plans: Sequence[Plan]) -> int:
    """Add the plans that are not there; how many. The plans have been checked."""
    return len([plan for plan in plans if await _add(tx, LOADED, plan)])


async def _check(tx: Tx, plan: Plan) -> None:
    bodies = {row.id for row in await tx.rows(select(BodyRow.id))}
    check(plan, bodies, {one.code for one in queries.signings()})


async def _add(tx: Tx, by: By, plan: Plan) -> UUID | None:
    plan_id = new_id()
    columns = {name: value for name, value in asdict(plan).items() if name not in {"areas", "statements"}}
    row = columns | {"id": plan_id, "version": 1, "made_at": tx.now, "made_by": by.subject}
    if not (await tx.execute(upsert(PlanRow).on_conflict_do_nothing(), row)).rowcount:
        return None
    await _cover(tx, plan_id, plan.areas)
    said = [asdict(one) | {"plan_id": plan_id, "place": place} for place, one in enumerate(plan.statements)]
    if said:
        await tx.execute(insert(PlanStatement), said)
    await emit(tx, events.PlanMade(**_facts(plan_id, plan)))
    return plan_id


async def _cover(tx: Tx, plan_id: UUID, areas: Sequence[Area]) -> None:
    if not areas:
        return
    rows = [asdict(area) | {"plan_id": plan_id, "place": place} for place, area in enumerate(areas)]
    statement = upsert(PlanArea)
    changed = {name: statement.excluded[name] for name in ("place", "kind", "part_of", "text")}
    keys = ["plan_id", "code"]
    await tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


async def restate(tx: Tx) -> int:
    """Tell every plan's present state again; how many."""
    rows = await tx.rows(select(*queries.COLUMNS).order_by(PlanRow.code).with_for_update(read=True))
    for row in rows:
        names = ("code", "title", "source_type", "source_id", "body_id", "signing", "effective_from", "effective_to")
        await emit(tx, events.PlanRestated(**_facts(row.id, Plan(**{name: getattr(row, name) for name in names}))))
    return len(rows)


def _facts(plan_id: UUID, plan: Plan) -> dict[str, Any]:
    return {
        "subject": str(plan_id),
        "code": plan.code,
        "source_type": Source(plan.source_type).value,
        "source_id": plan.source_id,
        "body_id": plan.body_id,
        "effective_from": plan.effective_from,
        "effective_to": plan.effective_to,
    }
