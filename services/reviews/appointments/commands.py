"""Names a case's panel, writes down what conflicts, and lets members go."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.panels.domain import Do, NotYourself, Seat, Status, step
from services.reviews.panels.models import PanelMember
from services.reviews.rapid_reviews import queries
from services.reviews.rapid_reviews.commands import NOUN, begin, finish, tell_of_member
from services.reviews.rapid_reviews.commands import release as let_go
from services.reviews.rapid_reviews.domain import Do as ReviewDo
from services.reviews.register.models import REGISTER
from shared import rules
from shared.acting import By
from shared.contracts import rapid_reviews as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.problems import Conflict, NotFound


class MemberNotFound(NotFound):
    """Nobody of this id is on the panel."""

    code = "panel_member_not_found"
    cure = "Read the review."


class SitsAlready(Conflict):
    """This person is on this panel."""

    code = "sits_already"
    title = "This person is on the panel"
    cure = "Nothing to do."


async def name(
    tx: Tx, by: By, review_id: UUID, *, person_id: UUID, person_name: str, agency_id: str, seat: Seat
) -> UUID:
    """Name somebody for this case and for its length; the member's id. OwnSeat; SitsAlready; Invalid."""
    by.must_seat_another(person_id)
    row = await begin(tx, by, review_id, ReviewDo.NAME)
    await REGISTER.names_of(tx, {"agency_id": agency_id}, rules.calendar().date_of(tx.now))
    sitting = [one for one in await queries.panel(tx, review_id) if one.released_at is None]
    if any(one.person_id == person_id for one in sitting):
        raise SitsAlready("This person is on this panel already.")
    member: dict[str, Any] = {
        "id": new_id(),
        "review_id": review_id,
        "person_id": person_id,
        "person_name": person_name,
        "agency_id": agency_id,
        "seat": seat,
        "status": Status.NAMED,
        "named_at": tx.now,
        "named_by": by.subject,
    }
    await tx.execute(insert(PanelMember), member)
    await _remember(tx, by, row, ReviewDo.NAME, member)
    await tell_of_member(tx, member | {"released_at": None}, events.PanelMemberNamed)
    about = Cause(NOUN, str(review_id))
    await write(tx, Occasion.PANEL_NAMED, about, [agency_id], reference=row.reference, person=person_name)
    member_id: UUID = member["id"]
    return member_id


async def declare(tx: Tx, by: By, review_id: UUID, member_id: UUID, *, conflicted: bool, text: str | None) -> None:
    """Write down what a member says of her own conflicts. Who chaired, and conflicts, is a member from now on."""
    row, member = await _begin(tx, by, review_id, member_id, ReviewDo.DECLARE)
    if str(member.person_id) != by.subject:
        raise NotYourself("Each member declares her own conflicts.")
    status = step(Status(member.status), Do.CONFLICT if conflicted else Do.CLEAR)
    values: dict[str, Any] = {"status": status, "conflict": text, "declared_at": tx.now}
    if conflicted and member.seat == Seat.CHAIR:
        values["seat"] = Seat.MEMBER
    after = await _write(tx, member, values)
    await _remember(tx, by, row, ReviewDo.DECLARE, after)
    await tell_of_member(tx, after, events.PanelMemberDeclared, conflicted=conflicted)


async def chair(tx: Tx, by: By, review_id: UUID, member_id: UUID) -> None:
    """Have a member chair the panel in place of whoever does. MayNotChair where something conflicts."""
    row, member = await _begin(tx, by, review_id, member_id, ReviewDo.CHAIR)
    step(Status(member.status), Do.CHAIR)
    before = PanelMember.review_id == review_id, PanelMember.seat == Seat.CHAIR
    await tx.execute(update(PanelMember).where(*before).values(seat=Seat.MEMBER))
    after = await _write(tx, member, {"seat": Seat.CHAIR})
    await _remember(tx, by, row, ReviewDo.CHAIR, after)
    await tell_of_member(tx, after, events.PanelMemberChairs)


async def release(tx: Tx, by: By, review_id: UUID, member_id: UUID) -> None:
    """Let a member go before the case ends."""
    row, member = await _begin(tx, by, review_id, member_id, ReviewDo.RELEASE)
    step(Status(member.status), Do.RELEASE)
    await let_go(tx, member)
    await _remember(tx, by, row, ReviewDo.RELEASE, member._asdict())


async def _begin(tx: Tx, by: By, review_id: UUID, member_id: UUID, do: ReviewDo) -> tuple[Row[Any], Row[Any]]:
    row = await begin(tx, by, review_id, do)
    wanted = PanelMember.id == member_id, PanelMember.review_id == review_id
    member = await tx.row(select(*PanelMember.__table__.c).where(*wanted))
    if member is None:
        raise MemberNotFound("Nobody of this id is on this panel.")
    return row, member


async def _write(tx: Tx, member: Row[Any], values: dict[str, Any]) -> dict[str, Any]:
    await tx.execute(update(PanelMember).where(PanelMember.id == member.id).values(**values))
    return member._asdict() | values


async def _remember(tx: Tx, by: By, row: Row[Any], do: ReviewDo, member: dict[str, Any]) -> None:
    facts = {"member_id": str(member["id"]), "agency_id": member["agency_id"], "seat": member["seat"]}
    await finish(tx, by, row._asdict(), do, {}, text=None, facts=facts)
