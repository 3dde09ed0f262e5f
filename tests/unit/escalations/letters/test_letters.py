"""What letters say, when reminders go out, and which links are ours."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.escalations.ladders.domain import Duty, Priority
from services.escalations.letters.domain import (
    Facts,
    Occasion,
    letter_of,
    token,
    worded,
)
from services.escalations.reminders.domain import Lead, remind_at
from services.escalations.reminders.queries import leads_on
from services.escalations.rulebook import CALENDAR
from shared.deadlines import Unit
from shared.directory import Absence, Contact, Hours

KEY, OTHER_KEY = "02" * 32, "03" * 32
FACTS = Facts(
    "ESC-2627-0042", "Police {raising}", "A School", "urgent", 2, "Managers", datetime(2026, 10, 8, 16, tzinfo=UTC)
)
DAY = Lead(1, Unit.WORKING_DAYS)
TUESDAY, FRIDAY = datetime(2026, 10, 6, 10, tzinfo=UTC), datetime(2026, 10, 9, 16, tzinfo=UTC)


def at(day: int, hour: int) -> datetime:
    """An hour in London, in October 2026 before the clocks change."""
    return datetime(2026, 10, day, hour - 1, tzinfo=UTC)


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_letter(occasion: Occasion) -> None:
    """Each has a subject of one line and says the reference; a name with braces in it stays as it is."""
    subject, text = worded(occasion, FACTS, "https://example.org/link")
    assert "\n" not in subject
    assert subject.startswith("Escalation ESC-2627-0042: ")
    assert "Reference: ESC-2627-0042. Stage 2: Managers." in text
    assert "does not replace 999" in text
    assert "https://example.org/link" in text
    assert "Police {raising}" in text or "A School" in text


def test_a_link_only_where_an_answer_is_asked_for() -> None:
    """Without one, nothing speaks of it."""
    _, text = worded(Occasion.RESPONDED, FACTS, None)
    assert "link" not in text


def reminded(lead: Lead, *contacts: Contact, start: datetime = TUESDAY, due: datetime = FRIDAY) -> datetime | None:
    """When these contacts are reminded."""
    return remind_at(lead, start, due, lambda moment: contacts, CALENDAR)


def works(*hours: tuple[str, str, str], away: tuple[int, int] | None = None) -> Contact:
    """A contact with these hours."""
    absences = (Absence(date(2026, 10, away[0]), date(2026, 10, away[1])),) if away else ()
    return Contact("1", "a", "p", "Sam", None, tuple(Hours(*one) for one in hours), absences)


def test_reminders_keep_to_the_contacts_hours() -> None:
    """At the opening a day before; else at the contact's next opening before it is due; else at the last before that."""
    office = works(*((day, "09:00", "17:00") for day in ("tuesday", "wednesday", "thursday", "friday")))
    assert reminded(DAY, office) == at(8, 9)
    assert reminded(DAY) == at(8, 9)  # nobody known: somebody may read it
    assert reminded(DAY, works(("thursday", "13:00", "17:00"))) == at(8, 13)
    assert reminded(DAY, works(("friday", "10:00", "12:00"))) == at(9, 10)
    assert reminded(DAY, works(("wednesday", "10:00", "12:00"))) == at(7, 10)
    assert reminded(DAY, works(("monday", "10:00", "12:00"))) == at(8, 9)  # better then than not at all
    assert reminded(DAY, works(("saturday", "10:00", "12:00"), ("thursday", "20:00", "22:00"))) == at(8, 9)
    assert reminded(
        DAY, works(*((day, "09:00", "17:00") for day in ("wednesday", "thursday", "friday")), away=(8, 9))
    ) == at(7, 9)
    assert reminded(DAY, start=at(8, 10)) is None  # just told
    assert reminded(Lead(0, Unit.WORKING_DAYS), office, start=at(8, 10)) == at(9, 9)


def test_clock_hours_know_no_night() -> None:
    """An hour before, at any hour; not when it would be at once."""
    lead, midnight = Lead(1, Unit.CLOCK_HOURS), at(11, 1)
    assert reminded(lead, start=midnight, due=midnight + timedelta(hours=4)) == midnight + timedelta(hours=3)
    assert reminded(lead, start=midnight, due=midnight + timedelta(hours=1)) is None


HOURS = st.lists(
    st.tuples(
        st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]), st.integers(6, 20)
    ),
    max_size=5,
)


@given(
    hours=HOURS,
    start=st.datetimes(datetime(2026, 9, 1), datetime(2027, 3, 1)),  # noqa: DTZ001 - made aware below
    days=st.integers(1, 10),
    lead=st.integers(0, 3),
)
def test_reminders_are_between_and_in_working_hours(
    hours: list[tuple[str, int]], start: datetime, days: int, lead: int
) -> None:
    """Whatever the contact's hours: after the start, before the due instant, and when the partnership works."""
    begun = start.replace(tzinfo=UTC)
    due = CALENDAR.due_after_working_days(begun, days)
    contact = works(*((day, f"{hour:02}:00", f"{hour + 2:02}:00") for day, hour in hours))
    found = reminded(Lead(lead, Unit.WORKING_DAYS), contact, start=begun, due=due)
    if found:
        assert begun < found < due
        assert CALENDAR.is_working(found)


def test_the_rule_covers_what_is_answered() -> None:
    """Every priority's answer is called to mind; nobody is reminded to acknowledge."""
    leads = leads_on(date(2026, 10, 7))
    assert {priority for duty, priority in leads if duty == Duty.RESPOND} == set(Priority)
    assert Duty.ACKNOWLEDGE not in {duty for duty, _ in leads}
    assert leads_on(date(2010, 1, 1)) == {}


def test_links_are_signed() -> None:
    """Ours are read; another key's, another length's, and every changed character's are not."""
    letter = uuid4()
    made = token(KEY, letter)
    assert letter_of(made, KEY) == letter
    assert letter_of(made, OTHER_KEY) is None
    assert letter_of(made, OTHER_KEY, KEY) == letter, "a key that has been turned still opens what it made"
    assert letter_of(made[:-4], KEY) is None
    assert letter_of("", KEY) is None
    assert letter_of(made + "====", KEY) is None
    for place in range(len(made)):
        changed = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
        assert letter_of(changed, KEY) is None, place


@given(st.text(max_size=100))
def test_no_text_is_a_link(text: str) -> None:
    """Nor does any break the reading of it."""
    assert letter_of(text, KEY) is None
