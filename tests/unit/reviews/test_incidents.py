"""Incidents: what the law leaves nobody to decide, and one form for each who died."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from services.reviews.incidents.domain import (
    TRANSITIONS,
    Abuse,
    ChildFacts,
    Do,
    Harm,
    MustBeNotified,
    NotAPartner,
    NotTheCouncil,
    Place,
    Status,
    check_happened,
    forms,
    gravest,
    is_graver,
    must_be_council,
    must_be_open_to_decision,
    must_be_partner,
    said_of_duty,
    said_of_year,
    unsubmitted,
)
from services.reviews.incidents.queries import duties_on
from shared.policy import STATUTORY, Access, AgencyType, Principal
from shared.problems import Invalid
from shared.rules import calendar

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
DUTIES = duties_on(NOON.date())


def test_the_council_can_notify_from_everywhere_but_what_is_another_incident() -> None:
    """Neither a decision of the three nor a withdrawal stands in the way of the council's duty."""
    assert {status for status, do in TRANSITIONS if do is Do.NOTIFY} == set(Status) - {Status.JOINED}


def test_nothing_but_all_three_leads_to_not_notified() -> None:
    leading = {pair for pair, to in TRANSITIONS.items() if to is Status.NOT_NOTIFIED and pair[0] is not to}
    assert leading == {(Status.CONSIDERED, Do.DECIDE)}


def somebody(kind: AgencyType, agency: str = "the-council", acting_for: tuple[str, ...] = ()) -> Principal:
    return Principal("s", "c", agency, kind, frozenset(), frozenset(), Access.USER, acting_for)


@pytest.mark.parametrize("kind", AgencyType)
def test_each_type_of_agency(kind: AgencyType) -> None:
    """The duty is one agency's, whatever its type; views are those of the three."""
    must_be_council("the-council", somebody(kind))
    must_be_council("the-council", somebody(kind, "another", acting_for=("the-council",)))
    with pytest.raises(NotTheCouncil):
        must_be_council("the-council", somebody(kind, "another"))
    if kind in STATUTORY:
        must_be_partner(somebody(kind))
    else:
        with pytest.raises(NotAPartner):
            must_be_partner(somebody(kind))


@pytest.mark.parametrize(("harm", "looked_after", "abuse"), list(itertools.product(Harm, (True, False), Abuse)))
def test_the_death_of_a_looked_after_child_is_always_notified(harm: Harm, looked_after: bool, abuse: Abuse) -> None:
    """Whatever is suspected; and by nothing else are the three kept from deciding."""
    other = ChildFacts(Harm.SERIOUSLY_HARMED, looked_after=False)
    found = DUTIES.binding([other, ChildFacts(harm, looked_after)], abuse)
    assert (found is not None) == (harm is Harm.DIED and looked_after)
    if found:
        with pytest.raises(MustBeNotified, match=r"looked-after child has died.*Source: "):
            must_be_open_to_decision(found)
    must_be_open_to_decision(None)


LOOKED_AFTER_DIED = ChildFacts(Harm.DIED, looked_after=True)
HARMED = ChildFacts(Harm.SERIOUSLY_HARMED, looked_after=False)


@pytest.mark.parametrize("abuse", Abuse)
def test_which_notification_needs_no_rapid_review(abuse: Abuse) -> None:
    """That of a looked-after child's death which nobody suspects; where a sibling was harmed, it needs one."""
    exempt = DUTIES.exempting([LOOKED_AFTER_DIED], abuse)
    assert (exempt is not None) == (abuse is Abuse.NOT_SUSPECTED)
    assert exempt is None or not exempt.verified
    assert DUTIES.exempting([LOOKED_AFTER_DIED, HARMED], abuse) is None
    assert DUTIES.exempting([], abuse) is None


D, S, N = Harm.DIED, Harm.SERIOUSLY_HARMED, Harm.NEAR_MISS


@pytest.mark.parametrize(
    ("harms", "expected"),
    [
        ([], [()]),
        ([S], [(1,)]),
        ([S, S, N], [(1, 2, 3)]),
        ([D], [(1,)]),
        ([D, D], [(1,), (2,)]),
        ([S, D, S, D], [(2,), (4,), (1, 3)]),
    ],
)
def test_forms(harms: list[Harm], expected: list[tuple[int, ...]]) -> None:
    """One for each child who died, one for all the others, and every child on one form exactly."""
    found = forms(list(enumerate(harms, start=1)))
    assert found == expected
    assert sorted(number for form in found for number in form) == list(range(1, len(harms) + 1))


def test_who_dies_after_the_notification_has_a_form_of_her_own() -> None:
    harmed, died = Harm.SERIOUSLY_HARMED, Harm.DIED
    assert unsubmitted([(1, harmed), (2, harmed)], []) == [(1, 2)]
    assert unsubmitted([(1, harmed), (2, harmed)], [(1, 2)]) == []
    assert unsubmitted([(1, harmed), (2, died)], [(1, 2)]) == [(2,)]
    assert unsubmitted([(1, harmed), (2, died)], [(1, 2), (2,)]) == []
    assert unsubmitted([(1, died), (2, harmed)], [(1,)]) == [(2,)]


@pytest.mark.parametrize(
    ("now", "abuse", "graver"),
    [
        ([(Harm.SERIOUSLY_HARMED, False)], Abuse.NOT_KNOWN, False),
        ([(Harm.NEAR_MISS, False)], Abuse.NOT_SUSPECTED, False),
        ([(Harm.DIED, False)], Abuse.NOT_KNOWN, True),
        ([(Harm.SERIOUSLY_HARMED, True)], Abuse.NOT_KNOWN, True),
        ([(Harm.SERIOUSLY_HARMED, False), (Harm.NEAR_MISS, False)], Abuse.NOT_KNOWN, True),
        ([(Harm.SERIOUSLY_HARMED, False)], Abuse.SUSPECTED, True),
    ],
)
def test_what_is_graver_than_what_was_weighed(now: list[tuple[Harm, bool]], abuse: Abuse, graver: bool) -> None:
    was = [ChildFacts(Harm.SERIOUSLY_HARMED, False)]
    assert is_graver(was, Abuse.NOT_KNOWN, [ChildFacts(*one) for one in now], abuse) is graver


def test_the_gravest() -> None:
    assert gravest([ChildFacts(one, looked_after=False) for one in (N, S, D)]) is D
    assert gravest([ChildFacts(N, looked_after=False)]) is N
    assert gravest([]) is S


def test_an_event_lies_behind_and_within_the_calendar() -> None:
    check_happened("at", NOON, NOON, calendar())
    check_happened("at", None, NOON, calendar())
    for wrong, code in ((NOON + timedelta(seconds=1), "future"), (datetime(1999, 1, 1, tzinfo=UTC), "too_early")):
        with pytest.raises(Invalid) as refused:
            check_happened("at", wrong, NOON, calendar())
        assert [(one.path, one.code) for one in refused.value.errors] == [("at", code)]


def test_every_duty_in_words() -> None:
    """Each combination has one sentence, and only where the duty is met does it say so."""
    for harm, abuse, place in itertools.product(Harm, Abuse, Place):
        said = said_of_duty(harm, abuse, place, None)
        assert said.endswith(".")
        met = harm is not N and abuse in {Abuse.KNOWN, Abuse.SUSPECTED} and place is not Place.ELSEWHERE_IN_ENGLAND
        assert said.endswith("the council notifies.") == met
    assert "died" in said_of_duty(
        D, Abuse.NOT_SUSPECTED, Place.IN_AREA, DUTIES.binding([LOOKED_AFTER_DIED], Abuse.KNOWN)
    )


def test_a_year_with_none_says_so() -> None:
    assert said_of_year("2025/26", 0, 0, 0) == "In 2025/26 no serious incident was referred, and none was notified."
    assert said_of_year("2025/26", 0, 2, 1) == (
        "None was notified in 2025/26; 2 were referred, and of 1 the three partners decided that it need not be."
    )
    assert said_of_year("2025/26", 1, 1, 0) == "1 was notified in 2025/26; 1 was referred."


def test_every_case_says_where_it_stands() -> None:
    for case in (*DUTIES.always, *DUTIES.without_review):
        assert case.source
    assert duties_on(date(2018, 6, 29)).version == "1"
