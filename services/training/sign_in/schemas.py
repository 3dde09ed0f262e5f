"""What a sign-in says, and what is shown of the code and of where a delegate then stands."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.training.bookings.domain import Status
from services.training.requests.schemas import WorkEmail
from shared.schemas import AgencyId, Code, Instant, Line, Request, Response


class SignIn(Request):
    """By the code that is shown, with the address of the booking; who has none says who she is."""

    code: Annotated[str, Field(min_length=1, max_length=20, examples=["7KQ4MX"])]
    email: WorkEmail
    name: Line | None = None
    agency_id: AgencyId | None = None


class SignedIn(Response):
    """Where the delegate now stands."""

    session_id: UUID
    course_title: str
    when: str
    status: Annotated[str, Code(Status)]
    at: Instant


class CodeShown(Response):
    """What the trainer shows: the code, and the address that its picture leads to; null while the session takes no sign-in."""

    code: str | None
    shown_until: Annotated[
        Instant | None, Field(description="Then ask for the next; this one is taken a little longer.")
    ]
    link: Annotated[str | None, Field(description="The page on which a delegate signs in with her own device.")]
    qr: Annotated[str | None, Field(description="The link as a picture: the address of an image, as data.")]
    opens_at: Instant
    closes_at: Instant
