"""Replies to invitations, in the shapes in which calendars send them; people and addresses are made up."""

import base64
import quopri
from dataclasses import dataclass

STAMP = "20261007T121500Z"
ZONE = (
    "BEGIN:VTIMEZONE\nTZID:GMT Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\n"
    "TZOFFSETTO:+0000\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\n"
    "DTSTART:16010101T010000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\n"
    "END:DAYLIGHT\nEND:VTIMEZONE\n"
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody's calendar says."""

    uid: str
    address: str = "sam.sample@police.example"
    partstat: str = "ACCEPTED"
    sequence: int = 0
    stamp: str = STAMP


def exchange_calendar(one: Said) -> str:
    """As Exchange words it: a time zone of its own, languages, properties of its own."""
    return _lines(
        f"BEGIN:VCALENDAR\nMETHOD:REPLY\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n{ZONE}BEGIN:VEVENT\n"
        f"ATTENDEE;PARTSTAT={one.partstat};CN=Sam Sample:mailto:{one.address}\n"
        "COMMENT;LANGUAGE=en-GB:I may be ten minutes late\\, from court.\\n\n"
        f"UID:{one.uid}\nSUMMARY;LANGUAGE=en-GB:Accepted: Understanding neglect\n"
        "DTSTART;TZID=GMT Standard Time:20261104T120000\nDTEND;TZID=GMT Standard Time:20261104T130000\n"
        f"CLASS:PUBLIC\nPRIORITY:5\nDTSTAMP:{one.stamp}\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\nSEQUENCE:{one.sequence}\n"
        f"LOCATION;LANGUAGE=en-GB:Westfields\nX-MICROSOFT-CDO-APPT-SEQUENCE:{one.sequence}\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE\n"
        "X-MICROSOFT-CDO-IMPORTANCE:1\nX-MICROSOFT-CDO-INSTTYPE:0\nEND:VEVENT\nEND:VCALENDAR\n"
    )


def outlook(one: Said, *, printable: bool = False) -> bytes:
    """A mail from Outlook: its text beside it, the calendar in base64, or quoted-printable as older ones send it."""
    calendar = exchange_calendar(one).encode()
    encoding = "quoted-printable" if printable else "base64"
    coded = quopri.encodestring(calendar) if printable else base64.encodebytes(calendar)
    return _lines(
        f'From: Sam Sample <{one.address}>\nTo: "safer@partnership.example" <safer@partnership.example>\n'
        "Subject: Accepted: Understanding neglect\nThread-Topic: Understanding neglect\n"
        "Date: Wed, 7 Oct 2026 12:15:00 +0000\nMessage-ID: <LO2P0001@LO2P.PROD.OUTLOOK.EXAMPLE>\n"
        'Content-Language: en-GB\nX-MS-Has-Attach:\nContent-Type: multipart/alternative;\n\tboundary="_000_LO2P_"\n'
        'MIME-Version: 1.0\n\n--_000_LO2P_\nContent-Type: text/plain; charset="iso-8859-1"\n'
        "Content-Transfer-Encoding: quoted-printable\n\nI may be ten minutes late, from court.=A0\n\n"
        '--_000_LO2P_\nContent-Type: text/html; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n\n'
        "<html><body>I may be ten minutes late, from court.&nbsp;</body></html>\n\n"
        '--_000_LO2P_\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\n'
        f"Content-Transfer-Encoding: {encoding}\n\n{coded.decode()}\n--_000_LO2P_--\n"
    ).encode("latin-1")


def google(one: Said) -> bytes:
    """A mail from Google Calendar: the calendar among the alternatives, and attached once more; long lines folded."""
    calendar = _lines(
        "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:REPLY\n"
        "BEGIN:VEVENT\nDTSTART:20261104T120000Z\nDTEND:20261104T130000Z\n"
        f"DTSTAMP:{one.stamp}\nORGANIZER;CN=safer@partnership.example:mailto:safer@partnership.example\nUID:{one.uid}\n"
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={one.partstat};CN=Sa\n m Sample;X-NUM-GUESTS=0:"
        f"mailto:{one.address[:5]}\n {one.address[5:]}\nX-MICROSOFT-CDO-OWNERAPPTID:1290012345\nCREATED:20261007T110000Z\n"
        f"DESCRIPTION:\nLAST-MODIFIED:{one.stamp}\nLOCATION:\nSEQUENCE:{one.sequence}\nSTATUS:CONFIRMED\n"
        "SUMMARY:Understanding neglect\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    attached = base64.encodebytes(calendar.encode()).decode()
    return _lines(
        f"MIME-Version: 1.0\nReply-To: Sam Sample <{one.address}>\n"
        "Sender: Google Calendar <calendar-notification@google.example>\nAuto-Submitted: auto-generated\n"
        "Message-ID: <calendar-0001@google.example>\nDate: Wed, 07 Oct 2026 12:15:00 +0000\n"
        f"Subject: Accepted: Understanding neglect @ Wed 4 Nov 2026\nFrom: Sam Sample <{one.address}>\n"
        'To: safer@partnership.example\nContent-Type: multipart/mixed; boundary="0001"\n\n--0001\n'
        'Content-Type: multipart/alternative; boundary="0002"\n\n--0002\n'
        'Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n'
        "U2FtIFNhbXBsZSBoYXMgYWNjZXB0ZWQ=\n\n--0002\n"
        'Content-Type: text/calendar; charset="UTF-8"; method=REPLY\nContent-Transfer-Encoding: 7bit\n\n'
        f'{calendar}\n--0002--\n--0001\nContent-Type: application/ics; name="invite.ics"\n'
        'Content-Disposition: attachment; filename="invite.ics"\nContent-Transfer-Encoding: base64\n\n'
        f"{attached}\n--0001--\n"
    ).encode()


def thunderbird(one: Said) -> bytes:
    """A mail from Thunderbird: the calendar in eight bits beside a short text, and attached."""
    calendar = _lines(
        "BEGIN:VCALENDAR\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\n"
        f"CREATED:20261007T110000Z\nLAST-MODIFIED:{one.stamp}\nDTSTAMP:{one.stamp}\nUID:{one.uid}\n"
        "SUMMARY:Understanding neglect\nORGANIZER:mailto:safer@partnership.example\n"
        f"ATTENDEE;CN=Sam Sämple;PARTSTAT={one.partstat};CUTYPE=INDIVIDUAL;RSVP=TRUE;ROLE=\n REQ-PARTICIPANT:MAILTO:"
        f"{one.address.title()}\nDTSTART:20261104T120000Z\nDTEND:20261104T130000Z\nSEQUENCE:{one.sequence}\n"
        "TRANSP:OPAQUE\nX-MOZ-RECEIVED-SEQUENCE:0\nX-MOZ-GENERATION:2\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    return _lines(
        f"Message-ID: <0001@police.example>\nDate: Wed, 7 Oct 2026 13:15:00 +0100\nMIME-Version: 1.0\n"
        f"User-Agent: Mozilla Thunderbird\nFrom: Sam Sample <{one.address}>\nTo: safer@partnership.example\n"
        "Subject: Event Invitation Reply (Accepted): Understanding neglect\n"
        'Content-Type: multipart/mixed; boundary="------------0001"\n\nThis is a multi-part message in MIME format.\n'
        '--------------0001\nContent-Type: multipart/alternative; boundary="------------0002"\n\n'
        "--------------0002\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 7bit\n\n"
        "Sam Sample has accepted your event invitation.\n\n--------------0002\n"
        "Content-Type: text/calendar; method=REPLY; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{calendar}\n--------------0002--\n--------------0001--\n"
    ).encode()


def apple(one: Said) -> bytes:
    """A mail from Apple's Calendar: nothing but the calendar, quoted-printable."""
    calendar = _lines(
        "BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nVERSION:2.0\nMETHOD:REPLY\nPRODID:-//Apple Inc.//macOS 15.0//EN\nBEGIN:VEVENT\n"
        f"UID:{one.uid}\nDTSTAMP:{one.stamp}\nDTSTART:20261104T120000Z\nDTEND:20261104T130000Z\nSEQUENCE:{one.sequence}\n"
        f'ATTENDEE;CN="Sample, Sam";PARTSTAT={one.partstat}:mailto:{one.address}\n'
        "ORGANIZER:mailto:safer@partnership.example\nSUMMARY:Understanding neglect — day one\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    return _lines(
        f"From: Sam Sample <{one.address}>\nTo: safer@partnership.example\nSubject: Accepted\nMIME-Version: 1.0\n"
        'Content-Type: text/calendar; charset=utf-8; method=REPLY; name="iCal.ics"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(calendar.encode()).decode()
    ).encode()


def _lines(text: str) -> str:
    """The text with the ends of lines that mails have."""
    return "\r\n".join(text.splitlines()) + "\r\n"
