"""Brings ladders in from a reviewed file, and agencies' running escalations from their own tables: a whole file, or nothing."""

from pathlib import Path

from services.escalations.keeping.queries import KEEPING
from services.escalations.ladders import commands as ladders
from services.escalations.own_tables import load_escalations
from shared.db import Database
from shared.keeping.schedule import loading
from shared.loading import BadFile, Load, Progress
from shared.problems import Problem
from shared.settings import Settings

DATA = Path(__file__).parent / "data"


async def load_ladders(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Add a file's new versions; a sentence on how many. BadFile changes nothing."""
    try:
        documents = ladders.read_ladders(path)
        async with database.transaction() as tx:
            added = await ladders.load(tx, documents)
    except Problem as problem:
        raise BadFile(path, problem.detail) from None
    progress(len(documents), len(documents))
    return f"Ladders: {added} new versions of {len(documents)}."


LOADS = {
    "ladders": Load("Ladders, their stages and clocks", load_ladders, DATA / "ladders.yaml"),
    "escalations": Load("An agency's running escalations, from its own table", load_escalations),
    "retention": loading(KEEPING.period),
}
