"""What requests about delegations say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.agencies.schemas import Note
from services.governance.delegations.domain import Purpose
from services.governance.terms.domain import Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.policy import Seniority
from shared.schemas import AgencyId, Code, Day, Line, Request, Response, Worded

Acting = Annotated[AgencyId, Field(description="The agency that acts.")]
ActedFor = Annotated[AgencyId, Field(description="The agency for which it acts.")]


class ListDelegations(Listing):
    """Which delegations, and how many at a time."""

    agency_id: Acting | None = None
    for_agency_id: ActedFor | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only delegations that held on that day.")] = None


class GrantDelegation(Request):
    """One agency is to act for another."""

    agency_id: Acting
    for_agency_id: ActedFor
    purpose: Purpose
    from_seniority: Annotated[
        Seniority | None, Field(description="For an escalation partner: the level from which upwards it acts.")
    ] = None
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description="The last day; a stand-in must have one.")] = None
    agreed_by: Annotated[
        Line | None, Field(description="Who at the agency acted for has agreed; needed where another records it.")
    ] = None


class EndDelegation(Worded):
    """An earlier last day."""

    ends_on: Annotated[Day, Field(description="The last day on which it holds; yesterday at the earliest.")]
    reason: Note | None = None


class WithdrawDelegation(Worded):
    """Taken back before it began."""

    reason: Note | None = None


class DelegationShown(Response):
    """One agency's leave to act for another."""

    id: UUID
    agency_id: str
    for_agency_id: str
    purpose: Annotated[str, Code(Purpose)]
    from_seniority: Annotated[
        str | None, Field(description="The level from which upwards it acts; null: at every one.")
    ]
    standing: Annotated[str, Code(Standing)]
    starts_on: date
    ends_on: Annotated[date | None, Field(description="The last day; null: until further notice.")]
    agreed_by: str | None
    granted_by: str
    granted_by_agency_id: str | None
    end_reason: str | None


class DelegationPage(Response):
    """One page, in the order of their granting; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[DelegationShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
