"""A zip of tables, each as JSON lines and as CSV, written to disk as it is read, and sent from there."""

import asyncio
import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import IO, Any
from uuid import UUID

from shared.days import LONDON
from shared.documents.csv import plain
from shared.events import instant

PIECE = 64 * 1024


class Archive:
    """A zip being written. Nothing of it is on disk under a name, so that nothing is left behind."""

    def __init__(self, made_at: datetime) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._made_at = made_at.astimezone(LONDON)  # a zip's instants have no zone
        self._contents: list[dict[str, Any]] = []

    @asynccontextmanager
    async def table(self, name: str, about: str, columns: Sequence[str]) -> AsyncIterator["ArchivedTable"]:
        """One table, as `<name>.jsonl` and `<name>.csv`; an empty one too, so that nothing seems forgotten."""
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as sheet:
            table = ArchivedTable(lines, sheet, columns)
            yield table
            for ending, file in (("jsonl", lines), ("csv", sheet)):
                digest = await asyncio.to_thread(self._take_in, f"{name}.{ending}", file)
                told = {"file": f"{name}.{ending}", "about": about, "records": table.records, "sha256": digest}
                self._contents.append(told)

    def finish(self, **particulars: Any) -> None:
        """Close it with a manifest: the particulars, and every file with its number of records and its hash."""
        manifest = {**particulars, "files": self._contents}
        self._zip.writestr(self._member("manifest.json"), json.dumps(manifest, indent=2, default=_jsonable))
        self._zip.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The finished zip, piece by piece."""
        with self._file as file:
            file.seek(0)
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece

    def discard(self) -> None:
        """Throw it away: it could not be finished."""
        self._file.close()

    def _take_in(self, name: str, file: IO[bytes]) -> str:
        digest = hashlib.sha256()
        file.seek(0)
        with self._zip.open(self._member(name), "w", force_zip64=True) as member:
            while piece := file.read(PIECE):
                digest.update(piece)
                member.write(piece)
        return digest.hexdigest()

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        return member


class ArchivedTable:
    """One table of an archive being written, in both its formats."""

    def __init__(self, lines: IO[bytes], sheet: IO[bytes], columns: Sequence[str]) -> None:
        self._lines, self._sheet, self._columns = lines, sheet, columns
        self.records = 0
        self._write_cells([columns])

    async def add(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """More of its records."""
        await asyncio.to_thread(self._write, batch)
        self.records += len(batch)

    def _write(self, batch: Sequence[Mapping[str, Any]]) -> None:
        rows = [{name: _jsonable(row[name]) for name in self._columns} for row in batch]
        self._lines.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
        self._write_cells([_cell(value) for value in row.values()] for row in rows)

    def _write_cells(self, rows: Iterable[Sequence[str]]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        self._sheet.write(out.getvalue().encode())


def _cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else plain(value)


def _jsonable(value: Any) -> Any:
    """A value as JSON has it: instants end in `Z`, lengths of time are seconds."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, list):
        return [_jsonable(one) for one in value]
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value
