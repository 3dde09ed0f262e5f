"""Takes letters about places and evaluations to the mail server, when nothing about the session is locked any more."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.training.bookings.domain import Status
from services.training.bookings.models import PlaceLetter
from services.training.calendars.commands import INVITATIONS
from services.training.evaluation_links.domain import Facts, token, worded
from services.training.evaluations.domain import Audience, Moment
from services.training.evaluations.models import Evaluation
from services.training.evaluations.queries import WHOLE
from services.training.letters.commands import POST
from services.training.place_links import domain as place_links
from services.training.place_links.queries import LETTERS
from services.training.sessions.domain import when
from shared import mail
from shared.errands import Errand
from shared.invitations.domain import Summons
from shared.invitations.post import errand
from shared.settings import Settings


def written(row: Row[Any], settings: Settings) -> mail.Letter:
    """What one row is as a letter."""
    audience = Audience(row.audience)
    facts = Facts(
        moment=Moment(row.moment),
        audience=audience,
        course=row.course_title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        delegate=row.delegate_name,
        due_at=row.due_at,
        reminded=row.reminded,
        throughout=row.throughout,
    )
    subject, text = worded(facts, link_of(row, settings))
    to = row.manager_email if audience is Audience.MANAGER else row.email
    return mail.Letter(f"{row.id}-{row.reminded}", to, subject, text, row.queued_at)


def link_of(row: Row[Any], settings: Settings) -> str:
    """The address at which an evaluation can be answered once."""
    return f"{settings.public_url}/training/v1/evaluation-links/{token(settings.seal_key, row.id)}"


def give_back(row: Row[Any], settings: Settings) -> str | None:
    """How a place is given back without signing in; nothing for a list, which has none, and where there is no place any more."""
    if row.agency_id is None or Summons.of(row.summons).cancelled:
        return None
    return place_links.worded(place_link(row.guest_id, settings))


def standing(row: Row[Any], settings: Settings) -> mail.Letter:
    """How a delegate is told where she stands."""
    stands = place_links.Stands(
        status=Status(row.status),
        course=row.course_title,
        when=when(row.starts_at, row.ends_at),
        place=row.place,
        until=row.stands_until,
        closed=row.closed,
        lapses=row.lapses,
        why=row.why,
    )
    subject, text = place_links.letter(stands, place_link(row.booking_id, settings))
    return mail.Letter(f"{row.booking_id}-{row.queued_at:%Y%m%d%H%M%S%f}", row.email, subject, text, row.queued_at)


def place_link(booking_id: UUID, settings: Settings) -> str:
    """The address at which a place is taken, or given back."""
    return f"{settings.public_url}/training/v1/place-links/{place_links.token(settings.seal_key, booking_id)}"


ERRANDS = (
    Errand(Evaluation, written, WHOLE),
    errand(INVITATIONS, give_back),
    Errand(PlaceLetter, standing, LETTERS),
    POST.errand(),
)
