"""Who was shown which record, when and why; and who was refused. Committed before the answer leaves."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert

from shared.db import Database, Tx
from shared.policy import Action, Principal, View


@dataclass(frozen=True, slots=True)
class Shown:
    """One record that an answer shows: its noun, its id, in which view, and the reason where one was asked."""

    record_type: str
    record_id: str
    view: View
    reason: str | None = None


async def record_shown(tx: Tx, principal: Principal, action: Action, shown: Sequence[Shown]) -> None:
    """Append one entry for each record shown, in one statement."""
    if shown:
        entries = [_entry(tx, principal, action) | asdict(one) | {"refused": None} for one in shown]
        await tx.connection.execute(insert(tx.plumbing.access_record), entries)


async def record_refused(
    database: Database, principal: Principal, action: Action, record_id: str, code: str, traceparent: str | None
) -> None:
    """Append the refusal of one record, or of the whole operation where `record_id` is empty, in its own transaction."""
    async with database.transaction(traceparent) as tx:
        noun = action.name.rsplit(".", 1)[0]
        refused = {"record_type": noun, "record_id": record_id, "view": None, "reason": None, "refused": code}
        await tx.execute(insert(tx.plumbing.access_record), _entry(tx, principal, action) | refused)


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
