"""Keeps the threads: a read model of every event that tells of a record on one."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.governance.tables import Base
from services.governance.threads.models import ThreadLink, ThreadRecord, ThreadStep
from services.governance.threads.queries import whose
from shared.db import Tx
from shared.events import Cause, Envelope, Event, instant

TABLES = [Base.metadata.tables[f"governance.{one.__tablename__}"] for one in (ThreadRecord, ThreadStep, ThreadLink)]
# A record may name what it became: learning that is taken up as a record of somebody's own.
BECAME = "taken_as"


async def note(tx: Tx, event: Event, envelope: Envelope) -> None:
    """Keep one event's step and its links. Bears repetition."""
    await note_all(tx, [envelope])


async def note_all(tx: Tx, envelopes: Sequence[Envelope]) -> None:
    """Keep many events' steps and links; the events of one record in their order."""
    await tx.execute(_STEPS, {"rows": [_step(one) for one in envelopes]})
    if links := {link for one in envelopes for link in _links(one)}:
        await tx.execute(_LINKS, {"rows": [_link(cause, effect) for cause, effect in sorted(links)]})
    await tx.execute(_RECORDS, {"rows": _records(envelopes), "passing": sorted(whose())})


def record_of(envelope: Envelope) -> Cause:
    """The record of which an event tells: `escalations.escalation` and its id."""
    service, noun, *_ = envelope.type.split(".")
    return Cause(f"{service}.{noun}", envelope.subject)


def _step(envelope: Envelope) -> dict[str, str]:
    record = record_of(envelope)
    return {
        "event_id": str(envelope.id),
        "type": record.type,
        "id": record.id,
        "event_type": envelope.type,
        "at": instant(envelope.time),
    }


def _links(envelope: Envelope) -> list[tuple[Cause, Cause]]:
    record = record_of(envelope)
    found = [(cause, record) for cause in envelope.causes if cause != record]
    became = envelope.data.get(BECAME)
    return [*found, (record, Cause(became["type"], became["id"]))] if became else found


def _link(cause: Cause, effect: Cause) -> dict[str, str]:
    return {
        "cause_type": cause.type,
        "cause_id": cause.id,
        "effect_type": effect.type,
        "effect_id": effect.id,
    }


def _records(envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
    """One row for each record: PostgreSQL refuses to write one twice in a statement."""
    rows: dict[Cause, dict[str, Any]] = {}
    for one in envelopes:
        record, at = record_of(one), instant(one.time)
        row = rows.setdefault(
            record, {"type": record.type, "id": record.id, "begun_at": at, "agency_ids": set(), "themes": set()}
        )
        row["last_at"] = at
        if field := whose().get(record.type):
            row["agency_ids"] = {one.data.get(field)} - {None}
        else:
            row["agency_ids"] |= _named(one.data, "agency_id")
        row["themes"] |= _named(one.data, "theme")
        row["body_id"] = next(iter(_named(one.data, "body_id")), row.get("body_id"))
    return [row | {name: sorted(row[name]) for name in ("agency_ids", "themes")} for row in rows.values()]


def _named(data: Mapping[str, Any], what: str) -> set[str]:
    """The values of the fields that are called so, or `…_so`, or so in the plural."""
    plural = f"{what}s"
    found = (value for name, value in data.items() if name.endswith((what, plural)) and value)
    return set(chain.from_iterable([one] if isinstance(one, str) else one for one in found))


def _given(statement: str) -> TextClause:
    """A statement over any number of rows, given as one JSON parameter."""
    return text(statement).bindparams(bindparam("rows", type_=JSONB))


_STEPS = _given("""
INSERT INTO governance.thread_step (event_id, type, id, event_type, at)
SELECT * FROM jsonb_to_recordset(:rows) AS given (event_id uuid, type text, id text, event_type text, at timestamptz)
ON CONFLICT DO NOTHING
""")
_LINKS = _given("""
INSERT INTO governance.thread_link (cause_type, cause_id, effect_type, effect_id)
SELECT * FROM jsonb_to_recordset(:rows) AS given (cause_type text, cause_id text, effect_type text, effect_id text)
ON CONFLICT DO NOTHING
""")
# What a redelivery tells again, out of turn, makes no record younger, takes no agency from it and gives it back to nobody.
_RECORDS = _given("""
INSERT INTO governance.thread_record AS kept (type, id, begun_at, last_at, agency_ids, themes, body_id)
SELECT * FROM jsonb_to_recordset(:rows) AS given
    (type text, id text, begun_at timestamptz, last_at timestamptz, agency_ids text[], themes text[], body_id text)
ON CONFLICT (type, id) DO UPDATE SET
    begun_at = least(kept.begun_at, excluded.begun_at),
    last_at = greatest(kept.last_at, excluded.last_at),
    agency_ids = CASE
        WHEN excluded.type <> ALL(:passing)
            THEN ARRAY(SELECT DISTINCT unnest(kept.agency_ids || excluded.agency_ids) AS one ORDER BY one)
        WHEN excluded.last_at >= kept.last_at THEN excluded.agency_ids
        ELSE kept.agency_ids END,
    themes = ARRAY(SELECT DISTINCT unnest(kept.themes || excluded.themes) AS one ORDER BY one),
    body_id = CASE WHEN excluded.last_at >= kept.last_at THEN coalesce(excluded.body_id, kept.body_id)
              ELSE coalesce(kept.body_id, excluded.body_id) END
""").bindparams(bindparam("passing", type_=ARRAY(Text)))
