"""Appointments that land in people's calendars: iCalendar (RFC 5545) as invitations and cancellations (RFC 5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Safer//Safeguarding children partnership//EN"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One appointment as it stands. `uid` stays through its changes, and `sequence` grows with each."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str | None = None
    link: str | None = None
    text: str | None = None
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What is asked of whoever receives it."""
        return "CANCEL" if self.cancelled else "REQUEST"


def written(one: Appointment, *, organiser: str, address: str, name: str, at: datetime) -> str:
    """The appointment for one invited person, as she alone receives it; instants in UTC, which every calendar reads."""
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    event.add("attendee", _attendee(address, name), encode=False)
    for field, value in (("location", one.place or one.link), ("url", one.link), ("description", one.text)):
        if value:
            event.add(field, value)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", one.method)
    calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found.decode()


def _attendee(address: str, name: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    parameters = {
        "cn": name,
        "role": "REQ-PARTICIPANT",
        "partstat": "NEEDS-ACTION",
        "rsvp": "TRUE",
        "cutype": "INDIVIDUAL",
    }
    for parameter, value in parameters.items():
        attendee.params[parameter] = vText(value)
    return attendee
