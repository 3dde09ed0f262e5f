"""The schedule of how long records are kept: read from a reviewed file, loaded whole, never changed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from shared.db import Database, Tx
from shared.loading import BadFile, Load, Progress
from shared.reference import Record, Text, read
from shared.rules import DATA
from shared.settings import Settings

OWN = DATA / "retention.yaml"


class Period(Record):
    """For how many months after its end a record of a class is kept, from which day on, and by which source."""

    code: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    title: Text
    months: Annotated[int, Field(ge=1, le=1800)]
    source: Text
    verified: bool
    effective_from: date


class _File(Record):
    periods: Annotated[list[Period], Field(min_length=1)]


def read_periods(path: Path) -> list[Period]:
    """The periods of a file. BadFile where one is wrong, or stands twice."""
    periods = read(path, _File).periods
    seen = [(one.code, one.effective_from) for one in periods]
    for row, one in enumerate(seen, start=1):
        if one in seen[: row - 1]:
            raise BadFile(path, f"{one[0]} from {one[1]} stands twice.", row=row, column="code")
    return periods


def loading(table: Table) -> Load:
    """The way in of a service's schedule."""

    async def run(database: Database, _: Settings, path: Path, progress: Progress) -> str:
        periods = read_periods(path)
        async with database.transaction() as tx:
            added = await enter(tx, table, path, periods)
        progress(len(periods), len(periods))
        return f"Retention: {added} new periods of {len(periods)}."

    return Load("How long records are kept after their end, by class", run, OWN)


async def enter(tx: Tx, table: Table, path: Path, periods: Sequence[Period]) -> int:
    """Add the periods that are not there yet; how many. BadFile for a class that is unknown, or one that says otherwise."""
    known = {(row.code, row.effective_from): row for row in await tx.rows(select(table))}
    codes = {code for code, _ in known} | {one.code for one in read_periods(OWN)}
    added = 0
    for row, one in enumerate(periods, start=1):
        if one.code not in codes:
            raise BadFile(path, f"there is no class {one.code!r}; there are {', '.join(sorted(codes))}.", row=row)
        said = one.model_dump()
        there = known.get((one.code, one.effective_from))
        if there is None:
            added += (await tx.execute(insert(table).on_conflict_do_nothing(), said | {"loaded_at": tx.now})).rowcount
        elif any(getattr(there, name) != value for name, value in said.items()):
            message = f"{one.code} from {one.effective_from} was loaded otherwise: give it another first day."
            raise BadFile(path, message, row=row, column="effective_from")
    return added
