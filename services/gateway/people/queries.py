"""Reads accounts with the roles that hold today."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from services.gateway.authorization.store import PERSON, held
from services.gateway.models import Agency, AgencyAccess, InvitationLetter, Person, Term
from services.gateway.reaching import visible_to
from shared.auth import Caller
from shared.days import today
from shared.db import Tx
from shared.problems import NotFound


class PersonNotFound(NotFound):
    """No account of this id, or none that the caller may see."""

    code = "person_not_found"
    cure = "Look in `/gateway/v1/people`."


_TERMS = (
    select(
        func.coalesce(
            func.json_agg(
                func.json_build_object(
                    "term_id", Term.term_id, "role", Term.role, "starts_on", Term.starts_on, "ends_on", Term.ends_on
                )
            ),
            func.json_build_array(),
        )
    )
    .where(Term.person_id == Person.person_id)
    .correlate(Person)
    .scalar_subquery()
)
_ALL = (
    select(
        *PERSON,
        Person.email,
        Person.suspended_at,
        Person.suspended_reason,
        Person.password_hash.is_not(None).label("set_up"),
        _TERMS.label("terms"),
        InvitationLetter.sent_at.label("invitation_sent_at"),
        InvitationLetter.failure.label("invitation_failure"),
    )
    .join(Agency, Agency.agency_id == Person.agency_id)
    .outerjoin(AgencyAccess, AgencyAccess.agency_id == Person.agency_id)
    .outerjoin(InvitationLetter, InvitationLetter.person_id == Person.person_id)
)


async def page(tx: Tx, caller: Caller, limit: int, after: UUID | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` accounts that the caller may see, in the order of their ids."""
    statement = _ALL.where(visible_to(caller, Person.agency_id)).order_by(Person.person_id).limit(limit + 1)
    if after is not None:
        statement = statement.where(Person.person_id > after)
    return await tx.rows(statement, {"today": today(tx.now)})


async def get(tx: Tx, person_id: UUID, caller: Caller) -> Row[Any]:
    """One account. PersonNotFound."""
    statement = _ALL.where(Person.person_id == person_id, visible_to(caller, Person.agency_id))
    row = await tx.row(statement, {"today": today(tx.now)})
    if row is None:
        raise PersonNotFound("There is no such account.")
    return row


async def for_update(tx: Tx, person_id: UUID, caller: Caller) -> Row[Any]:
    """The account's own row, locked. PersonNotFound."""
    seen = visible_to(caller, Person.agency_id)
    row = await tx.row(select(*Person.__table__.c).where(Person.person_id == person_id, seen).with_for_update())
    if row is None:
        raise PersonNotFound("There is no such account.")
    return row


def shown(row: Row[Any]) -> dict[str, Any]:
    """A row as it is shown: the roles that its agency's type may hold."""
    return dict(row._mapping) | {"name": row.person_name, "roles": list(held(row.roles, row.agency_type))}
