"""Changes bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.agencies.domain import Loaded
from services.governance.bodies import queries
from services.governance.bodies.domain import Body, check, normalised
from services.governance.bodies.models import BodyRow
from shared.acting import By
from shared.contracts import governance as events
from shared.db import Tx
from shared.loading import Progress
from shared.outbox import emit
from shared.problems import Conflict


class AlreadyEstablished(Conflict):
    """A body has this id."""

    code = "already_established"
    title = "The body is there already"
    cure = "Change that one, or choose another id."


async def establish(tx: Tx, **given: Any) -> None:
    """Add a body, given as a Body's fields. Invalid with every fault; AlreadyEstablished where the id is taken."""
    body = normalised(Body(**given))
    check(body, await queries.known(tx))
    if not await _added(tx, body):
        raise AlreadyEstablished(f"There is a body {body.id} already: change that one, or choose another id.")


async def change(tx: Tx, by: By, body_id: str, changes: Mapping[str, Any]) -> None:
    """Change a body. BodyNotFound; Invalid with every fault."""
    known = await queries.known(tx)
    row = await queries.as_read(tx, body_id, by.if_match)
    before = queries.body_of(row)
    checked = tuple(field for field in before.unverified if field not in changes)
    after = normalised(replace(before, **changes, unverified=checked))
    check(after, known)
    if after != before:
        await _write(tx, after, row.version)


async def load(tx: Tx, bodies: Sequence[Body], progress: Progress, *, change: bool) -> Loaded:
    """Add what is new and, if wanted, change what differs; what is not in the file stays. The bodies have been checked."""
    versions = {row.id: row.version for row in await tx.rows(select(BodyRow.id, BodyRow.version))}
    known = await queries.known(tx)
    new = changed = 0
    for done, body in enumerate(bodies, start=1):
        if body.id not in known:
            new += await _added(tx, body)
        elif change and body != known[body.id]:
            await _write(tx, body, versions[body.id])
            changed += 1
        progress(done, len(bodies))
    return Loaded(new, changed, len(bodies) - new - changed)


async def restate(tx: Tx) -> int:
    """Tell every body's present state again; how many."""
    known = await queries.known(tx)
    for body in known.values():
        await emit(tx, events.BodyRestated(**_facts(body)))
    return len(known)


async def _added(tx: Tx, body: Body) -> int:
    added = await tx.execute(upsert(BodyRow).on_conflict_do_nothing(), _row(body) | {"version": 1})
    if added.rowcount:
        await emit(tx, events.BodyEstablished(**_facts(body)))
    return int(added.rowcount)


async def _write(tx: Tx, body: Body, version: int) -> None:
    await tx.execute(update(BodyRow).where(BodyRow.id == body.id).values(_row(body) | {"version": version + 1}))
    await emit(tx, events.BodyChanged(**_facts(body)))


def _row(body: Body) -> dict[str, Any]:
    several = {name: list(getattr(body, name)) for name in ("also_known_as", "parent_ids", "unverified")}
    return asdict(body) | several


def _facts(body: Body) -> dict[str, Any]:
    return {
        "subject": body.id,
        "name": body.name,
        "kind": body.kind.value,
        "parent_ids": body.parent_ids,
        "member_role": body.member_role.value if body.member_role else None,
        "effective_from": body.effective_from,
        "effective_to": body.effective_to,
    }
