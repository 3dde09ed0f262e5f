"""Brings the register and the partnership's bodies in from reviewed tables: a whole file, or nothing of it."""

from pathlib import Path

from services.governance.agencies import commands as agencies
from services.governance.agencies import queries as register
from services.governance.agencies.domain import Entry, faults, normalised, succession_faults
from shared import tabular
from shared.db import Database
from shared.loading import Load, Progress
from shared.policy import AgencyType
from shared.problems import FieldError
from shared.settings import Settings
from shared.tabular import Fault, Line

DATA = Path(__file__).parent / "data"

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


def read_register(path: Path) -> list[Entry]:
    """The entries of a file, each right by itself. BadFile names every fault by row and column."""
    return [entry for _, entry in _read_register(path)]


async def load_register(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Enter a file's agencies and change those that differ; a sentence on what changed. BadFile changes nothing."""
    read = _read_register(path)
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
        return f"Agencies: {await agencies.load(tx, entries, progress)}"


def _read_register(path: Path) -> list[tuple[int, Entry]]:
    read = tabular.read(path, AGENCY_COLUMNS, lambda line: (line.number, _entry(line)))
    found = [fault for line, entry in read for fault in _on_line(line, faults(entry))]
    first: dict[str, int] = {}
    for line, entry in read:
        if (above := first.setdefault(entry.id, line)) != line:
            found.append(Fault(line, "id", f"{entry.id} stands in row {above} already."))
    tabular.refuse(path, found)
    return read


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


def _on_line(line: int, found: list[FieldError]) -> list[Fault]:
    return [Fault(line, fault.path, fault.message) for fault in found]


LOADS = {
    "agencies": Load("The register of agencies.", load_register, DATA / "agencies.csv"),
}
