"""Takes the letters of invitations to the mail server, when nothing of what they are about is locked any more."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from shared import appointments, mail
from shared.appointments import Appointment, Noted
from shared.errands import Errand
from shared.invitations.commands import Invitations
from shared.invitations.domain import Occasion, Summons
from shared.settings import Settings


def errand(invitations: Invitations, besides: Callable[[Row[Any], Settings], str | None] | None = None) -> Errand:
    """The letters of a service's invitations on their way.

    `besides` is what a letter says to its reader alone, and not where her calendar is read by others too.
    """

    def written(row: Row[Any], settings: Settings) -> mail.Letter:
        subject, text = invitations.wording.of(Summons.of(row.summons), Occasion(row.occasion))
        private = besides(row, settings) if besides else None
        letter = mail.Letter(str(row.id), row.address, subject, "\n".join(filter(None, (text, private))), row.queued_at)
        if row.occasion != Occasion.INVITATION:
            return letter
        one = appointment(row, text)
        said = appointments.written(
            one, organiser=settings.mail_from, address=row.address, name=row.person_name, at=row.queued_at
        )
        return replace(letter, calendar=said, method=one.method)

    return Errand(invitations.table, written)


def noted(row: Row[Any]) -> Noted:
    """What a letter has brought as it stands in her feed: under another UID, for it is by the secret one that she answers."""
    one = appointment(row)
    uid = f"{hashlib.sha256(one.uid.encode()).hexdigest()[:40]}@feed.safer"
    return Noted(replace(one, uid=uid), row.queued_at)


def appointment(row: Row[Any], text: str | None = None) -> Appointment:
    """The appointment that a letter brings."""
    summons = Summons.of(row.summons)
    return Appointment(
        uid=summons.uid,
        sequence=summons.sequence,
        starts_at=summons.starts_at,
        ends_at=summons.ends_at,
        title=summons.title,
        place=summons.place,
        link=summons.link,
        text=text,
        cancelled=summons.cancelled,
        answer=row.answer,
    )
