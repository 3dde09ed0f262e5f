"""Whom to reach at an agency at a given moment: its contacts with their hours and absences, and those who stand in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.days import LONDON, today
from shared.policy import HEALTH_WITHOUT_CONTACT, AgencyType, Seniority

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Purpose(StrEnum):
    """What an agency names a contact for."""

    SINGLE_POINT_OF_CONTACT = "single_point_of_contact"
    STAND_IN = "stand_in"
    OUT_OF_HOURS = "out_of_hours"
    BUSINESS_UNIT = "business_unit"  # the host's, for the ladders that tell it
    MEDIATOR = "mediator"  # an independent person, for the ladders that tell her


class ActsAs(StrEnum):
    """What one agency does for another."""

    STAND_IN = "stand_in"
    ESCALATION_PARTNER = "escalation_partner"


@dataclass(frozen=True, slots=True)
class Hours:
    """Work on one day of the week, London time, `09:00` to `17:00`."""

    weekday: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both inclusive."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom an agency names for a purpose. No hours mean any hour."""

    id: str
    agency_id: str
    purpose: str
    name: str
    email: str | None
    hours: tuple[Hours, ...] = ()
    absences: tuple[Absence, ...] = ()

    def away(self, day: date) -> bool:
        """Whether the contact is absent on a day."""
        return any(absence.starts_on <= day <= absence.ends_on for absence in self.absences)

    def works(self, instant: datetime) -> bool:
        """Whether the contact is at work at an instant."""
        here = instant.astimezone(LONDON)
        weekday, clock = WEEKDAYS[here.weekday()], here.strftime("%H:%M")
        hours = [one for one in self.hours if one.weekday == weekday]
        at_work = not self.hours or any(one.opens <= clock <= one.closes for one in hours)
        return at_work and not self.away(here.date())


@dataclass(frozen=True, slots=True)
class Delegation:
    """One agency's dated leave to act for another; both days are inclusive."""

    agency_id: str
    for_agency_id: str
    acts_as: str
    from_seniority: str | None
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def reaches(self, seniority: Seniority) -> bool:
        """Whether it is for matters at this level."""
        return self.from_seniority is None or Seniority(self.from_seniority).rank <= seniority.rank


@dataclass(frozen=True)
class Directory:
    """Some agencies with their names and types, their contacts, and who acts for them."""

    names: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    contacts: Sequence[Contact] = ()
    delegations: Sequence[Delegation] = ()

    def whom(self, agency_id: str, at: datetime, seniority: Seniority, *, immediate: bool) -> tuple[Contact, ...]:
        """Whom to tell of a matter at this level, each once.

        The single point of contact, or whoever stands in; besides, the escalation partner from its level upwards; and
        where a child is at immediate risk, at any hour, the contacts out of hours.
        """
        day = today(at)
        agencies = [agency_id, *self._partners(agency_id, day, seniority)]
        found = [contact for one in agencies if (contact := self._present(one, day))]
        if immediate:
            found += [contact for one in agencies if (contact := self._named(one, Purpose.OUT_OF_HOURS))]
        if not found and self.types.get(agency_id) in HEALTH_WITHOUT_CONTACT:
            boards = (one for one, kind in self.types.items() if kind == AgencyType.ICB)
            found = [contact for board in boards if (contact := self._present(board, day))]
        return tuple(dict.fromkeys(found))

    def named_for(self, purposes: Collection[str]) -> tuple[Contact, ...]:
        """The contacts of any agency that are named for these purposes."""
        return tuple(contact for contact in self.contacts if contact.purpose in purposes)

    def acts_from(self, agency_id: str, for_agency_id: str, day: date, seniority: Seniority) -> Seniority | None:
        """From which level upwards an agency acts for another, where that is above this one; None where it may act here."""
        held = [one for one in self.delegations if (one.agency_id, one.for_agency_id) == (agency_id, for_agency_id)]
        levels = [one.from_seniority for one in held if one.holds(day)]
        reached = [level for level in levels if level is None or Seniority(level).rank <= seniority.rank]
        above = [Seniority(level) for level in levels if level]
        return None if reached else min(above, key=lambda level: level.rank, default=None)

    def _present(self, agency_id: str, day: date) -> Contact | None:
        """The single point of contact; while away, whoever stands in; where nobody does, the absent one all the same."""
        own = self._named(agency_id, Purpose.SINGLE_POINT_OF_CONTACT)
        if own and not own.away(day):
            return own
        stands_in = self._named(agency_id, Purpose.STAND_IN)
        if stands_in and not stands_in.away(day):
            return stands_in
        for delegation in self._acting(agency_id, ActsAs.STAND_IN, day):
            contact = self._named(delegation.agency_id, Purpose.SINGLE_POINT_OF_CONTACT)
            if contact and not contact.away(day):
                return contact
        return own or stands_in

    def _partners(self, agency_id: str, day: date, seniority: Seniority) -> list[str]:
        acting = self._acting(agency_id, ActsAs.ESCALATION_PARTNER, day)
        return [delegation.agency_id for delegation in acting if delegation.reaches(seniority)]

    def _acting(self, agency_id: str, acts_as: ActsAs, day: date) -> Iterator[Delegation]:
        for delegation in self.delegations:
            if delegation.for_agency_id == agency_id and delegation.acts_as == acts_as and delegation.holds(day):
                yield delegation

    def _named(self, agency_id: str, purpose: Purpose) -> Contact | None:
        for contact in self.contacts:
            if contact.agency_id == agency_id and contact.purpose == purpose:
                return contact
        return None
