"""A zip of tables, each as JSON lines and as CSV, written to disk as it is read, and sent from there."""

import asyncio
import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import IO, Any
from uuid import UUID

from shared.documents.csv import plain
from shared.events import instant

PIECE = 64 * 1024


class Archive:
    """A zip being written. Nothing of it is on disk under a name, so that nothing is left behind."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._contents: list[dict[str, Any]] = []

    async def add(self, name: str, about: str, batches: AsyncIterator[Sequence[Mapping[str, Any]]]) -> None:
        """One table, as `<name>.jsonl` and `<name>.csv`; an empty one too, so that nothing seems forgotten."""
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as sheet:
            count = 0
            async for batch in batches:
                await asyncio.to_thread(_write, batch, lines, sheet, headed=count == 0)
                count += len(batch)
            for ending, file in (("jsonl", lines), ("csv", sheet)):
                digest = await asyncio.to_thread(self._take_in, f"{name}.{ending}", file)
                self._contents.append({"file": f"{name}.{ending}", "about": about, "records": count, "sha256": digest})

    def finish(self, **particulars: Any) -> None:
        """Close it with a manifest: the particulars, and every file with its number of records and its hash."""
        manifest = {**particulars, "files": self._contents}
        self._zip.writestr("manifest.json", json.dumps(manifest, indent=2, default=_jsonable))
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
        with self._zip.open(name, "w", force_zip64=True) as member:
            while piece := file.read(PIECE):
                digest.update(piece)
                member.write(piece)
        return digest.hexdigest()


def _write(batch: Sequence[Mapping[str, Any]], lines: IO[bytes], sheet: IO[bytes], *, headed: bool) -> None:
    if not batch:
        return
    rows = [{name: _jsonable(value) for name, value in row.items()} for row in batch]
    lines.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if headed:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    sheet.write(out.getvalue().encode())


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
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value
