"""How certificates are listed and shown, and what anybody is told of one by its code."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.training.certificates.domain import Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Day, Instant, Response


class CertificateShown(Response):
    """That one delegate attended one session."""

    id: UUID
    status: Annotated[str, Code(Status)]
    code: Annotated[str, Field(description="Who has it can check whether the certificate holds, and nothing else.")]
    check: Annotated[str, Field(description="The address at which anybody checks it.")]
    booking_id: UUID
    session_id: UUID
    course_id: UUID
    course_code: str
    course_title: str
    starts_at: Instant
    when: str
    agency_id: str
    delegate_name: str
    issued_at: Instant
    revoked_at: Instant | None


class CertificatePage(Response):
    """One page, those issued last first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[CertificateShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListCertificates(Listing):
    """How a list is narrowed and paged."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: AgencyId | None = None
    status: Status | None = None
    mine: Annotated[bool | None, Field(description="Your own.")] = None


class CheckShown(Response):
    """Whether a certificate with this code holds; and if it does, of which course and day."""

    holds: bool
    course_title: str | None
    held_on: Day | None
