"""Reads certificates: each to whose it is, to her agency's lead and who runs the programme; by its code, whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, any_, select

from services.training.bookings.models import Booking
from services.training.bookings.queries import WHOLE_OF_IT
from services.training.certificates.domain import Status
from services.training.certificates.models import Certificate
from services.training.courses.models import Course
from services.training.sessions.models import Session
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import AGENCIES, SUBJECT, narrowed, newest_first, values, within

CERTIFICATE = tuple(Certificate.__table__.c)
_WHOLE: Select[Any] = (
    select(
        *CERTIFICATE,
        Booking.subject,
        Booking.name.label("delegate_name"),
        Session.course_id,
        Session.starts_at,
        Session.ends_at,
        Course.code.label("course_code"),
        Course.title.label("course_title"),
        Course.framework,
        Course.level,
        Course.length_minutes,
    )
    .join(Booking, Booking.id == Certificate.booking_id)
    .join(Session, Session.id == Certificate.session_id)
    .join(Course, Course.id == Session.course_id)
)
_MINE = Booking.subject == SUBJECT
_HOLDS = Certificate.status == Status.ISSUED, WHOLE_OF_IT


class CertificateNotFound(NotFound):
    """There is no such certificate, or it is somebody else's."""

    code = "certificate_not_found"
    cure = "Look in `/training/v1/certificates`."


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: str | None = None
    status: Status | None = None
    mine: bool | None = None


def _visible(reach: Reach) -> ColumnElement[bool]:
    return within(reach, Certificate.agency_id == any_(AGENCIES), _MINE)


async def get(tx: Tx, principal: Principal, reach: Reach, certificate_id: UUID) -> Row[Any]:
    """One certificate with its session. CertificateNotFound where there is none to be seen."""
    row = await tx.row(_WHOLE.where(Certificate.id == certificate_id, _visible(reach)), values(principal))
    if row is None:
        raise CertificateNotFound("There is no such certificate that you may see.")
    return row


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` certificates, those issued last first."""
    clauses = narrowed(filters, Certificate, course_id=Session.course_id, mine=_MINE)
    statement = _WHOLE.where(_visible(reach), *clauses)
    statement = newest_first(statement, Certificate.issued_at, Certificate.id, limit, after)
    return await tx.rows(statement, values(principal))


async def of_booking(tx: Tx, booking_id: UUID) -> Row[Any]:
    """A delegate's certificate, if it holds; for who has the link that was sent to her. CertificateNotFound."""
    row = await tx.row(_WHOLE.where(Certificate.booking_id == booking_id, *_HOLDS))
    if row is None:
        raise CertificateNotFound("There is no certificate of this that holds.")
    return row


async def holding(tx: Tx, code: str) -> Row[Any] | None:
    """The certificate with this code if it holds: she attended, and the register says so still."""
    return await tx.row(_WHOLE.where(Certificate.code == code, *_HOLDS))
