"""Issues certificates, and keeps them true to the register."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.training.bookings.models import Booking
from services.training.bookings.queries import WHOLE_OF_IT
from services.training.certificates.domain import TRANSITIONS, Do, Status, new_code
from services.training.certificates.models import Certificate
from services.training.certificates.queries import CERTIFICATE
from services.training.sessions.models import Session
from shared.contracts import training as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit

BATCH = 100
TOLD = {Do.REVOKE: events.CertificateRevoked, Do.REINSTATE: events.CertificateReinstated}


async def issue(tx: Tx, bookings: Sequence[Row[Any]], course_id: UUID) -> int:
    """Issue certificates for bookings of one course's session that have none; how many."""
    for booking in bookings:
        row = {
            "id": new_id(),
            "version": 1,
            "status": Status.ISSUED,
            "code": new_code(),
            "booking_id": booking.id,
            "session_id": booking.session_id,
            "agency_id": booking.agency_id,
            "issued_at": tx.now,
            "revoked_at": None,
        }
        made = await tx.execute(insert(Certificate).values(**row).on_conflict_do_nothing(index_elements=["booking_id"]))
        if made.rowcount:
            await _tell(tx, events.CertificateIssued, row, course_id)
    return len(bookings)


async def correct(tx: Tx) -> int:
    """Revoke what the register no longer bears out, and reinstate what it bears out again; how many."""
    wrong = or_(
        (Certificate.status == Status.ISSUED) & ~WHOLE_OF_IT, (Certificate.status == Status.REVOKED) & WHOLE_OF_IT
    )
    statement = (
        select(*CERTIFICATE, Session.course_id, Booking.agency_id.label("booked_agency_id"))
        .join(Booking, Booking.id == Certificate.booking_id)
        .join(Session, Session.id == Certificate.session_id)
        .where(wrong)
        .order_by(Certificate.id)
        .limit(BATCH)
        .with_for_update(of=Certificate)
    )
    rows = await tx.rows(statement)
    for row in rows:
        do = Do.REVOKE if row.status == Status.ISSUED else Do.REINSTATE
        status = TRANSITIONS[Status(row.status), do]
        values = {
            "status": status,
            "version": row.version + 1,
            "agency_id": row.booked_agency_id,
            "revoked_at": tx.now if do is Do.REVOKE else None,
        }
        await tx.execute(update(Certificate).where(Certificate.id == row.id).values(**values))
        await _tell(tx, TOLD[do], row._asdict() | values, row.course_id)
    return len(rows)


async def _tell(tx: Tx, event: type[events.CertificateEvent], row: dict[str, Any], course_id: UUID) -> None:
    told = event(
        subject=str(row["id"]),
        session_id=str(row["session_id"]),
        course_id=str(course_id),
        agency_id=row["agency_id"],
        status=row["status"],
        at=tx.now,
    )
    await emit(tx, told, causes=[Cause("training.session", str(row["session_id"]))])
