"""Who was shown which record, when and why; and who was refused. Committed before the answer leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db import Database, Tx
from shared.policy import Action, Principal, View
from shared.prepared import Prepared


class NotRecorded(Exception):
    """The access record cannot be written, so that nothing may be shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One record that an answer shows: its noun, its id, in which view, and the reason where one was asked."""

    record_type: str
    record_id: str
    view: View
    reason: str | None = None


async def record_shown(tx: Tx, principal: Principal, action: Action, shown: Sequence[Shown]) -> None:
    """Append one entry for each record shown, in one statement. NotRecorded where that fails, for whatever reason."""
    if not shown:
        return
    table = tx.plumbing.access_record
    each = {name: [getattr(one, name) for one in shown] for name in ("record_type", "record_id", "view", "reason")}
    try:
        await tx.append(_appending(table), _entry(tx, principal, action) | each)
    except Exception as failure:
        raise NotRecorded from failure


@lru_cache(maxsize=16)
def _appending(table: Table) -> Prepared:
    """One insert for however many records: 50 rows sent one by one cost more than the list that they are of."""
    same = ("at", "subject", "client_id", "agency_id", "acting_for", "action", "trace")
    each = ("record_type", "record_id", "view", "reason")
    columns = [bindparam(name, type_=table.c[name].type) for name in same]
    unnested = [func.unnest(bindparam(name, type_=ARRAY(Text))) for name in each]
    return Prepared(insert(table).from_select([*same, *each], select(*columns, *unnested)))


async def record_refused(
    database: Database, principal: Principal, action: Action, record_id: str, code: str, traceparent: str | None
) -> None:
    """Append the refusal of one record, or of the whole operation where `record_id` is empty, in its own transaction."""
    async with database.transaction(traceparent) as tx:
        noun = action.name.rsplit(".", 1)[0]
        refused = {"record_type": noun, "record_id": record_id, "view": None, "reason": None, "refused": code}
        await tx.add(tx.plumbing.access_record, _entry(tx, principal, action) | refused)


def _entry(tx: Tx, principal: Principal, action: Action) -> dict[str, Any]:
    return {
        "at": tx.wall,
        "subject": principal.subject,
        "client_id": principal.client_id,
        "agency_id": principal.agency_id,
        "acting_for": ",".join(principal.acting_for) or None,
        "action": action.name,
        "trace": tx.traceparent,
    }
