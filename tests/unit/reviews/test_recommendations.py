"""Recommendations, learning points and holds: who answers, and who speaks for whom."""

import itertools
from datetime import UTC, date, datetime

import pytest

from services.reviews.conduct.domain import (
    AlreadyDone,
    ConflictOfInterest,
    Milestone,
    check_reviewer,
    drift,
    drifts,
    must_be_independent,
    must_be_open,
)
from services.reviews.conduct.queries import requirements_on
from services.reviews.conduct.schemas import REQUIREMENTS
from services.reviews.holds.domain import Authority, NotYourHold, must_speak
from services.reviews.recommendations.domain import (
    NotSmart,
    NotYours,
    Smart,
    Terms,
    check,
    lacking,
    must_answer,
    must_be_smart,
)
from shared.policy import HOLDING, Access, AgencyType, Principal, Role
from shared.problems import Invalid

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
TODAY = NOON.date()
WHOLE = Terms("an-agency", None, "Nineteen of twenty.", TODAY, 1)


@pytest.mark.parametrize(
    ("terms", "missing"),
    [
        (WHOLE, ()),
        (Terms(None, "a-body", "Nineteen of twenty.", TODAY, 2), ()),
        (Terms("an-agency", None, None, TODAY, 1), (Smart.MEASURABLE,)),
        (Terms(None, None, "Nineteen of twenty.", TODAY, 1), (Smart.ASSIGNED,)),
        (Terms("an-agency", None, "Nineteen of twenty.", TODAY, 0), (Smart.RELEVANT,)),
        (Terms("an-agency", None, "Nineteen of twenty.", None, 1), (Smart.TIME_BOUND,)),
        (Terms(None, None, None, None, 0), tuple(Smart)),
    ],
)
def test_smart(terms: Terms, missing: tuple[Smart, ...]) -> None:
    """What is lacking is named, and nobody accepts it so."""
    assert lacking(terms) == missing
    if not missing:
        return must_be_smart(missing)
    with pytest.raises(NotSmart):
        must_be_smart(missing)
    return None


def test_terms_that_contradict_themselves() -> None:
    """Two owners; a day that is over."""
    check(WHOLE, NOON)
    for terms, path in (
        (Terms("an-agency", "a-body", None, None, 0), "owner_body_id"),
        (Terms(None, None, None, date(2026, 10, 6), 0), "by_when"),
    ):
        with pytest.raises(Invalid) as refused:
            check(terms, NOON)
        assert refused.value.errors[0].path == path


def somebody(role: Role, kind: AgencyType | None = None, agency: str = "an-agency") -> Principal:
    """A person with a token."""
    held = kind or next(one for one in AgencyType if one in HOLDING[role].types)
    return Principal("s", "c", agency, held, frozenset({role}), frozenset(), Access.USER)


@pytest.mark.parametrize("role", Role)
def test_who_answers(role: Role) -> None:
    """For an agency its own lead alone; for a body a delegated partner or the business unit."""
    allowed = {
        "an-agency": role is Role.AGENCY_LEAD,
        "another-agency": False,
        None: role in {Role.BUSINESS_UNIT, Role.DELEGATED_PARTNER},
    }
    for lead, may in allowed.items():
        if may:
            must_answer(lead, somebody(role))
        else:
            with pytest.raises(NotYours):
                must_answer(lead, somebody(role))


@pytest.mark.parametrize(("authority", "role"), list(itertools.product(Authority, Role)))
@pytest.mark.parametrize("kind", [AgencyType.COUNCIL, AgencyType.POLICE, AgencyType.ICB, AgencyType.ACADEMY])
def test_who_speaks_for_proceedings(authority: Authority, role: Role, kind: AgencyType) -> None:
    """The police for their own, the council or its business unit for every other authority, and nobody else for any."""
    leads = role in {Role.AGENCY_LEAD, Role.DELEGATED_PARTNER}
    if authority is Authority.POLICE:
        may = leads and kind is AgencyType.POLICE
    else:
        may = kind is AgencyType.COUNCIL and (leads or role is Role.BUSINESS_UNIT)
    if may:
        must_speak(authority, somebody(role, kind))
    else:
        with pytest.raises(NotYourHold):
            must_speak(authority, somebody(role, kind))


def test_a_reviewer_meets_every_requirement() -> None:
    """Six of them, from the data; one missing, or one that nobody asked for, is refused by name; a party's people too."""
    required = requirements_on(TODAY)
    assert sorted(required) == sorted(REQUIREMENTS)
    met = dict.fromkeys(required, "At interview.")
    check_reviewer(met, required)
    for given, code in (
        ({key: value for key, value in met.items() if key != "no_conflict_of_interest"}, "missing"),
        (met | {"charm": "Some."}, "unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            check_reviewer(given, required)
        assert [error.code for error in refused.value.errors] == [code]
    must_be_independent("an-agency", ["another-agency"])
    with pytest.raises(ConflictOfInterest):
        must_be_independent("an-agency", ["an-agency"])


@pytest.mark.parametrize(
    ("milestone", "days", "slides"),
    [
        (Milestone(TODAY, TODAY, 0, None), 0, False),
        (Milestone(date(2026, 10, 1), date(2026, 10, 1), 0, None), 6, True),
        (Milestone(date(2026, 10, 1), date(2026, 10, 20), 1, None), 19, False),
        (Milestone(date(2026, 10, 1), date(2026, 10, 20), 2, None), 19, True),
        (Milestone(date(2026, 10, 1), date(2026, 10, 20), 2, date(2026, 9, 29)), -2, False),
    ],
)
def test_drift(milestone: Milestone, days: int, slides: bool) -> None:
    """From the day planned first to the day done, expected, or gone by; overdue, or moved more than once, drifts."""
    assert (drift(milestone, NOON), drifts(milestone, NOON)) == (days, slides)
    if milestone.done_on:
        with pytest.raises(AlreadyDone):
            must_be_open(milestone.done_on)
    else:
        must_be_open(milestone.done_on)
