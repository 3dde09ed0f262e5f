"""Reads which letters were written."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select

from services.reviews.letters.domain import Occasion
from services.reviews.letters.models import Letter
from shared.db import Tx


async def written(tx: Tx, occasion: Occasion, about_type: str, about_ids: Collection[str]) -> Sequence[Row[Any]]:
    """The letters of one occasion about some records of one noun."""
    if not about_ids:
        return ()
    about = Letter.about_type == about_type, Letter.about_id.in_(about_ids), Letter.occasion == occasion
    return await tx.rows(select(Letter.about_id, Letter.facts).where(*about))
