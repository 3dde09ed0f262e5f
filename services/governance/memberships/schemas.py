"""What requests about memberships say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.agencies.schemas import Email, Note
from services.governance.memberships.domain import Seat
from services.governance.terms.domain import Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.policy import Role
from shared.schemas import AgencyId, BodyId, Code, Day, Line, Request, Response, Worded

PersonId = Annotated[UUID, Field(description="The person's id at the gateway: the `sub` of her tokens.")]
LastDay = Annotated[Day, Field(description="The last day on which it holds; yesterday at the earliest.")]


class ListMemberships(Listing):
    """Which memberships, and how many at a time."""

    body_id: BodyId | None = None
    agency_id: AgencyId | None = None
    person_id: PersonId | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only seats that were held on that day.")] = None


class Assign(Request):
    """A seat for a person."""

    body_id: BodyId
    person_id: PersonId
    person_name: Line
    email: Annotated[Email | None, Field(description="Where invitations to meetings reach her.")] = None
    agency_id: Annotated[AgencyId, Field(description="The agency for which she sits.")]
    seat: Seat
    starts_on: Day
    ends_on: Annotated[
        Day | None,
        Field(
            description="The last day. Without one a chair's term is the body's usual one, a deputy's that of the holder."
        ),
    ] = None
    deputy_for: Annotated[UUID | None, Field(description="For a deputy: the membership that she stands in for.")] = None


class ChangeMembership(Request):
    """Where invitations to meetings reach whoever holds the seat."""

    email: Email | None


class EndMembership(Worded):
    """An earlier last day."""

    ends_on: LastDay
    reason: Note | None = None


class WithdrawMembership(Worded):
    """Taken back before it began."""

    reason: Note | None = None


class MembershipShown(Response):
    """One seat of one person for one term."""

    id: UUID
    body_id: str
    person_id: UUID
    person_name: str
    email: str | None
    agency_id: str
    seat: Annotated[str, Code(Seat)]
    deputy_for: UUID | None
    roles: Annotated[
        list[Annotated[str, Code(Role)]], Field(max_length=30, description="The roles that hold during the term.")
    ]
    standing: Annotated[str, Code(Standing)]
    starts_on: date
    ends_on: Annotated[date | None, Field(description="The last day; null: until further notice.")]
    end_reason: str | None


class MembershipPage(Response):
    """One page, in the order of their making; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[MembershipShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
