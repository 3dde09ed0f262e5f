"""Appointments that land in people's calendars: iCalendar (RFC 5545) as invitations and cancellations (RFC 5546)."""

from collections.abc import Mapping, Sequence
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
    answer: str | None = None  # of whoever receives it, where it holds for this state too

    @property
    def method(self) -> str:
        """What is asked of whoever receives it."""
        return "CANCEL" if self.cancelled else "REQUEST"


@dataclass(frozen=True)
class Noted:
    """An appointment in a calendar that is published, and when it came to stand as it does."""

    appointment: Appointment
    at: datetime


def written(one: Appointment, *, organiser: str, address: str, name: str, at: datetime) -> str:
    """The appointment for one invited person, as she alone receives it; instants in UTC, which every calendar reads."""
    event = _event(one, organiser, at)
    event.add("attendee", _attendee(address, name, one.answer), encode=False)
    return _text(one.method, [event])


def published(entries: Sequence[Noted], *, title: str, organiser: str) -> str:
    """A calendar to which others subscribe; the same text for the same entries, for programs ask whether it has changed."""
    events = [_event(one.appointment, organiser, one.at) for one in entries]
    named = {"name": title, "x-wr-calname": title, "refresh-interval": "PT1H", "x-published-ttl": "PT1H"}
    return _text("PUBLISH", events, named)


def _event(one: Appointment, organiser: str, at: datetime) -> Event:
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
    for field, value in (("location", one.place or one.link), ("url", one.link), ("description", one.text)):
        if value:
            event.add(field, value)
    return event


def _text(method: str, events: Sequence[Event], more: Mapping[str, str] | None = None) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for name, value in (more or {}).items():
        calendar.add(name, vText(value), {"value": "DURATION"} if name == "refresh-interval" else {})
    for event in events:
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found.decode()


def _attendee(address: str, name: str, answer: str | None) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    parameters = {
        "cn": name,
        "role": "REQ-PARTICIPANT",
        "partstat": (answer or "needs-action").upper(),
        "rsvp": "FALSE" if answer else "TRUE",
        "cutype": "INDIVIDUAL",
    }
    for parameter, value in parameters.items():
        attendee.params[parameter] = vText(value)
    return attendee
