"""When a duty is called to mind: ahead of its time, and when somebody works."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.calendar import Calendar
from shared.days import DAY, LONDON, today
from shared.deadlines import Unit
from shared.directory import WEEKDAYS, Contact


@dataclass(frozen=True)
class Lead:
    """How long before its time a duty is called to mind: clock hours, or working days, then at the day's opening."""

    amount: int
    unit: Unit


Whom = Callable[[datetime], Sequence[Contact]]


def remind_at(lead: Lead, started_at: datetime, due_at: datetime, whom: Whom, calendar: Calendar) -> datetime | None:
    """When a contact is reminded; None where no working moment lies between the start and the due instant.

    In clock hours, which only immediate matters have, at any hour. Otherwise in working hours, at a moment when the
    contact works, or whoever stands in: the first after the rule's own, or else the last before it. The due date itself
    never moves.
    """
    if lead.unit is Unit.CLOCK_HOURS:
        early = due_at - timedelta(hours=lead.amount)
        return early if early > started_at else None
    day = calendar.date_of(due_at)
    at = calendar.due_before_working_days(day, lead.amount) - calendar.day
    if at <= started_at:
        return None
    openings = [at, *_openings(started_at, due_at, whom(at))]
    working = sorted(moment for moment in openings if calendar.is_working(moment) and _somebody(whom(moment), moment))
    later = [moment for moment in working if at <= moment < due_at]
    earlier = [moment for moment in working if started_at < moment < at]
    return later[0] if later else earlier[-1] if earlier else at


def _somebody(contacts: Sequence[Contact], moment: datetime) -> bool:
    return not contacts or any(contact.works(moment) for contact in contacts)


def _openings(start: datetime, end: datetime, contacts: Sequence[Contact]) -> list[datetime]:
    """When the contacts begin to work between two instants."""
    first, last = today(start), today(end)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    hours = {(one.weekday, one.opens) for contact in contacts for one in contact.hours}
    moments = [
        datetime.combine(day, time.fromisoformat(opens), LONDON)
        for day in days
        for weekday, opens in sorted(hours)
        if WEEKDAYS[day.weekday()] == weekday
    ]
    return [moment for moment in moments if start < moment < end]
