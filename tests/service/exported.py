"""What an agency takes out of a service: the zip, opened, and the records of one of its parts."""

import io
import json
import zipfile
from typing import Any

from tests.service.answering import Somebody


async def taken_out(person: Somebody, path: str = "/export") -> zipfile.ZipFile:
    """The zip, opened."""
    answer = await person.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def records(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """One part, from its JSON lines."""
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").decode().splitlines()]


def whole(archive: zipfile.ZipFile) -> str:
    """All that is in it, as one text."""
    return b"".join(archive.read(name) for name in archive.namelist()).decode()
