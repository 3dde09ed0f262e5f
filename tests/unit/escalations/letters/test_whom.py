"""Whom a letter goes to, on every combination of who is there."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from shared.directory import Absence, Contact, Delegation, Directory, Hours
from shared.policy import Seniority

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
TODAY = Absence(date(2026, 10, 7), date(2026, 10, 7))


def contact(agency: str, purpose: str = "single_point_of_contact", *, away: bool = False) -> Contact:
    """A contact called after what it is for."""
    absences = (TODAY,) if away else ()
    return Contact(f"{agency} {purpose}", agency, purpose, "Sam", "sam@a.example", (), absences)


def told(found: Directory, *, immediate: bool = False, seniority: Seniority = Seniority.PRACTITIONER) -> list[str]:
    """Whom a letter to `school` goes to."""
    return [one.id for one in found.whom("school", NOON, seniority, immediate=immediate)]


@pytest.mark.parametrize(("own", "stand_in", "other"), list(product([None, False, True], repeat=3)))
def test_somebody_who_is_there(own: bool | None, stand_in: bool | None, other: bool | None) -> None:
    """Of the contact, the stand-in and the agency that stands in, each missing, there or away: the first who is there."""
    contacts = [
        *([contact("school", away=own)] if own is not None else []),
        *([contact("school", "stand_in", away=stand_in)] if stand_in is not None else []),
        *([contact("council", away=other)] if other is not None else []),
    ]
    delegation = Delegation("council", "school", "stand_in", None, date(2026, 10, 1), date(2026, 10, 31))
    found = told(Directory(contacts=contacts, delegations=[delegation]))
    there = [
        name
        for name, away in (
            ("school single_point_of_contact", own),
            ("school stand_in", stand_in),
            ("council single_point_of_contact", other),
        )
        if away is False
    ]
    absent = ["school single_point_of_contact"] if own else ["school stand_in"] if stand_in else []
    assert found == (there or absent)[:1]


@pytest.mark.parametrize("seniority", list(Seniority))
def test_the_partner_from_its_level(seniority: Seniority) -> None:
    """An escalation partner is told from its level upwards, and never outside its days."""
    contacts = [contact("school"), contact("council"), contact("trust")]
    delegations = [
        Delegation("council", "school", "escalation_partner", "senior_manager", date(2026, 10, 7), None),
        Delegation("trust", "school", "escalation_partner", None, date(2026, 10, 8), None),
    ]
    directory = Directory(contacts=contacts, delegations=delegations)
    found = told(directory, seniority=seniority)
    early = seniority.rank < Seniority.SENIOR_MANAGER.rank
    assert directory.acts_from("council", "school", NOON.date(), seniority) == (
        Seniority.SENIOR_MANAGER if early else None
    )
    assert (
        directory.acts_from("trust", "school", NOON.date(), seniority) is None
    )  # as her token says, until it is known
    assert ("council single_point_of_contact" in found) == (seniority.rank >= Seniority.SENIOR_MANAGER.rank)
    assert "trust single_point_of_contact" not in found


def test_each_is_told_once() -> None:
    """Who both stands in and is partner gets one letter."""
    delegations = [
        Delegation("council", "school", purpose, None, date(2026, 10, 1), None)
        for purpose in ("stand_in", "escalation_partner")
    ]
    assert told(Directory(contacts=[contact("council")], delegations=delegations)) == [
        "council single_point_of_contact"
    ]


def test_out_of_hours_only_when_it_cannot_wait() -> None:
    """The contact for the night is told of immediate matters, by day too."""
    found = Directory(contacts=[contact("school"), contact("school", "out_of_hours")])
    assert told(found) == ["school single_point_of_contact"]
    assert told(found, immediate=True) == ["school single_point_of_contact", "school out_of_hours"]


@pytest.mark.parametrize(("kind", "expected"), [("gp", ["board single_point_of_contact"]), ("academy", [])])
def test_the_board_stands_in_for_health_without_contact(kind: str, expected: list[str]) -> None:
    """Surgeries and pharmacies without a contact have the integrated care board's; a school has not."""
    assert told(Directory(types={"school": kind, "board": "icb"}, contacts=[contact("board")])) == expected


def test_hours_are_londons() -> None:
    """Nine to five in summer and in winter; no hours are any hour; none on a day away."""
    works = Contact("1", "a", "p", "Sam", None, (Hours("wednesday", "09:00", "17:00"),)).works
    assert [
        works(datetime(2026, 10, 7, hour, minute, tzinfo=UTC)) for hour, minute in ((7, 59), (8, 0), (16, 0), (16, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert [works(datetime(2026, 11, 4, hour, 0, tzinfo=UTC)) for hour in (8, 9, 17)] == [False, True, True]
    assert not works(datetime(2026, 10, 8, 11, 0, tzinfo=UTC))
    assert contact("a").works(datetime(2026, 10, 10, 2, 0, tzinfo=UTC))
    assert not contact("a", away=True).works(NOON)
