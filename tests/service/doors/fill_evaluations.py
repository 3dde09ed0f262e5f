"""What two of the council's people, who were at a session, are asked; and their certificates."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from services.training.bookings.commands import Desk, move
from services.training.bookings.domain import Do
from services.training.bookings.queries import of_session
from services.training.certificates.commands import issue
from services.training.certificates.models import Certificate
from services.training.evaluations.commands import ask
from services.training.evaluations.domain import Audience, Moment
from services.training.evaluations.models import Evaluation
from services.training.rulebook import evaluation_kind
from shared.acting import LOADED
from shared.policy import Role
from tests.service.escalations.running import COUNCIL

if TYPE_CHECKING:
    from tests.service.doors.running import Doors


async def fill(started: "Doors") -> None:
    """Two came; each is asked, and has a certificate."""
    lead, session_id = started.bearer(COUNCIL, Role.AGENCY_LEAD), UUID(started.ids["session_id"])
    people = [{"name": name, "email": f"{name.lower()}@council.example"} for name in ("Ada", "Ben")]
    body = {"session_id": str(session_id), "delegates": people, "together": False}
    await started.made(lead, "/training/v1/team-bookings", **body)
    async with started.suite.runtimes["training"].database.transaction() as tx:
        desk = await Desk.at(tx, session_id)
        booked = [row for row in await of_session(tx, session_id) if row.name in {"Ada", "Ben"}]
        for row in booked:
            await move(tx, LOADED, desk, row, [Do.ATTEND])
        await desk.leave(tx)
        until = tx.now + timedelta(days=60)
        course_id = desk.session.course_id
        await ask(tx, evaluation_kind("short", "1"), course_id, booked, Moment.END, Audience.ATTENDEE, until, None)
        await issue(tx, booked, course_id)
        last = [await tx.scalar(select(table.id).limit(1)) for table in (Evaluation, Certificate)]
    started.ids |= {"evaluation_id": str(last[0]), "certificate_id": str(last[1])}
