"""What calendars answer is understood in every shape; what is no answer, or hostile, is none."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from shared.invitations.domain import Answer
from shared.invitations.replies import CALENDAR, MAIL, Outcome, Reply, Unread, read
from tests.replying import Said, apple, exchange_calendar, google, outlook, thunderbird

UID = "0123456789abcdef0123456789abcdef01234567@sessions.safer"
SHAPES: dict[str, Callable[[Said], bytes]] = {
    "outlook": outlook,
    "outlook, quoted": lambda one: outlook(one, printable=True),
    "google": google,
    "thunderbird": thunderbird,
    "apple": apple,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("answer", Answer)
def test_every_shape_is_read(shape: str, answer: Answer) -> None:
    mail = SHAPES[shape](Said(uid=UID, partstat=answer.upper(), sequence=3))
    stamped_at = datetime(2026, 10, 7, 12, 15, tzinfo=UTC)
    assert read(mail, MAIL) == Reply(UID, 3, "sam.sample@police.example", answer, stamped_at)


def test_a_calendar_alone_is_read_as_another_reader_reads_it() -> None:
    text = exchange_calendar(Said(uid=UID, partstat="DECLINED", sequence=2))
    reply, event = read(text.encode(), CALENDAR), Calendar.from_ical(text).walk("VEVENT")[0]
    assert (reply.uid, reply.sequence) == (event["UID"], event["SEQUENCE"])
    assert (reply.stamped_at, f"mailto:{reply.attendee}") == (event.decoded("DTSTAMP"), event["ATTENDEE"])
    assert read(b"\xef\xbb\xbf" + text.encode(), CALENDAR) == reply


@pytest.mark.parametrize("answer", [Answer.TENTATIVE, Answer.DECLINED])
def test_who_proposes_another_time_has_answered(answer: Answer) -> None:
    """As Outlook does it: what counts is whether she comes, and the time that she would like better moves nothing."""
    text = exchange_calendar(Said(uid=UID, partstat=answer.upper(), sequence=2))
    proposed = text.replace("METHOD:REPLY", "METHOD:COUNTER").replace(
        "UID:", "X-MS-OLK-ORIGINALSTART:20261104T120000Z\r\nCOMMENT:Could we meet at three?\r\nUID:"
    )
    assert read(proposed.encode(), CALENDAR) == read(text.encode(), CALENDAR)


def without(name: str) -> bytes:
    """A reply that lacks one line."""
    lines = exchange_calendar(Said(uid=UID)).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(name)).encode()


def changed(before: str, after: str) -> bytes:
    """A reply with something else in it."""
    text = exchange_calendar(Said(uid=UID))
    assert before in text
    return text.replace(before, after).encode()


NO_REPLIES: dict[str, bytes] = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "not a calendar": b"I am away until Monday.",
    "a request": changed("METHOD:REPLY", "METHOD:REQUEST"),
    "no method": without("METHOD"),
    "a method within the event": without("METHOD").replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nMETHOD:REPLY"),
    "no attendee": without("ATTENDEE"),
    "no uid": without("UID"),
    "nothing said": changed("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION"),
    "handed on": changed("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"),
    "two attendees": changed("UID:", "ATTENDEE;PARTSTAT=DECLINED:mailto:kim@icb.example\r\nUID:"),
    "two uids": changed("UID:", "UID:another\r\nUID:"),
    "two events": changed("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:another\r\nEND:VEVENT\r\nEND:VCALENDAR"),
    "an event within an event": changed("UID:", "BEGIN:VEVENT\r\nUID:"),
    "no number": changed("SEQUENCE:0", "SEQUENCE:zero"),
    "no instant": changed("DTSTAMP:2026", "DTSTAMP:x026"),
    "more lines than any": changed("UID:", "X-A:1\r\n" * 6000 + "UID:"),
}


@pytest.mark.parametrize("what", NO_REPLIES)
def test_what_is_no_reply_is_none(what: str) -> None:
    with pytest.raises(Unread) as unread:
        read(NO_REPLIES[what], CALENDAR)
    assert unread.value.outcome is Outcome.NO_REPLY
    as_mail = b"Content-Type: text/calendar; method=REPLY\r\n\r\n" + NO_REPLIES[what]
    with pytest.raises(Unread):
        read(as_mail, MAIL)


def test_one_of_a_series_is_none_of_ours() -> None:
    with pytest.raises(Unread) as unread:
        read(changed("UID:", "RECURRENCE-ID:20261104T120000Z\r\nUID:"), CALENDAR)
    assert unread.value.outcome is Outcome.ONE_OF_SERIES


def test_without_number_or_instant_it_is_the_first_state_and_now() -> None:
    assert read(without("SEQUENCE"), CALENDAR).sequence == 0
    assert read(without("DTSTAMP"), CALENDAR).stamped_at is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\r\n\r\n",
        b"Subject: Out of office\r\n\r\nI am away until Monday.",
        b"Content-Type: text/calendar; charset=no-such\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: text/plain\r\n\r\nb\r\n" * 500,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
        b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 4000,
        b'Content-Type: text/calendar; method="REPLY\r\n\r\nBEGIN:VCALENDAR\r\nATTENDEE;="":\r\n',
    ],
    ids=["empty", "blank", "away", "charset", "parts", "nested", "mails in mails", "events", "unquoted"],
)
def test_hostile_mails_are_no_replies(mail: bytes) -> None:
    with pytest.raises(Unread):
        read(mail, MAIL)


def test_a_zone_that_would_take_for_ever_is_not_looked_at() -> None:
    endless = changed("RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "RRULE:FREQ=SECONDLY")
    assert read(endless, CALENDAR).answer is Answer.ACCEPTED


def test_the_answer_is_found_behind_an_invitation_that_came_back() -> None:
    """A reply into which the letter that it answers is copied."""
    request = exchange_calendar(Said(uid=UID)).replace("METHOD:REPLY", "METHOD:REQUEST")
    reply = exchange_calendar(Said(uid=UID, partstat="TENTATIVE"))
    parts = "".join(f"--a\r\nContent-Type: text/calendar\r\n\r\n{text}\r\n" for text in (request, reply))
    mail = f"Content-Type: multipart/mixed; boundary=a\r\n\r\n{parts}--a--\r\n"
    assert read(mail.encode(), MAIL).answer is Answer.TENTATIVE
