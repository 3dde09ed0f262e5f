"""Reads what calendars answer: iTIP replies (RFC 5546 §3.2.3), alone or within a mail (RFC 6047); pure.

Whatever comes by mail may be hostile. Nothing is computed from what is not needed: no time zone, no recurrence is expanded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from enum import StrEnum

from icalendar.parser import Contentline, Contentlines

from shared.invitations.domain import Answer

CALENDAR, MAIL = "text/calendar", "message/rfc822"
MOST_PARTS, MOST_LINES = 50, 5000
OPENS = re.compile(rb"boundary\s*=|message/", re.IGNORECASE)  # what parts within parts cost grows with its square
SAYS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}
ANSWERS = frozenset({"REPLY", "COUNTER"})  # who proposes another time says besides whether she comes at this one
WANTED = frozenset({"UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "RECURRENCE-ID"})


class Outcome(StrEnum):
    """What became of a mail that was handed in."""

    TAKEN = "taken"
    NO_REPLY = "no_reply"  # nothing that a calendar has answered
    UNKNOWN = "unknown"  # no invitation has this UID
    SOMEBODY_ELSE = "somebody_else"  # not whom we have invited
    OUTDATED = "outdated"  # to a time that is not the present one, or older than what was answered since
    TAKEN_BACK = "taken_back"  # the invitation stands no longer
    ONE_OF_SERIES = "one_of_series"  # none of ours is a series


class Unread(Exception):
    """This is no reply that could count; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Reply:
    """What one attendee's calendar answers to one appointment."""

    uid: str
    sequence: int
    attendee: str  # an address, in small letters
    answer: Answer
    stamped_at: datetime | None


def read(raw: bytes, media_type: str) -> Reply:
    """The reply in a mail, or in a calendar by itself. Unread where there is none."""
    texts = [_decoded(raw, "utf-8")] if media_type == CALENDAR else _calendars(raw)
    found: Unread | None = None
    for text in texts:
        try:
            return _reply(text)
        except Unread as unread:
            found = found or unread
    raise found or Unread(Outcome.NO_REPLY)


def _calendars(raw: bytes) -> Iterator[str]:
    """The calendars in a mail, in whatever encoding: as an alternative to its text, or attached."""
    if sum(1 for _ in OPENS.finditer(raw)) > MOST_PARTS:
        return
    try:
        for number, part in enumerate(message_from_bytes(raw, policy=policy.compat32).walk()):
            if number >= MOST_PARTS:
                return
            if part.get_content_type() in {CALENDAR, "application/ics"}:
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    yield _decoded(content, str(part.get_content_charset("utf-8")))
    except (MessageError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
        raise Unread(Outcome.NO_REPLY) from None


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _reply(text: str) -> Reply:
    method, events = "", list[dict[str, list[Contentline]]]()
    within = list[str]()
    for name, line in _lines(text):
        value = str(line).partition(":")[2].strip().upper()
        if name == "BEGIN":
            within.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            del within[-1:]
        elif name == "METHOD" and within == ["VCALENDAR"]:
            method = value
        elif name in WANTED and within == ["VCALENDAR", "VEVENT"]:
            events[-1].setdefault(name, []).append(line)
    if method not in ANSWERS or len(events) != 1:
        raise Unread(Outcome.NO_REPLY)
    return _answered(events[0])


def _lines(text: str) -> Iterator[tuple[str, Contentline]]:
    for number, line in enumerate(Contentlines.from_ical(text.lstrip("\ufeff"))):  # type: ignore[no-untyped-call]
        if number >= MOST_LINES:
            raise Unread(Outcome.NO_REPLY)
        name = str(line).partition(":")[0].partition(";")[0].strip().upper()
        if name:
            yield name, line


def _answered(event: dict[str, list[Contentline]]) -> Reply:
    if "RECURRENCE-ID" in event:
        raise Unread(Outcome.ONE_OF_SERIES)
    try:
        (attendee,), (uid,) = event["ATTENDEE"], event["UID"]
        _, parameters, address = attendee.parts()
        answer = SAYS[str(parameters["PARTSTAT"]).upper()]
        sequence = int(event["SEQUENCE"][0].parts()[2]) if "SEQUENCE" in event else 0
        return Reply(
            uid=str(uid.parts()[2]).strip(),
            sequence=sequence,
            attendee=_address(str(address)),
            answer=answer,
            stamped_at=_instant(str(event["DTSTAMP"][0].parts()[2])) if "DTSTAMP" in event else None,
        )
    except (KeyError, ValueError):
        raise Unread(Outcome.NO_REPLY) from None


def _address(value: str) -> str:
    address = value.strip()
    return (address[7:] if address[:7].lower() == "mailto:" else address).strip().lower()


def _instant(value: str) -> datetime:
    return datetime.strptime(value.strip().upper().rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
