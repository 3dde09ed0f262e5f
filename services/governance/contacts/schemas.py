"""What requests about contacts say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.agencies.schemas import Email, left_out
from services.governance.contacts.domain import Purpose, Weekday
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Day, Line, Request, Response

Telephone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{3,28}$", examples=["0300 123 0000"])]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
PersonId = Annotated[UUID, Field(description="The person's id at the gateway, where she has an account.")]


class HoursGiven(Request):
    """Work on one day of the week, London time."""

    weekday: Weekday
    opens: TimeOfDay
    closes: TimeOfDay


class AbsenceGiven(Request):
    """Days away, both inclusive. Why is not asked."""

    starts_on: Day
    ends_on: Day


WorkingHours = Annotated[list[HoursGiven], Field(max_length=28)]
Absences = Annotated[list[AbsenceGiven], Field(max_length=100)]


class ListContacts(Listing):
    """Which contacts, and how many at a time."""

    agency_id: AgencyId | None = None
    purpose: Purpose | None = None


class NameContact(Request):
    """Whom an agency names for one purpose."""

    agency_id: AgencyId
    purpose: Purpose
    name: Line
    post: Line | None = None
    person_id: PersonId | None = None
    email: Email | None = None
    telephone: Telephone | None = None
    working_hours: Annotated[
        WorkingHours | None, Field(description="Without: Monday to Friday, 09:00 to 17:00; out of hours: always.")
    ] = None
    absences: Absences = []


class ChangeContact(Request):
    """What changes; what is not sent stays as it is. A list replaces the whole list."""

    name: Line = Field(default_factory=left_out)
    post: Line | None = None
    person_id: PersonId | None = None
    email: Email | None = None
    telephone: Telephone | None = None
    working_hours: WorkingHours = Field(default_factory=left_out)
    absences: Absences = Field(default_factory=left_out)


class RemoveContact(Request):
    """The contact no longer serves."""


class HoursShown(Response):
    """Work on one day of the week, London time."""

    weekday: Annotated[str, Code(Weekday)]
    opens: str
    closes: str


class AbsenceShown(Response):
    """Days away, both inclusive."""

    starts_on: date
    ends_on: date


class ContactShown(Response):
    """Whom one agency names for one purpose."""

    id: UUID
    agency_id: str
    purpose: Annotated[str, Code(Purpose)]
    name: str
    post: str | None
    person_id: UUID | None
    email: str | None
    telephone: str | None
    working_hours: Annotated[list[HoursShown], Field(max_length=50, description="Empty: at any hour.")]
    absences: Annotated[list[AbsenceShown], Field(max_length=200)]
    absent: Annotated[bool, Field(description="Whether the contact is away today.")]
    suspended: Annotated[
        bool | None,
        Field(
            description="Whether she, by her account, or her agency is suspended, so that letters go to whoever stands in; "
            "null to whom the contact is not to keep."
        ),
    ]


class ContactPage(Response):
    """One page, in the order of their naming; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ContactShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
