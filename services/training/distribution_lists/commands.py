"""Adds and changes distribution lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.training.courses.queries import all_series
from services.training.distribution_lists import queries
from services.training.distribution_lists.domain import ListKnown
from services.training.distribution_lists.models import DistributionList
from services.training.register.models import REGISTER
from shared.acting import By
from shared.days import today
from shared.db import Tx, new_id
from shared.problems import Invalid


async def add(tx: Tx, by: By, said: Mapping[str, Any], list_id: UUID | None = None) -> UUID:
    """Add a list; its id. Invalid for a series or an agency that there is not; ListKnown."""
    list_id = list_id or new_id()
    await _check(tx, list_id, said)
    row = {**said, "id": list_id, "version": 1, "effective_to": None, "set_at": tx.now, "set_by": by.subject}
    await tx.execute(insert(DistributionList), row | {"email": said["email"].lower()})
    return list_id


async def change(tx: Tx, by: By, list_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change what is said of a list, or name its last day; sessions that are planned keep theirs. Invalid; ListKnown."""
    row = await queries.as_read(tx, list_id, by.if_match)
    await _check(tx, list_id, changes)
    values = dict(changes) | {"version": row.version + 1, "set_at": tx.now, "set_by": by.subject}
    if "email" in changes:
        values["email"] = changes["email"].lower()
    await tx.execute(update(DistributionList).where(DistributionList.id == list_id).values(**values))


async def _check(tx: Tx, list_id: UUID, said: Mapping[str, Any]) -> None:
    codes = [one.code for one in await all_series(tx)]
    for place, code in enumerate(said.get("series", ())):
        if code not in codes:
            raise Invalid.field(f"series.{place}", "unknown", f"Known series: {', '.join(codes) or 'none'}.")
    if said.get("agency_id"):
        await REGISTER.names_of(tx, {"agency_id": said["agency_id"]}, today(tx.now))
    if "email" in said and await queries.holder(tx, said["email"]) not in {None, list_id}:
        raise ListKnown("Another list has this address: change that one.")
