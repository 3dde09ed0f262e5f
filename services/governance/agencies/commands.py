"""Changes the register: each change is a new version of an entry, and an event that says how it now stands."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.agencies import queries
from services.governance.agencies.domain import Entry, Loaded, check, normalised, succession_faults
from services.governance.agencies.models import Agency, AgencyVersion
from services.governance.terms.domain import Standing
from shared.acting import LOADED, By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx
from shared.loading import Progress
from shared.outbox import emit
from shared.problems import Conflict, Invalid

BATCH = 100


class AlreadyRegistered(Conflict):
    """An agency has this id."""

    code = "already_registered"
    title = "The agency is registered already"
    cure = "Change that one, or choose another id."


class AgencyEnded(Conflict):
    """The agency's last day is over, and what follows from that has been done."""

    code = "agency_ended"
    title = "The agency has ended"
    cure = "Name its successor."


async def register(tx: Tx, by: By, **given: Any) -> None:
    """Enter a new agency, given as an Entry's fields. Invalid with every fault; AlreadyRegistered where the id is taken."""
    entry = normalised(Entry(**given))
    check(entry)
    await _check_twin(tx, entry)
    added = await tx.execute(upsert(Agency).on_conflict_do_nothing(), _row(entry) | {"version": 1})
    if not added.rowcount:
        raise AlreadyRegistered(f"{entry.id} is in the register already: change that entry, or choose another id.")
    await _remember(tx, by, entry, 1)
    await emit(tx, events.AgencyRegistered(**_facts(entry)))


async def change(tx: Tx, by: By, agency_id: str, changes: Mapping[str, Any]) -> None:
    """Change an entry's own fields. AgencyNotFound; Invalid with every fault."""
    row = await queries.for_update(tx, agency_id, by.if_match)
    before = queries.entry_of(row)
    checked = tuple(field for field in before.unverified if field not in changes)
    after = normalised(replace(before, **changes, unverified=checked))
    check(after)
    await _check_twin(tx, after)
    if after != before:
        await _write(tx, by, after, row.version)


async def end(tx: Tx, by: By, agency_id: str, last_day: date, successor_ids: Sequence[str], note: str | None) -> None:
    """Set an agency's last day, which may be still to come, and who takes over on the day after.

    AgencyEnded where its end has been acted upon; Invalid for a successor that is not in effect then.
    """
    row = await queries.for_update(tx, agency_id, by.if_match)
    if row.ended_at:
        raise AgencyEnded(f"{agency_id} ended on {row.effective_to}, and its successors have taken over.")
    before = queries.entry_of(row)
    after = replace(before, effective_to=last_day, successor_ids=tuple(successor_ids), note=note or before.note)
    check(after)
    if wrong := succession_faults(after, await queries.entries(tx, successor_ids)):
        raise Invalid("The agency cannot end so.", errors=wrong)
    await _write(tx, by, after, row.version)


async def end_due(tx: Tx) -> Sequence[Row[Any]]:
    """Act upon what ended before today: tell the successions. The agencies concerned, at most a batch."""
    statement = (
        select(*Agency.__table__.c)
        .where(Agency.ended_at.is_(None), Agency.effective_to < today(tx.now))
        .order_by(Agency.effective_to, Agency.id)
        .limit(BATCH)
        .with_for_update()
    )
    rows = await tx.rows(statement)
    for row in rows:
        await tx.execute(update(Agency).where(Agency.id == row.id).values(ended_at=tx.now))
        if row.successor_ids:
            await emit(tx, events.AgencySucceeded(**_facts(queries.entry_of(row))))
    return rows


async def next_end(tx: Tx) -> datetime | None:
    """The instant at which the next agency's last day is over."""
    last_day: date | None = await tx.scalar(select(func.min(Agency.effective_to)).where(Agency.ended_at.is_(None)))
    return day_begins(last_day + DAY) if last_day else None


async def load(tx: Tx, entries: Sequence[Entry], progress: Progress, *, change: bool) -> Loaded:
    """Enter what is new and, if wanted, change what differs; what is not in the file stays. The entries have been checked."""
    present = {row.id: row for row in await tx.rows(select(*Agency.__table__.c).with_for_update())}
    new = [entry for entry in entries if entry.id not in present]
    known = [entry for entry in entries if change and entry.id in present]
    changed = [entry for entry in known if entry != queries.entry_of(present[entry.id])]
    if new:
        await tx.execute(insert(Agency), [_row(entry) | {"version": 1} for entry in new])
    for done, entry in enumerate(new, start=1):
        await _remember(tx, LOADED, entry, 1)
        await emit(tx, events.AgencyRegistered(**_facts(entry)))
        progress(done, len(entries))
    for entry in changed:
        await _write(tx, LOADED, entry, present[entry.id].version)
    progress(len(entries), len(entries))
    return Loaded(len(new), len(changed), len(entries) - len(new) - len(changed))


async def restate(tx: Tx) -> int:
    """Tell every agency's present state again; how many."""
    rows = await tx.rows(select(*Agency.__table__.c).order_by(Agency.id).with_for_update(read=True))
    for row in rows:
        await emit(tx, events.AgencyRestated(**_facts(queries.entry_of(row))))
    return len(rows)


async def _check_twin(tx: Tx, entry: Entry) -> None:
    if entry.possibly_same_as and not await queries.entries(tx, [entry.possibly_same_as]):
        missing = f"{entry.possibly_same_as} is not in the register."
        raise Invalid.field("possibly_same_as", "not_registered", missing)


async def _write(tx: Tx, by: By, entry: Entry, version: int) -> None:
    """The next version of an entry whose row is locked; one whose end has been moved is still to end."""
    values = _row(entry) | {"version": version + 1}
    if entry.term.standing(today(tx.now)) is not Standing.ENDED:
        values["ended_at"] = None
    await tx.execute(update(Agency).where(Agency.id == entry.id).values(values))
    await _remember(tx, by, entry, version + 1)
    await emit(tx, events.AgencyChanged(**_facts(entry)))


async def _remember(tx: Tx, by: By, entry: Entry, version: int) -> None:
    dates = {name: day.isoformat() for name in ("effective_from", "effective_to") if (day := getattr(entry, name))}
    written = {"recorded_at": tx.now, "recorded_by": by.subject, "recorded_by_agency_id": by.agency_id}
    values = {"agency_id": entry.id, "version": version, "entry": _row(entry) | dates}
    await tx.execute(insert(AgencyVersion), values | written)


def _row(entry: Entry) -> dict[str, Any]:
    several = {name: list(getattr(entry, name)) for name in ("also_known_as", "successor_ids", "unverified")}
    return asdict(entry) | several


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "subject": entry.id,
        "name": entry.name,
        "agency_type": entry.agency_type.value,
        "effective_from": entry.effective_from,
        "effective_to": entry.effective_to,
        "successor_ids": entry.successor_ids,
        "expected_to_raise": entry.expected_to_raise,
    }
