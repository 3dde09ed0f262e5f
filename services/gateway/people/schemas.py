"""Requests and answers about accounts."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared import schemas
from shared.policy import Role
from shared.schemas import AgencyId, Day, Instant, Line

Email = Annotated[
    str,
    StringConstraints(pattern=r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,189}$", max_length=254),
    Field(examples=["alex.ashdown@agency.example"]),
]
Address = Annotated[str, StringConstraints(max_length=500)]


class GiveRole(schemas.Request):
    """A role, from one day to another, both inclusive; without a last day it holds until it is ended."""

    role: Role
    starts_on: Day | None = None
    ends_on: Day | None = None


class Invite(schemas.Request):
    """A new account."""

    agency_id: AgencyId
    name: Annotated[Line, Field(examples=["Alex Ashdown"])]
    email: Email
    role: Annotated[Role, Field(description="The first role; more can be given.", examples=["practitioner"])]


class EndRole(schemas.Request):
    """The end of a role."""

    ends_on: Annotated[Day | None, Field(description="The last day on which it holds; yesterday, where left out.")] = (
        None
    )


class Reset(schemas.Request):
    """A new beginning for an account: password and authenticator are set up again."""


class TermShown(schemas.Response):
    """A role that the agency has given."""

    term_id: UUID
    role: Role
    starts_on: date
    ends_on: date | None


class PersonShown(schemas.Response):
    """One account."""

    person_id: UUID
    agency_id: AgencyId
    name: Line
    email: Email
    set_up: Annotated[bool, Field(description="Whether she has taken up her invitation.")]
    invitation_sent_at: Annotated[Instant | None, Field(description="When the mail server took her invitation.")]
    invitation_failure: Annotated[Line | None, Field(description="Why the letter has not left, at the last attempt.")]
    roles: Annotated[list[Role], Field(max_length=50, description="Those that hold today, of her seats on bodies too.")]
    terms: Annotated[list[TermShown], Field(max_length=200)]
    suspended_at: Instant | None
    suspended_reason: Line | None


class PersonInvited(PersonShown):
    """An account that is to be set up."""

    set_up_url: Annotated[
        Address | None,
        Field(
            description="Where she sets it up: for her alone, once, within seven days. Null: a letter brings it to her."
        ),
    ]


class PersonList(schemas.Response):
    """A page of the accounts that the caller may see, in the order of their making."""

    items: Annotated[list[PersonShown], Field(max_length=200)]
    next: Annotated[str, StringConstraints(max_length=1000)] | None
