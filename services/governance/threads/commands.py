"""Keeps the threads: a read model of every event that tells of a record on one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from pydantic_core import to_json
from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.governance.tables import Base
from services.governance.threads.domain import Known, Told
from services.governance.threads.models import ThreadLink, ThreadRecord, ThreadStep
from services.governance.threads.queries import whose
from shared.db import Tx
from shared.events import Cause, Envelope, Event
from shared.read_models import Write, in_parts

TABLES = [Base.metadata.tables[f"governance.{one.__tablename__}"] for one in (ThreadRecord, ThreadStep, ThreadLink)]


async def note(tx: Tx, event: Event, envelope: Envelope) -> None:
    """Keep one event's step, its links, and what it says of its record. Bears repetition."""
    await (await noting([envelope]))(tx)


async def noting(envelopes: Sequence[Envelope]) -> Write:
    """What keeps many events' steps and links, and what they say of their records. What is kept already says nothing new.

    All that needs no table is done at once, and not when it is called.
    """
    once = {one.id: one for one in envelopes}
    told, steps = Told(whose()), list[Sequence[Any]]()
    async for part in in_parts(list(once.values())):
        _tell(told, part)
        steps += [(_noun(one.type), one.subject, one.time, one.id, one.type) for one in part]
    all_said = await _said(told)

    async def write(tx: Tx) -> None:
        if not steps:
            return
        new = await _new(tx, steps)
        unsaid = all_said if new is None else await _said(_tell(Told(whose()), (once[one] for one in new)))
        await tx.execute(_SAID, unsaid)

    return write


def _tell(told: Told, envelopes: Iterable[Envelope]) -> Told:
    for one in envelopes:
        told.add((_noun(one.type), one.subject), one.time, [(c.type, c.id) for c in one.causes], one.data)
    return told


async def _said(told: Told) -> dict[str, Any]:
    """What the statement for links and records is given."""
    records = list[Mapping[str, Any]]()
    async for part in in_parts(list(told.records.items())):
        records += [_row(*record, known) for record, known in part]
    return {
        "links": to_json(sorted(told.links)).decode(),
        "records": to_json(records).decode(),
        "passing": sorted(whose()),
    }


def record_of(envelope: Envelope) -> Cause:
    """The record of which an event tells: `escalations.escalation` and its id."""
    return Cause(_noun(envelope.type), envelope.subject)


@lru_cache(maxsize=1000)
def _noun(event_type: str) -> str:
    service, noun, *_ = event_type.split(".")
    return f"{service}.{noun}"


async def _new(tx: Tx, steps: Sequence[Sequence[Any]]) -> Sequence[UUID] | None:
    """Keep those steps that are not kept yet; the events of these, None for all."""
    if len(steps) > 1:
        try:
            async with tx.savepoint():
                await tx.copy(Base.metadata.tables["governance.thread_step"], steps)
            return None
        except UniqueViolationError:
            pass
    columns = ("types", "ids", "ats", "event_ids", "event_types")
    kept = {row.event_id for row in await tx.rows(_STEPS, dict(zip(columns, zip(*steps, strict=True), strict=True)))}
    return [event_id for _, _, _, event_id, _ in steps if event_id in kept]


def _row(kind: str, of: str, known: Known) -> dict[str, Any]:
    return {
        "type": kind,
        "id": of,
        "begun_at": known.begun_at,
        "last_at": known.last_at,
        "reference": known.reference,
        "title": known.title,
        "agency_ids": sorted(known.agency_ids),
        "themes": sorted(known.themes),
        "body_id": known.body_id,
        "body_at": known.body_at,
    }


_STEPS = text("""
INSERT INTO governance.thread_step (type, id, at, event_id, event_type)
SELECT * FROM unnest(
    CAST(:types AS text[]), CAST(:ids AS text[]), CAST(:ats AS timestamptz[]), CAST(:event_ids AS uuid[]),
    CAST(:event_types AS text[])
)
ON CONFLICT DO NOTHING RETURNING event_id
""")
# Keeps links, and puts together what was known of records and what was told, as `Told` does.
_SAID = text("""
WITH linked AS (
    INSERT INTO governance.thread_link (cause_type, cause_id, effect_type, effect_id)
    SELECT link ->> 0, link ->> 1, link ->> 2, link ->> 3
    FROM jsonb_array_elements(CAST(CAST(:links AS text) AS jsonb)) AS link
    ON CONFLICT DO NOTHING
)
INSERT INTO governance.thread_record AS kept (type, id, begun_at, last_at, reference, title, agency_ids, themes, body_id, body_at)
SELECT * FROM jsonb_to_recordset(CAST(CAST(:records AS text) AS jsonb)) AS given (
    type text, id text, begun_at timestamptz, last_at timestamptz, reference text, title text, agency_ids text[],
    themes text[], body_id text, body_at timestamptz
)
ON CONFLICT (type, id) DO UPDATE SET
    begun_at = least(kept.begun_at, excluded.begun_at),
    last_at = greatest(kept.last_at, excluded.last_at),
    reference = coalesce(excluded.reference, kept.reference),
    title = CASE WHEN excluded.last_at >= kept.last_at THEN excluded.title ELSE kept.title END,
    agency_ids = CASE
        WHEN excluded.type <> ALL(:passing)
            THEN ARRAY(SELECT DISTINCT unnest(kept.agency_ids || excluded.agency_ids) COLLATE "C" AS one ORDER BY one)
        WHEN excluded.last_at >= kept.last_at THEN excluded.agency_ids
        ELSE kept.agency_ids END,
    themes = ARRAY(SELECT DISTINCT unnest(kept.themes || excluded.themes) COLLATE "C" AS one ORDER BY one),
    body_id = CASE WHEN excluded.body_at >= coalesce(kept.body_at, '-infinity') THEN excluded.body_id ELSE kept.body_id END,
    body_at = greatest(kept.body_at, excluded.body_at)
""").bindparams(bindparam("passing", type_=ARRAY(Text)))
