"""Brings series and courses in from reviewed tables: a whole file, or nothing of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.training.courses import commands as courses
from services.training.courses.domain import Mode, check
from services.training.rulebook import DATA, evaluation_codes
from shared import tabular
from shared.acting import LOADED
from shared.db import Database
from shared.loading import BadFile, Load, Progress
from shared.problems import Problem
from shared.settings import Settings
from shared.tabular import Fault, Line

OWN_SERIES, OWN_COURSES = DATA / "series.csv", DATA / "courses.csv"
SERIES = (
    "code",
    "title",
    "about",
    "rhythm",
    "length_minutes",
    "effective_from",
    "effective_to",
    "unverified",
    "source",
)
COURSES = (
    "code",
    "title",
    "about",
    "framework",
    "level",
    "audience",
    "themes",
    "length_minutes",
    "mode",
    "series",
    "evaluation",
    "effective_from",
    "effective_to",
    "unverified",
    "source",
    "note",
)


def read_series(path: Path) -> list[dict[str, Any]]:
    """The series of a file. BadFile names every fault by row and column."""
    return [row for _, row in _once(path, tabular.read(path, SERIES, lambda line: (line.number, _series(line))))]


def read_courses(path: Path) -> list[dict[str, Any]]:
    """The courses of a file, each right by itself. BadFile names every fault by row and column."""
    read = _once(path, tabular.read(path, COURSES, lambda line: (line.number, _course(line))))
    found: list[Fault] = []
    for line, row in read:
        try:
            check(row)
        except Problem as problem:
            found += [Fault(line, fault.path, fault.message) for fault in problem.errors]
    tabular.refuse(path, found)
    return [row for _, row in read]


async def load_series(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Add a file's series and change those that differ; the suite's own are only added. BadFile changes nothing."""
    series = read_series(path)
    async with database.transaction() as tx:
        said = await courses.load_series(tx, series, change_known=path != OWN_SERIES)
    progress(len(series), len(series))
    return f"Series: {said}"


async def load_courses(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Add a file's courses and change those that differ; the suite's own are only added. BadFile changes nothing."""
    found = read_courses(path)
    try:
        async with database.transaction() as tx:
            said = await courses.load(tx, LOADED, found, progress, change_known=path != OWN_COURSES)
    except Problem as problem:
        raise BadFile(path, problem.detail) from None
    return f"Courses: {said}"


def _once(path: Path, read: Sequence[tuple[int, dict[str, Any]]]) -> Sequence[tuple[int, dict[str, Any]]]:
    first: dict[str, int] = {}
    places = [(line, first.setdefault(row["code"], line), row["code"]) for line, row in read]
    twice = [
        Fault(line, "code", f"{code} stands in row {above} already.") for line, above, code in places if line != above
    ]
    tabular.refuse(path, twice)
    return read


def _series(line: Line) -> dict[str, Any]:
    return {
        "code": line.text("code", longest=100),
        "title": line.text("title", longest=200),
        "about": line.text("about", longest=2000),
        "rhythm": line.optional("rhythm", longest=200),
        "length_minutes": line.number_of("length_minutes", least=5, greatest=6000),
        **_dated(line),
    }


def _course(line: Line) -> dict[str, Any]:
    evaluation = line.text("evaluation")
    if evaluation and evaluation not in evaluation_codes():
        line.fault("evaluation", f"Known kinds of evaluation: {', '.join(evaluation_codes())}.")
    return {
        "code": line.text("code", longest=100),
        "title": line.text("title", longest=200),
        "about": line.optional("about", longest=2000),
        "framework": line.optional("framework", longest=200),
        "level": line.optional("level", longest=200),
        "audience": list(line.many("audience", longest=200)),
        "themes": list(line.many("themes", longest=200)),
        "length_minutes": line.number_of("length_minutes", least=5, greatest=6000),
        "mode": line.one_of("mode", Mode).value,
        "series": line.optional("series"),
        "evaluation": evaluation,
        "note": line.optional("note", longest=2000),
        **_dated(line),
    }


def _dated(line: Line) -> Mapping[str, Any]:
    return {
        "effective_from": line.day("effective_from"),
        "effective_to": line.day("effective_to"),
        "unverified": list(line.many("unverified")),
        "source": line.optional("source", longest=2000),
    }


LOADS = {
    "series": Load("The series of courses.", load_series, OWN_SERIES),
    "courses": Load("The courses of the programme.", load_courses, OWN_COURSES),
}
