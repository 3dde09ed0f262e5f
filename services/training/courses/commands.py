"""Adds courses, changes and ends them, and links them to the learning that asked for them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.training.courses import queries
from services.training.courses.domain import check, check_causes, check_end, must_stand
from services.training.courses.models import Course, Series
from services.training.rulebook import evaluation_codes
from shared.acting import By
from shared.contracts import training as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, causes_data, causes_from
from shared.loading import Progress
from shared.outbox import emit
from shared.problems import Conflict, Invalid

NOUN = "training.course"


class CodeTaken(Conflict):
    """Another course has this code."""

    code = "course_code_taken"
    title = "The code is taken"
    cure = "Choose another, or change that course."


async def add(
    tx: Tx, by: By, given: Mapping[str, Any], causes: Sequence[Cause] = (), course_id: UUID | None = None
) -> UUID:
    """Add a course to the programme; its id. CodeTaken; Invalid."""
    check_causes([cause.type for cause in causes])
    row = {
        "framework": None,
        "level": None,
        "source": None,
        "note": None,
        "unverified": [],
        **given,
        "id": course_id or new_id(),
        "version": 1,
        "causes": causes_data(causes),
        "added_at": tx.now,
        "added_by": by.subject,
    }
    check(row)
    await _check_references(tx, row)
    added = await tx.execute(upsert(Course).values(**row).on_conflict_do_nothing(index_elements=["code"]))
    if not added.rowcount:
        raise CodeTaken(f"There is a course {row['code']!r}: choose another code, or change that course.")
    await emit(tx, events.CourseAdded(**_facts(row)), causes=causes)
    return UUID(str(row["id"]))


async def change(tx: Tx, by: By, course_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change what is said of a course; what is not named stays. CourseEnded; Invalid."""
    row = await queries.as_read(tx, course_id, by.if_match)
    must_stand(queries.offered(row), today(tx.now))
    after = row._asdict() | dict(changes)
    check(after)
    await _check_references(tx, after)
    await _write(tx, row, changes)


async def end(tx: Tx, by: By, course_id: UUID, last: Any) -> None:
    """Name the last day on which it is offered. CourseEnded; Invalid."""
    row = await queries.as_read(tx, course_id, by.if_match)
    check_end(queries.offered(row), last, today(tx.now))
    await _write(tx, row, {"effective_to": last})


async def link(tx: Tx, by: By, course_id: UUID, causes: Sequence[Cause]) -> None:
    """Say which learning, recommendation or action asks for it besides. Invalid for what asks for no training."""
    row = await queries.as_read(tx, course_id, by.if_match)
    check_causes([cause.type for cause in causes])
    known = causes_from(row.causes)
    new = [cause for cause in causes if cause not in known]
    if not new:
        raise Invalid.field("causes", "linked", "The course follows from these already.")
    await _write(tx, row, {"causes": causes_data([*known, *new])}, new)


async def load(tx: Tx, by: By, courses: Sequence[Mapping[str, Any]], progress: Progress, *, change_known: bool) -> str:
    """Add a file's courses and, where wanted, change those that differ; a sentence on how many."""
    known = await queries.known(tx, [one["code"] for one in courses])
    new = changed = 0
    for number, one in enumerate(courses, 1):
        if one["code"] not in known:
            await add(tx, by, one)
            new += 1
        elif change_known and (changes := _differs(known[one["code"]], one)):
            check(known[one["code"]]._asdict() | changes)
            await _check_references(tx, {**one})
            await _write(tx, known[one["code"]], changes)
            changed += 1
        progress(number, len(courses))
    return f"{new} new, {changed} changed, {len(courses) - new - changed} as they were."


async def load_series(tx: Tx, series: Sequence[Mapping[str, Any]], *, change_known: bool) -> str:
    """Add a file's series and, where wanted, bring those that there are up to it; a sentence on how many."""
    known = {row.code for row in await queries.all_series(tx)}
    for one in series:
        statement = upsert(Series).values(**one)
        if change_known:
            statement = statement.on_conflict_do_update(index_elements=["code"], set_=dict(one))
        else:
            statement = statement.on_conflict_do_nothing(index_elements=["code"])
        await tx.execute(statement)
    new = len({one["code"] for one in series} - known)
    return f"{new} new, {len(series) - new} known."


async def restate(tx: Tx) -> int:
    """Tell every course's present state again; how many."""
    rows = await tx.rows(select(*queries.COLUMNS).order_by(Course.code).with_for_update(read=True))
    for row in rows:
        await emit(tx, events.CourseRestated(**_facts(row._asdict())), causes=causes_from(row.causes))
    return len(rows)


async def _check_references(tx: Tx, row: Mapping[str, Any]) -> None:
    if row["evaluation"] not in evaluation_codes():
        raise Invalid.field("evaluation", "unknown", f"Known kinds of evaluation: {', '.join(evaluation_codes())}.")
    if row["series"]:
        codes = [one.code for one in await queries.all_series(tx)]
        if row["series"] not in codes:
            raise Invalid.field("series", "unknown", f"Known series: {', '.join(codes) or 'none'}.")


async def _write(tx: Tx, row: Row[Any], changes: Mapping[str, Any], causes: Sequence[Cause] | None = None) -> None:
    values = {**changes, "version": row.version + 1}
    await tx.execute(update(Course).where(Course.id == row.id).values(**values))
    after = row._asdict() | values
    if causes is None:
        await emit(tx, events.CourseChanged(**_facts(after)), causes=causes_from(after["causes"]))
    else:
        await emit(tx, events.CourseLinked(**_facts(after)), causes=causes)


def _differs(row: Row[Any], one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if getattr(row, name) != value}


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("code", "title", "mode", "series", "framework", "level", "effective_from", "effective_to")
    return {name: row[name] for name in kept} | {"subject": str(row["id"]), "themes": tuple(row["themes"])}
