"""Whom to reach: the contacts and delegations of this service's own tables, and an owner at the address of her seat."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import Text, cast, select

from services.governance.agencies.models import Agency
from services.governance.contacts.models import Contact
from services.governance.delegations.models import DelegationRow
from services.governance.memberships.models import MembershipRow
from services.governance.memberships.queries import held
from services.governance.suspensions.models import SUSPENSIONS
from shared.contacts import Directories
from shared.days import today
from shared.db import Tx
from shared.joint_decisions.domain import DecidedBy
from shared.joint_decisions.queries import partners as of_the_three
from shared.letters.domain import Addressee

_REACHED = select(
    cast(Contact.id, Text).label("id"),
    Contact.agency_id,
    Contact.purpose,
    Contact.name,
    Contact.email,
    Contact.working_hours.label("hours"),
    Contact.absences,
).where(Contact.removed_at.is_(None), ~SUSPENSIONS.of(Contact.agency_id, cast(Contact.person_id, Text)))
_ACTING = select(
    cast(DelegationRow.id, Text).label("id"),
    DelegationRow.agency_id,
    DelegationRow.for_agency_id,
    DelegationRow.purpose.label("acts_as"),
    DelegationRow.from_seniority,
    DelegationRow.starts_on,
    DelegationRow.ends_on,
).where(DelegationRow.withdrawn_at.is_(None))
DIRECTORIES = Directories(Agency.__table__, _REACHED.subquery("reached"), _ACTING.subquery("acting"))


partners = partial(of_the_three, agency=Agency.__table__)


async def voters(tx: Tx, levels: Collection[DecidedBy]) -> Sequence[Addressee]:
    """Who holds a partner's vote at these levels today, in her own right or as a named deputy, and has given an address."""
    statement = select(MembershipRow.agency_id, MembershipRow.person_name.label("name"), MembershipRow.email).where(
        MembershipRow.roles.overlap([level.value for level in levels]),
        MembershipRow.email.is_not(None),
        *held(today(tx.now)),
    )
    rows = await tx.rows(statement.distinct().order_by(MembershipRow.email))
    return [Addressee(row.agency_id, row.name, row.email) for row in rows]


async def asker(tx: Tx, person_id: str, agency_id: str | None) -> Addressee | None:
    """Somebody who asked the three, at the address of her seat; None for whom no seat is known, or time itself."""
    return await herself(tx, person_id, agency_id, today(tx.now))


async def herself(tx: Tx, person_id: UUID | str | None, agency_id: str | None, day: date) -> Addressee | None:
    """The address that somebody of an agency has given for a seat that she holds on a day; None where she has none."""
    if person_id is None or agency_id is None:
        return None
    of_hers = (
        cast(MembershipRow.person_id, Text) == str(person_id),
        MembershipRow.agency_id == agency_id,
        MembershipRow.email.is_not(None),
        *held(day),
    )
    named = select(MembershipRow.person_name, MembershipRow.email).where(*of_hers)
    row = await tx.row(named.order_by(MembershipRow.assigned_at.desc()).limit(1))
    return Addressee(agency_id, row.person_name, row.email) if row else None
