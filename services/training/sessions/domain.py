"""How a session moves, who holds it, what a plan of one must say, and how many of its places an agency may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.days import LONDON, day_begins, from_written, today
from shared.moves import NotNow, moved
from shared.problems import Conflict, FieldError, Forbidden, Invalid


class Kind(StrEnum):
    """Whether a session has places."""

    BOOKED = "booked"
    OPEN = "open"  # everybody on its distribution lists is invited; nobody books


class Status(StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    HELD = "held"
    CALLED_OFF = "called_off"


class Do(StrEnum):
    """What can be done to a session; the same word in the URL, the command and the history."""

    PLAN = "plan"
    CHANGE = "change"
    MOVE = "move"
    ENLARGE = "enlarge"
    KEEP = "keep"
    CALL_OFF = "call_off"
    HOLD = "hold"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.PLANNED, Do.CHANGE): Status.PLANNED,
    (Status.PLANNED, Do.MOVE): Status.PLANNED,
    (Status.PLANNED, Do.ENLARGE): Status.PLANNED,
    (Status.PLANNED, Do.KEEP): Status.PLANNED,
    (Status.PLANNED, Do.CALL_OFF): Status.CALLED_OFF,
    (Status.PLANNED, Do.HOLD): Status.HELD,
}


class NotYourSession(Forbidden):
    """Others hold this session."""

    code = "not_your_session"
    title = "Others hold this session"
    cure = "Ask its trainers, or a training manager."


class BookingClosed(Conflict):
    """Booking is over, the session is not to take place or has taken place, or nobody books here at all."""

    code = "booking_closed"
    title = "Booking is closed"
    cure = "Ask who runs the programme."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This session")


@dataclass(frozen=True, slots=True)
class Kept:
    """Places of a session that are kept for one agency until a day begins; null: until booking closes."""

    agency_id: str
    places: int
    released_on: date | None = None

    def at(self, now: datetime) -> int:
        """How many are kept at an instant."""
        return 0 if self.released_on and now >= day_begins(self.released_on) else self.places


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a session at an instant: how many, how many each agency has taken, and those kept."""

    places: int
    taken: Mapping[str, int]
    kept: Sequence[Kept]
    now: datetime

    def unfilled(self, agency_id: str) -> int:
        """Places kept for an agency that its people have not taken yet."""
        kept = sum(one.at(self.now) for one in self.kept if one.agency_id == agency_id)
        return max(0, kept - self.taken.get(agency_id, 0))

    def free(self, agency_id: str) -> int:
        """Places that somebody of this agency may take: those nobody has and nobody else's are kept for."""
        agencies = {one.agency_id for one in self.kept} - {agency_id}
        others = sum(self.unfilled(one) for one in agencies)
        return max(0, self.places - sum(self.taken.values()) - others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When, where and for how many a session is."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime
    place: str | None
    joining_link: str | None
    distribution_lists: tuple[str, ...]
    places: int | None
    booking_closes_at: datetime | None
    kept: tuple[Kept, ...]


def check_times(starts_at: datetime, ends_at: datetime, now: datetime, last_day: date) -> None:
    """Invalid where a session would end before it starts, last for more than a week, or lie in the past or beyond the calendar."""
    errors = []
    if today(starts_at) > last_day:
        message = f"Bank holidays are known until {last_day}, and days of notice are counted by them."
        errors.append(FieldError("starts_at", "beyond_calendar", message))
    if starts_at <= now:
        errors.append(FieldError("starts_at", "past", "A session is planned for a time that is still to come."))
    if ends_at <= starts_at:
        errors.append(FieldError("ends_at", "order", "It ends after it starts."))
    elif (ends_at - starts_at).days >= 7:
        errors.append(FieldError("ends_at", "too_long", "A session lasts less than a week: plan several."))
    if errors:
        raise Invalid("The session cannot be at this time.", errors=errors)


def check_plan(plan: Plan, now: datetime, last_day: date) -> None:
    """Invalid with every fault of a plan by itself."""
    check_times(plan.starts_at, plan.ends_at, now, last_day)
    errors = []
    if plan.place is None and plan.joining_link is None:
        errors.append(FieldError("place", "nowhere", "Name a place, or the link by which it is joined."))
    if plan.kind is Kind.BOOKED and plan.places is None:
        errors.append(FieldError("places", "missing", "Who books needs places: how many are there?"))
    if plan.kind is Kind.BOOKED and plan.distribution_lists:
        errors.append(
            FieldError("distribution_lists", "booked", "Lists are invited to open sessions; here people book.")
        )
    if plan.kind is Kind.OPEN:
        errors += [
            FieldError(field, "open", "An open session has no places and nobody books.")
            for field in ("places", "booking_closes_at", "kept")
            if getattr(plan, field)
        ]
        if not plan.distribution_lists:
            message = "Name the lists that are invited, or subscribe one to the course's series: /distribution-lists."
            errors.append(FieldError("distribution_lists", "missing", message))
    if plan.booking_closes_at and plan.booking_closes_at > plan.starts_at:
        errors.append(
            FieldError("booking_closes_at", "too_late", "Booking closes when the session starts at the latest.")
        )
    errors += kept_faults(plan.kept, plan.places or 0, plan.starts_at)
    if errors:
        raise Invalid("The session cannot be planned so.", errors=errors)


def kept_faults(kept: Sequence[Kept], places: int, starts_at: datetime) -> list[FieldError]:
    """What is wrong with the places kept: more than there are, an agency twice, released after the start."""
    errors, seen = [], set()
    for number, one in enumerate(kept):
        if one.agency_id in seen:
            errors.append(FieldError(f"kept.{number}.agency_id", "twice", "The agency stands here already."))
        seen.add(one.agency_id)
        if one.released_on and day_begins(one.released_on) >= starts_at:
            message = "They are released before the session; leave the day out to keep them until booking closes."
            errors.append(FieldError(f"kept.{number}.released_on", "too_late", message))
    if sum(one.places for one in kept) > places:
        errors.append(FieldError("kept", "too_many", f"More are kept than the {places} places there are."))
    return errors


def handed_on(kept: Sequence[Kept], agency_id: str, successor_id: str) -> tuple[Kept, ...]:
    """The places kept when one agency's are its successor's: added to its own where it has some, and released with the later."""
    mine = [one for one in kept if one.agency_id in {agency_id, successor_id}]
    days = [one.released_on for one in mine if one.released_on]
    released = max(days) if len(days) == len(mine) and days else None
    theirs = Kept(successor_id, sum(one.places for one in mine), released)
    return (*(one for one in kept if one not in mine), *([theirs] if mine else []))


def check_kept(kept: Sequence[Kept], places: int, starts_at: datetime) -> None:
    """Invalid with every fault of the places kept."""
    if errors := kept_faults(kept, places, starts_at):
        raise Invalid("The places cannot be kept so.", errors=errors)


def check_larger(places: int, wanted: int) -> None:
    """Invalid where a bigger room would be a smaller one: nobody who has a place loses it."""
    if wanted <= places:
        raise Invalid.field("places", "not_more", f"There are {places} places already; nobody's place is taken away.")


def check_open_for_booking(kind: Kind, status: Status, closes_at: datetime, now: datetime) -> None:
    """BookingClosed where nobody can book."""
    if kind is Kind.OPEN:
        raise BookingClosed("Nobody books here: its distribution lists are invited, and whoever comes is welcome.")
    if status is not Status.PLANNED:
        raise BookingClosed(f"This session is {status}.")
    if now >= closes_at:
        raise BookingClosed(f"Booking closed at {closes_at.astimezone(LONDON):%H:%M on %-d %B %Y}.")


def check_held(starts_at: datetime, now: datetime) -> None:
    """NotNow where a session that has not begun would be called held."""
    if now < starts_at:
        raise NotNow("It has not begun: call it off if it will not take place.")


def when(starts_at: datetime, ends_at: datetime) -> str:
    """The time in London, as people say it: `Wednesday 7 October 2026, 12:00 to 13:00`."""
    first, last = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%A %-d %B, %H:%M}"
    return f"{from_written(first)} to {until}"
