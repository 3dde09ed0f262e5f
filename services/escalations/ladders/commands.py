"""Loads ladders: a new version beside the old ones, which are never changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.escalations.ladders.models import LadderVersion
from services.escalations.ladders.queries import ladder_from
from shared.db import Tx
from shared.problems import Conflict, Invalid, Problem


def read_ladders(path: Path) -> list[dict[str, Any]]:
    """The documents of a file of ladders, each checked. Invalid names the entry that is wrong, and what."""
    try:
        documents = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as failure:
        raise Invalid(f"{path.name} is not YAML: {failure}") from None
    checked = []
    for index, document in enumerate(documents):
        try:
            ladder_from(document)
        except Problem:
            raise
        except (KeyError, ValueError, TypeError) as failure:
            raise Invalid(f"{path.name}, ladder {index + 1}: {type(failure).__name__}: {failure}") from None
        checked.append(_jsonable(document))
    return checked


async def load(tx: Tx, documents: Sequence[dict[str, Any]]) -> int:
    """Add the versions that are not there yet; how many. Conflict where one that is there says something else."""
    added = 0
    for document in documents:
        ladder = ladder_from(document)
        row = {
            "code": ladder.code,
            "version": ladder.version,
            "kind": ladder.kind,
            "effective_from": ladder.effective_from,
            "effective_to": ladder.effective_to,
            "document": document,
            "loaded_at": tx.now,
        }
        result = await tx.execute(insert(LadderVersion).on_conflict_do_nothing(), row)
        added += result.rowcount
        stored = await tx.scalar(
            select(LadderVersion.document).where(
                LadderVersion.code == ladder.code, LadderVersion.version == ladder.version
            )
        )
        if stored != document:
            raise Conflict(
                f"{ladder.code} version {ladder.version} was loaded with other content; give it a new version."
            )
    return added


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value if isinstance(value, bool | int | str | None) else str(value)
