"""What letters say, and what stands in a calendar alike."""

from datetime import UTC, date, datetime, timedelta

from services.training.rulebook import CALENDAR, rule_on
from shared.invitations.domain import Event, Occasion, Summons, Wording, remind_within

NOON = datetime(2026, 10, 7, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDING = Wording(noun="meeting", withdrawn="You are not invited any more.", closing="Come well.", declined="And now?")
SUMMONS = Summons(
    uid="1",
    sequence=0,
    reference="MTG-2627-0001",
    title="Audit group",
    starts_at=NOON,
    ends_at=NOON + HOUR,
    place="Westfields",
    link=None,
)


def told(occasion: Occasion = Occasion.INVITATION, **changes: object) -> tuple[str, str]:
    """A letter's subject and text, of what was kept and read again."""
    return WORDING.of(Summons.of(SUMMONS.data() | changes), occasion)


def test_what_letters_say() -> None:
    assert Summons.of(SUMMONS.data()) == SUMMONS
    subject, text = told()
    assert subject == "Invitation: Audit group, Wednesday 7 October 2026, 12:00"
    assert "12:00 to 13:00" in text
    assert "Westfields" in text
    assert text.endswith("Reference: MTG-2627-0001. Come well.\n")
    subject, text = told(sequence=1, reason="The hall is taken.")
    assert subject.startswith("Changed: ")
    assert "Why: The hall is taken." in text
    subject, text = told(sequence=2, cancelled=True)
    assert subject.startswith("Cancelled: ")
    assert "This meeting does not take place." in text
    assert "Westfields" not in text
    assert "You are not invited any more." in told(sequence=2, cancelled=True, alone=True)[1]


def test_reminders_and_questions_tell_no_old_reason() -> None:
    subject, text = told(Occasion.REMINDER, sequence=1, reason="The hall is taken.")
    assert subject.startswith("Reminder: ")
    assert "Why" not in text
    subject, text = told(Occasion.DECLINED)
    assert subject.startswith("You have declined: ")
    assert "And now?" in text


def test_what_stands_in_a_calendar_alike() -> None:
    """Why it was written does not matter, nor how often: what it says does."""
    facts = {"reference": "MTG-2627-0001", "title": "Audit group", "starts_at": NOON, "ends_at": NOON + HOUR}
    event = Event(**facts, place="Westfields", link=None)  # type: ignore[arg-type]
    assert event.same(Summons.of(SUMMONS.data() | {"sequence": 7, "reason": "The hall is taken."}))
    for name, value in {"title": "Audit", "place": None, "link": "https://meet.example/a"}.items():
        assert not event.same(Summons.of(SUMMONS.data() | {name: value}))


def test_reminders_go_out_on_a_working_day_and_within_its_hours() -> None:
    """Of a Monday's session on the Thursday before, in summer time and after it."""
    rule = rule_on("reminder", date(2026, 10, 26))
    opens, closes = remind_within(rule, datetime(2026, 10, 26, 12, tzinfo=UTC), CALENDAR)
    assert (opens.isoformat(), closes.isoformat()) == ("2026-10-22T08:00:00+00:00", "2026-10-22T16:00:00+00:00")
    opens, closes = remind_within(rule, datetime(2026, 11, 2, 12, tzinfo=UTC), CALENDAR)
    assert (opens.isoformat(), closes.isoformat()) == ("2026-10-29T09:00:00+00:00", "2026-10-29T17:00:00+00:00")
