"""How somebody attended, and which of the three statutory partners were there by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.governance.body_decisions.domain import OnMissing, Quorum
from services.governance.expectations.domain import EVERY_MEETING, Expectation
from services.governance.meetings.domain import Status
from services.governance.memberships.domain import Seat
from services.governance.terms.domain import Standing as Holds
from shared.joint_decisions.domain import Partner
from shared.moves import NotNow
from shared.problems import FieldError, Invalid


class How(StrEnum):
    """How a member attended."""

    PRESENT = "present"
    DEPUTY = "deputy"  # her deputy came in her place
    APOLOGIES = "apologies"
    ABSENT = "absent"


LONGEST_PERIOD = timedelta(days=3 * 366)
THERE = frozenset({How.PRESENT, How.DEPUTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A seat on the body on the day of the meeting; a deputy's names that of whom she stands in for."""

    id: UUID
    agency_type: str
    seat: Seat
    deputy_for: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How the holder of one seat attended; `deputy_id` is the seat of the deputy who came."""

    membership_id: UUID
    how: How
    deputy_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a meeting stands to its quorum."""

    there: tuple[Partner, ...]
    missing: tuple[Partner, ...]
    decides: bool  # whether a decision would be taken now


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How the holder of one seat attended one meeting, or None where nothing is noted of her."""

    agency_id: str
    meeting_id: UUID
    how: How | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often an agency was at the meetings where it is counted, and how often it was to be."""

    agency_id: str
    share: int | None  # expected, in percent, when it was last counted
    due: int  # the shares expected of it, added up: 100 for each meeting that it was not to miss
    hows: Mapping[UUID, How]  # by meeting, the best that any of its people did

    @property
    def of(self) -> int:
        """At how many meetings it is counted."""
        return len(self.hows)

    def count(self, *hows: How) -> int:
        """At how many meetings it was so."""
        return sum(how in hows for how in self.hows.values())

    @property
    def attended(self) -> int:
        """At how many it was there, itself or by a deputy."""
        return self.count(*THERE)

    @property
    def below(self) -> bool:
        """Whether it was there less often than is expected."""
        return self.attended * EVERY_MEETING < self.due


def tallies(meetings: Mapping[UUID, date], seen: Iterable[Seen], expectations: Iterable[Expectation]) -> list[Tally]:
    """Each agency's attendance over these meetings, given with their days, in the order of its name.

    It is counted where it has a seat or is expected: an agency that is expected and sends nobody is absent.
    """
    best: dict[str, dict[UUID, How]] = {}
    for one in seen:
        at = best.setdefault(one.agency_id, {})
        how = one.how or How.ABSENT
        at[one.meeting_id] = min(how, at.get(one.meeting_id, How.ABSENT), key=tuple(How).index)
    share: dict[str, int] = {}
    due: dict[str, int] = {}
    for expected in expectations:
        for meeting_id, day in meetings.items():
            if expected.term.standing(day) is Holds.CURRENT:
                best.setdefault(expected.agency_id, {}).setdefault(meeting_id, How.ABSENT)
                due[expected.agency_id] = due.get(expected.agency_id, 0) + expected.share
                share[expected.agency_id] = expected.share
    return [
        Tally(agency_id=agency_id, share=share.get(agency_id), due=due.get(agency_id, 0), hows=best[agency_id])
        for agency_id in sorted(best)
    ]


def check(status: Status, noted: Sequence[Noted], members: Mapping[UUID, Member]) -> None:
    """Invalid with every fault of an attendance; NotNow for more than apologies before the meeting is held."""
    if status is Status.CONVENED and any(one.how is not How.APOLOGIES for one in noted):
        raise NotNow("Before the meeting is held there are apologies only: hold it first.")
    errors = []
    for place, one in enumerate(noted):
        member = members.get(one.membership_id)
        if member is None or member.seat is Seat.DEPUTY:
            said = "Name a seat on this body on the day of the meeting; a deputy is named with the seat that she fills."
            errors.append(FieldError(f"members.{place}.membership_id", "no_seat", said))
        errors += _deputy_faults(place, one, members)
    if len({one.membership_id for one in noted}) < len(noted):
        errors.append(FieldError("members", "twice", "A seat is named twice."))
    if errors:
        raise Invalid("The attendance cannot be so.", errors=errors)


def check_period(first: date, last: date) -> None:
    """Invalid for a period that ends before it begins, or is longer than three years."""
    if last < first:
        raise Invalid.field("last_day", "order", "The last day comes before the first.")
    if last - first > LONGEST_PERIOD:
        raise Invalid.field("first_day", "long", "Ask for three years at most.")


def partners_there(
    noted: Iterable[Noted], members: Mapping[UUID, Member], seats: Collection[Seat]
) -> tuple[Partner, ...]:
    """Which of the three are there, by a seat that counts, themselves or by a deputy."""
    types = {
        members[one.membership_id].agency_type
        for one in noted
        if one.how in THERE and one.membership_id in members and members[one.membership_id].seat in seats
    }
    return tuple(partner for partner in Partner if partner.value in types)


def standing(quorum: Quorum | None, there: tuple[Partner, ...]) -> Standing:
    """How a meeting with these partners stands to its quorum."""
    missing = quorum.missing(there) if quorum else ()
    refuses = quorum is not None and quorum.on_missing is OnMissing.REFUSE
    return Standing(there=there, missing=missing, decides=not (missing and refuses))


def _deputy_faults(place: int, one: Noted, members: Mapping[UUID, Member]) -> list[FieldError]:
    path = f"members.{place}.deputy_id"
    if one.how is not How.DEPUTY:
        return [FieldError(path, "no_deputy", "Nobody came in her place.")] if one.deputy_id else []
    deputy = members.get(one.deputy_id) if one.deputy_id else None
    if deputy is None or deputy.deputy_for != one.membership_id:
        return [FieldError(path, "not_her_deputy", "Name the seat of the deputy who stands in for her on that day.")]
    return []
