"""What the gateway tells the others: who is suspended, for what is proved by an address alone and so never comes to its door.

Every event says how it stands after what happened. Why somebody is suspended stays in the gateway.
"""

from shared.events import Event


class SuspensionEvent(Event):
    """Whether an agency, or one person of it, is suspended; `subject` is its id or hers."""

    agency_id: str
    suspended: bool


class AgencySuspended(SuspensionEvent, type="gateway.agency.suspended.v1"):
    """Nobody of the agency is let in, and none of its systems."""


class AgencyResumed(SuspensionEvent, type="gateway.agency.resumed.v1"):
    """The agency's suspension has ended."""


class AgencyRestated(SuspensionEvent, type="gateway.agency.restated.v1"):
    """Whether the agency is suspended, said again."""


class PersonSuspended(SuspensionEvent, type="gateway.person.suspended.v1"):
    """The person is not let in."""


class PersonResumed(SuspensionEvent, type="gateway.person.resumed.v1"):
    """The person's suspension has ended."""


class PersonRestated(SuspensionEvent, type="gateway.person.restated.v1"):
    """Whether the person is suspended, said again."""


ALL = (AgencySuspended, AgencyResumed, AgencyRestated, PersonSuspended, PersonResumed, PersonRestated)
