"""How records come in from files, all or none: an installation's own, and the reference data that the suite brings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from shared.db import Database, Tx
from shared.settings import Settings
from shared.startup import Mendable

Progress = Callable[[int, int], None]
Sandbox = Callable[[Database, Settings], Awaitable[None]]
Restate = Callable[[Tx], Awaitable[int]]


class BadFile(Mendable):
    """A file that cannot be loaded, in one sentence: the row, the column, what is wrong and what would be right."""

    def __init__(self, path: Path, reason: str, *, row: int | None = None, column: str | None = None) -> None:
        place = [path.name, *([f"row {row}"] if row is not None else []), *([f"column {column}"] if column else [])]
        super().__init__(f"{', '.join(place)}: {reason}")


@dataclass(frozen=True)
class Load:
    """One noun's way in: `run` reads a file and writes all of it in one transaction, or raises BadFile and nothing.

    It may be repeated, tells `Progress` how many rows of how many are done, and returns a sentence on what changed.
    `own` is the file that the suite brings, which `load` takes where no other is named.
    """

    about: str
    run: Callable[[Database, Settings, Path, Progress], Awaitable[str]]
    own: Path | None = None
