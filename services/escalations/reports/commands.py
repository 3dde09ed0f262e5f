"""Freezes a quarter, and keeps what belongs to its report: decisions asked for, what became of them, denominators."""

from __future__ import annotations

import asyncio
import secrets
from enum import StrEnum
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.reports import snapshots
from services.escalations.reports.domain import AlreadyFrozen, NotOver, Window, window
from services.escalations.reports.models import AskedDecision, Denominator, FrozenQuarter, WiderEdition
from services.escalations.reports.suppression import Unprotectable, protect
from shared.calendar import Calendar, Quarter
from shared.db import Tx
from shared.problems import NotFound

ASKED_AT_MOST = 3


class Code(StrEnum):
    """What a rate may be over."""

    REFERRALS = "referrals"
    OPEN_CASES = "open_cases"


class NotAsked(NotFound):
    """The report of that quarter asks for no such decision."""

    code = "decision_not_asked"
    cure = "Ask for it first."


async def freeze(tx: Tx, quarter: Quarter, calendar: Calendar, by: str) -> str:
    """Keep the quarter as it is known now; the hash. NotOver, AlreadyFrozen."""
    if tx.now < quarter.ends:
        raise NotOver(f"{quarter} ends on {quarter.last_day}; freeze it after that.")
    if await snapshots.kept(tx, quarter):
        raise AlreadyFrozen(f"{quarter} is frozen; what is learnt later stands beside it.")
    taken = (await snapshots.take(tx, quarter, calendar)).salted(secrets.token_hex(16))
    rolling = await snapshots.take(tx, quarter, calendar, Window.ROLLING) if window(taken) is Window.ROLLING else None
    row = {
        "quarter": str(quarter),
        "frozen_at": tx.now,
        "frozen_by": by,
        "snapshot": taken.plain,
        "hash": taken.hash,
        "rolling": rolling and rolling.plain,
    }
    await tx.add(FrozenQuarter, row)
    return taken.hash


async def hide(tx: Tx) -> int:
    """Decide what the wider edition of the quarter first frozen hides, if one waits for it: one, or nought.

    It is decided once and for good: an edition that hid other cells tomorrow would give today's away. The search takes
    seconds to minutes; killed, it begins again.
    """
    if (one := await snapshots.undecided(tx)) is None:
        return 0
    # The search may take longer than a transaction may usually stand still.
    await tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    try:
        hidden: list[Any] | None = sorted(
            await asyncio.to_thread(protect, one, await snapshots.published_around(tx, one))
        )
    except Unprotectable:
        hidden = None
    await tx.add(WiderEdition, {"quarter": one.quarter.quarter, "decided_at": tx.now, "hidden": hidden})
    return 1


async def ask(tx: Tx, quarter: Quarter, number: int, words: str, by: str) -> None:
    """Write one of the decisions that the quarter's report asks for. AlreadyFrozen where the quarter is frozen."""
    await _still_open(tx, quarter)
    values = {"text": words, "asked_at": tx.now, "asked_by": by}
    statement = upsert(AskedDecision).values(quarter=str(quarter), number=number, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["quarter", "number"], set_=values))


async def became(tx: Tx, quarter: Quarter, number: int, words: str, by: str) -> None:
    """Write what became of a decision; the next quarter's report tells it. NotAsked where it was not asked for."""
    asked = (AskedDecision.quarter == str(quarter), AskedDecision.number == number)
    values = {"became": words, "became_at": tx.now, "became_by": by}
    if not (await tx.execute(update(AskedDecision).where(*asked).values(**values))).rowcount:
        raise NotAsked(f"The report of {quarter} asked for no decision {number}.")


async def supply(tx: Tx, quarter: Quarter, code: str, number: int, agency_id: str) -> None:
    """Write what the rates of a quarter are over. AlreadyFrozen where the quarter is frozen."""
    await _still_open(tx, quarter)
    values = {"number": number, "supplied_by": agency_id, "supplied_at": tx.now}
    statement = upsert(Denominator).values(quarter=str(quarter), code=code, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["quarter", "code"], set_=values))


async def _still_open(tx: Tx, quarter: Quarter) -> None:
    if await snapshots.kept(tx, quarter):
        raise AlreadyFrozen(f"{quarter} is frozen; write it into the next quarter.")
