"""Takes the letters that were written to the mail server, when nothing about the matter is locked any more."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.escalations.letters.domain import Facts, Occasion, token, worded
from services.escalations.letters.models import Letter
from shared import mail
from shared.errands import Errand
from shared.settings import Settings


def written(row: Row[Any], settings: Settings) -> mail.Letter:
    """What one row is as a letter."""
    due_at = datetime.fromisoformat(row.facts["due_at"]) if row.facts["due_at"] else None
    subject, text = worded(Occasion(row.occasion), Facts(**row.facts | {"due_at": due_at}), link_of(row, settings))
    return mail.Letter(str(row.id), row.address, subject, text, row.queued_at)


def link_of(row: Row[Any], settings: Settings) -> str | None:
    """The address at which the letter can be answered once, or None where it asks for no answer."""
    if row.link_expires_at is None:
        return None
    return f"{settings.public_url}/escalations/v1/links/{token(settings.seal_key, row.id)}"


ERRANDS = (Errand(Letter, written),)
