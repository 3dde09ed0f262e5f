"""Brings the register, the partnership's bodies and published plans in from reviewed files: a whole one, or nothing of it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from services.governance.agencies import commands as agencies
from services.governance.agencies import queries as register
from services.governance.agencies.domain import Entry, faults, normalised, succession_faults
from services.governance.bodies import commands as body_commands
from services.governance.bodies import queries as body_queries
from services.governance.bodies.domain import Body, Kind, MemberRole
from services.governance.bodies.domain import faults as body_faults
from services.governance.bodies.domain import normalised as body_normalised
from services.governance.keeping.queries import KEEPING
from services.governance.plans import commands as plan_commands
from services.governance.plans import queries as plan_queries
from services.governance.plans.domain import Area, AreaKind, Plan, Source, Statement
from services.governance.plans.domain import faults as plan_faults
from shared import tabular
from shared.db import Database
from shared.keeping.schedule import loading
from shared.loading import BadFile, Load, Progress
from shared.policy import AgencyType
from shared.problems import FieldError
from shared.reference import LENIENT, Record, Text, read
from shared.settings import Settings
from shared.tabular import Fault, Line

DATA = Path(__file__).parent / "data"
OWN_AGENCIES, OWN_BODIES, OWN_PLANS = DATA / "agencies.csv", DATA / "bodies.csv", DATA / "plans.yaml"

AGENCY_COLUMNS = (
    "id",
    "name",
    "also_known_as",
    "agency_type",
    "effective_from",
    "effective_to",
    "successor_ids",
    "expected_to_raise",
    "possibly_same_as",
    "unverified",
    "source",
    "note",
)

BODY_COLUMNS = (
    "id",
    "name",
    "also_known_as",
    "kind",
    "parent_ids",
    "meetings_a_year",
    "member_role",
    "chair_term_months",
    "effective_from",
    "effective_to",
    "unverified",
    "source",
    "note",
)


def read_register(path: Path) -> list[tuple[int, Entry]]:
    """The entries of a file with their lines, each right by itself. BadFile names every fault by row and column."""
    read = tabular.read(path, AGENCY_COLUMNS, lambda line: (line.number, _entry(line)))
    found = [fault for line, entry in read for fault in _on_line(line, faults(entry))]
    tabular.refuse(path, found + _twice([(line, entry.id) for line, entry in read]))
    return read


async def load_register(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Enter a file's agencies and change those that differ; a sentence on what changed. BadFile changes nothing.

    The file that the suite brings is loaded at every start: it enters what is new and no more, for what differs has been
    changed in the service since.
    """
    read = read_register(path)
    entries = [entry for _, entry in read]
    async with database.transaction() as tx:
        others = {other for entry in entries for other in (*entry.successor_ids, entry.possibly_same_as) if other}
        known = {**await register.entries(tx, others), **{entry.id: entry for entry in entries}}
        found: list[Fault] = []
        for line, entry in read:
            found += _on_line(line, succession_faults(entry, known))
            if entry.possibly_same_as and entry.possibly_same_as not in known:
                found.append(Fault(line, "possibly_same_as", f"{entry.possibly_same_as} is not in the register."))
        tabular.refuse(path, found)
        return f"Agencies: {await agencies.load(tx, entries, progress, change=path != OWN_AGENCIES)}"


def read_bodies(path: Path) -> list[tuple[int, Body]]:
    """The bodies of a file with their lines, each cell right by itself. BadFile names every fault by row and column."""
    read = tabular.read(path, BODY_COLUMNS, lambda line: (line.number, _body(line)))
    tabular.refuse(path, _twice([(line, body.id) for line, body in read]))
    return read


async def load_bodies(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Add a file's bodies and change those that differ; the suite's own are only added. BadFile changes nothing."""
    read = read_bodies(path)
    bodies = [body for _, body in read]
    async with database.transaction() as tx:
        known = {**await body_queries.known(tx), **{body.id: body for body in bodies}}
        tabular.refuse(path, [fault for line, body in read for fault in _on_line(line, body_faults(body, known))])
        return f"Bodies: {await body_commands.load(tx, bodies, progress, change=path != OWN_BODIES)}"


class _AreaRow(Record):
    code: Text
    kind: Annotated[AreaKind, LENIENT]
    part_of: Text | None
    text: Text


class _StatementRow(Record):
    stated_on: date
    text: Text
    source: Text
    reproducible: bool
    why: Text


class _PlanRow(Record):
    code: Text
    title: Text
    source_type: Annotated[Source, LENIENT]
    source_id: Text | None
    body_id: Text
    signing: Text
    effective_from: date | None
    effective_to: date | None
    source: Text | None
    note: Text | None
    areas: list[_AreaRow]
    statements: list[_StatementRow]

    def plan(self) -> Plan:
        areas = tuple(Area(**dict(row)) for row in self.areas)
        said = tuple(Statement(**dict(row)) for row in self.statements)
        return Plan(**dict(self) | {"areas": areas, "statements": said})


class _PlansFile(Record):
    plans: list[_PlanRow]


def read_plans(path: Path) -> list[Plan]:
    """The plans of a file, each field right by itself. BadFile names every fault by row and field."""
    return [row.plan() for row in read(path, _PlansFile).plans]


async def load_plans(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Add a file's plans that are not there; a sentence on what changed. BadFile changes nothing."""
    plans = read_plans(path)
    async with database.transaction() as tx:
        bodies = set(await body_queries.known(tx))
        for row, plan in enumerate(plans, start=1):
            if wrong := plan_faults(plan, bodies, {one.code for one in plan_queries.signings()}):
                raise BadFile(path, wrong[0].message, row=row, column=wrong[0].path)
        new = await plan_commands.load(tx, plans)
        progress(len(plans), len(plans))
    return f"Plans: {new} added, {len(plans) - new} there already"


def _entry(line: Line) -> Entry:
    return normalised(
        Entry(
            id=line.text("id"),
            name=line.text("name", longest=200),
            also_known_as=line.many("also_known_as", longest=200),
            agency_type=line.one_of("agency_type", AgencyType),
            effective_from=line.day("effective_from"),
            effective_to=line.day("effective_to"),
            successor_ids=line.many("successor_ids"),
            expected_to_raise=line.yes("expected_to_raise"),
            possibly_same_as=line.optional("possibly_same_as"),
            unverified=line.many("unverified"),
            source=line.optional("source", longest=2000),
            note=line.optional("note", longest=2000),
        )
    )


def _body(line: Line) -> Body:
    return body_normalised(
        Body(
            id=line.text("id"),
            name=line.text("name", longest=200),
            also_known_as=line.many("also_known_as", longest=200),
            kind=line.one_of("kind", Kind),
            parent_ids=line.many("parent_ids"),
            meetings_a_year=line.number_of("meetings_a_year", least=1, greatest=366),
            member_role=line.one_of("member_role", MemberRole) if line.optional("member_role") else None,
            chair_term_months=line.number_of("chair_term_months", least=1, greatest=120),
            effective_from=line.day("effective_from"),
            effective_to=line.day("effective_to"),
            unverified=line.many("unverified"),
            source=line.optional("source", longest=2000),
            note=line.optional("note", longest=2000),
        )
    )


def _twice(ids: Sequence[tuple[int, str]]) -> list[Fault]:
    first: dict[str, int] = {}
    places = [(line, first.setdefault(one, line), one) for line, one in ids]
    return [Fault(line, "id", f"{one} stands in row {above} already.") for line, above, one in places if line != above]


def _on_line(line: int, found: list[FieldError]) -> list[Fault]:
    return [Fault(line, fault.path, fault.message) for fault in found]


LOADS = {
    "agencies": Load("The register of agencies.", load_register, OWN_AGENCIES),
    "bodies": Load("The partnership's bodies.", load_bodies, OWN_BODIES),
    "plans": Load("Plans that were published.", load_plans, OWN_PLANS),
    "retention": loading(KEEPING.period),
}
