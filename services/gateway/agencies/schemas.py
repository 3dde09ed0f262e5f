"""Requests and answers about agencies' access."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared import schemas
from shared.policy import Role
from shared.schemas import AgencyId, Instant, Line

Scope = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*$", max_length=60)]
Reason = Annotated[Line, Field(description="Why; kept with the record.", examples=["Its keys have been lost."])]


class AgencyShown(schemas.Response):
    """One agency's access."""

    agency_id: AgencyId
    name: Line
    type: Line
    granted_scopes: Annotated[list[Scope], Field(max_length=50)]
    granted_roles: Annotated[list[Role], Field(max_length=50)]
    suspended_at: Instant | None
    suspended_reason: Line | None


class AgencyList(schemas.Response):
    """All agencies that the caller may see."""

    items: Annotated[list[AgencyShown], Field(max_length=2000)]


class GrantAgency(schemas.Request):
    """What the agency may give to its systems and people; null: the usual."""

    scopes: Annotated[list[Scope] | None, Field(max_length=50, examples=[["escalations.read", "openid"]])] = None
    roles: Annotated[list[Role] | None, Field(max_length=50, examples=[["practitioner", "agency_lead"]])] = None


class Suspend(schemas.Worded):
    """A suspension, which holds from the next request on."""

    reason: Reason


class Resume(schemas.Request):
    """The end of a suspension."""
