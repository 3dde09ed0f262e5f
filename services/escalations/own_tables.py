"""Agencies' own tables of running escalations: a row for each matter, judged by the very rules of raising one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.escalations.challenges import commands as challenges
from services.escalations.challenges.api import challenge_of, described
from services.escalations.challenges.commands import Standing
from services.escalations.challenges.schemas import RaiseEscalation
from services.escalations.escalations.domain import quarantines
from services.escalations.register.queries import agency
from services.escalations.rulebook import CALENDAR
from shared import identifying, tabular
from shared.child_records.commands import hold
from shared.children import IdentifierType
from shared.cures import cure
from shared.days import LONDON
from shared.db import Database, Tx
from shared.loading import Progress
from shared.policy import Access, AgencyType, Principal
from shared.problems import FieldError, Problem
from shared.pseudonym import Pseudonyms
from shared.settings import Settings
from shared.tabular import Fault, Line, code_of
from shared.vault import Vault

LONGEST = 4_000
SAME = (
    "kind",
    "decision_date",
    "raising_agency_id",
    "receiving_agency_id",
    "receiving_name",
    "raiser_role",
    "raiser_team",
    "receiving_team",
    "priority",
    "primary_theme",
    "summary",
    "wanted",
    "safety_action",
    "child_views",
    "ladder",
)
CODES = ("kind", "priority", "primary_theme")
CHILD = ("age_band", "level_of_need")
SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)  # as a spreadsheet shows a long number
COLUMNS = (
    "own_reference",
    "raised_at",  # 2026-10-06 09:30, London time; or a day alone, for its opening
    *SAME,
    "secondary_themes",  # several between semicolons
    "identifiers",  # police_id:1234; nhs_number:9990000018 – and a bar before the next child
    *CHILD,
    "statuses",
    "stage",  # the stage of the ladder at which it stands; empty: the first
    "answered",  # yes, where the present stage has its answer
    "text_checked",  # yes, where the texts have been read again and name nobody
)


@dataclass(frozen=True)
class Row:
    """One matter of a table, as a request would raise it, and where it stands."""

    number: int
    body: RaiseEscalation
    standing: Standing


async def load_escalations(database: Database, settings: Settings, path: Path, progress: Progress) -> str:
    """Bring in what a table holds and nobody has brought in yet; a sentence on how many. BadFile changes nothing."""
    rows = [row for row in tabular.read(path, COLUMNS, _row) if row]
    faults = _twice(rows)
    pseudonyms = Pseudonyms(settings.pseudonym_keys, Vault(*settings.seal_keys))
    added = 0
    async with database.transaction() as tx:
        # All children before the first reference number, as whoever raises one takes them: else two wait for each other.
        children = [described(child) for row in rows for child in row.body.children]
        await hold(tx, [pair for child in children for pair in child.identifiers], pseudonyms)
        for done, row in enumerate(rows):
            progress(done, len(rows))
            try:
                async with tx.savepoint():
                    added += await _bring_in(tx, row, pseudonyms)
            except Problem as problem:
                faults += _faults(row.number, problem)
        tabular.refuse(path, faults)
    progress(len(rows), len(rows))
    return f"Escalations: {added} brought in of {len(rows)}; the others were there."


def _twice(rows: Sequence[Row]) -> list[Fault]:
    first: dict[tuple[str | None, str], int] = {}
    faults = []
    for row in rows:
        number = first.setdefault((row.body.raising_agency_id, row.standing.own_reference), row.number)
        if number != row.number:
            faults.append(Fault(row.number, "own_reference", f"This matter stands in row {number} already."))
    return faults


async def _bring_in(tx: Tx, row: Row, pseudonyms: Pseudonyms) -> int:
    raising = row.body.raising_agency_id or ""
    if await challenges.brought_in(tx, raising, row.standing.own_reference):
        return 0
    known = [await agency(tx, one) for one in (raising, row.body.receiving_agency_id or "")]
    teams = (row.body.receiving_name, row.body.raiser_team, row.body.receiving_team)
    doubts = row.body.doubts([*(str(one.name) for one in known if one), *filter(None, teams)])
    challenge = challenge_of(row.body, raising, quarantined=quarantines(row.body.priority, doubts))
    kind = AgencyType(known[0].agency_type) if known[0] else AgencyType.OTHER_AREA
    who = Principal("load", "load", raising, kind, frozenset(), frozenset(), Access.APPLICATION)
    await challenges.raise_escalation(tx, who, challenge, CALENDAR, pseudonyms, row.standing)
    return 1


def _row(line: Line) -> Row | None:
    """One matter; None where its cells are at fault, which the line has noted."""
    given: dict[str, Any] = {name: line.optional(name, longest=LONGEST) for name in SAME}
    given |= {name: code_of(given[name]) for name in CODES if given[name]}
    given |= {"secondary_themes": _codes(line, "secondary_themes"), "text_checked": line.yes("text_checked")}
    given["raised_at"] = _instant(line)
    bands = {name: code_of(value) for name in CHILD if (value := line.optional(name))}
    given["children"] = [
        bands
        | {"statuses": _codes(line, "statuses"), "identifiers": [_identifier(line, one) for one in child.split(";")]}
        for child in line.text("identifiers", required=False, longest=LONGEST).split("|")
        if child
    ]
    stage = line.number_of("stage", least=1, greatest=20) or 1
    standing = Standing(line.text("own_reference", longest=100), stage, line.yes("answered"))
    if seen := identifying.findings(standing.own_reference):
        line.fault("own_reference", f"This seems to hold {identifying.said(seen)}: give another reference.")
    if not given["raising_agency_id"]:
        line.fault("raising_agency_id", "Name the agency whose matter it is by its id in the register.")
    try:
        body = RaiseEscalation.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as failure:
        for error in failure.errors(include_input=False):
            line.fault(_column(".".join(map(str, error["loc"]))), cure(error))
        return None
    return Row(line.number, body, standing)


def _codes(line: Line, column: str) -> list[str]:
    return [code_of(one) for one in line.many(column)]


def _instant(line: Line) -> str | None:
    text = line.text("raised_at")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        if text:
            line.fault("raised_at", "Write it as 2026-10-06 09:30, or as a day, 2026-10-06.")
        return None
    if len(text) == len("2026-10-06"):
        at = datetime.combine(at.date(), time(9))
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).isoformat()


def _identifier(line: Line, text: str) -> dict[str, str]:
    kind, colon, value = (part.strip() for part in text.partition(":"))
    if not colon:
        line.fault("identifiers", "Write each as its kind and itself: police_id:1234; nhs_number:9990000018.")
        return {"type": IdentifierType.OTHER, "value": "at fault"}
    if SHORTENED.fullmatch(value):
        said = "A spreadsheet has shortened this number, and other children's to the same: write the cell as text, in full."
        line.fault("identifiers", said)
    return {"type": code_of(kind), "value": value}


def _faults(number: int, problem: Problem) -> Sequence[Fault]:
    errors = problem.errors or (FieldError("own_reference", problem.code, problem.detail),)
    return [Fault(number, _column(error.path), error.message) for error in errors]


def _column(path: str) -> str:
    """The column of a request's field: what is said of a child stands in columns of the row."""
    first, *rest = path.split(".")
    if first == "children":
        named = [part for part in rest if part in (*CHILD, "statuses")]
        return named[0] if named else "identifiers"
    return first if first in COLUMNS else "own_reference"
