"""Rapid reviews, panels and returns: what must be there to decide, and who is asked again when."""

import itertools
from datetime import UTC, datetime

import pytest

from services.reviews.joint_decisions.queries import KINDS
from services.reviews.outcomes.commands import KIND
from services.reviews.panels import domain as panels
from services.reviews.rapid_reviews.domain import (
    TRANSITIONS,
    Do,
    Kind,
    Mandatory,
    NotReady,
    PanelNow,
    Status,
    check_scope,
    must_be_ready,
    must_be_voluntary,
    said_of_returns,
)
from services.reviews.rapid_reviews.queries import criteria_on
from services.reviews.returns import domain as returns
from services.reviews.scoping.queries import RULES
from shared.problems import Invalid
from shared.rules import calendar, in_force

WEDNESDAY_NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
CRITERIA = criteria_on(WEDNESDAY_NOON.date())
CALENDAR = calendar()


def test_nothing_leads_out_of_closed_and_nothing_is_sent_that_was_not_decided() -> None:
    assert Status.CLOSED not in {status for status, _ in TRANSITIONS}
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.SENT and status is not to} == {
        Status.DECIDED
    }
    assert {pair for pair, to in TRANSITIONS.items() if to is Status.DECIDED and pair[0] is not to} == {
        (Status.DECIDING, Do.DECIDE)
    }


@pytest.mark.parametrize(("status", "do"), list(itertools.product(panels.Status, panels.Do)))
def test_a_members_step(status: panels.Status, do: panels.Do) -> None:
    """Who conflicts, or has declared nothing, does not chair; who was let go does nothing."""
    if (status, do) in panels.TRANSITIONS:
        assert panels.step(status, do) is panels.TRANSITIONS[status, do]
    elif do is panels.Do.CHAIR and status is not panels.Status.RELEASED:
        with pytest.raises(panels.MayNotChair):
            panels.step(status, do)
    else:
        with pytest.raises(panels.MemberOver):
            panels.step(status, do)
    assert {found for found, does in panels.TRANSITIONS if does is panels.Do.CHAIR} == {panels.Status.CLEAR}


EVERY = [code for code, _ in CRITERIA.items]


@pytest.mark.parametrize(
    ("answered", "panel", "wanted"),
    [
        (EVERY, PanelNow(chaired=True, undeclared=0), None),
        (EVERY[1:], PanelNow(chaired=True, undeclared=0), f"an answer to {EVERY[0]}"),
        (EVERY, PanelNow(chaired=False, undeclared=0), "a chair"),
        (EVERY, PanelNow(chaired=True, undeclared=2), "what conflicts, from 2 of the panel"),
    ],
)
def test_what_must_be_there_before_the_three_decide(answered: list[str], panel: PanelNow, wanted: str | None) -> None:
    if wanted is None:
        must_be_ready(CRITERIA, answered, panel)
    else:
        with pytest.raises(NotReady, match=f"^Still to come: {wanted}.$"):
            must_be_ready(CRITERIA, answered, panel)


def test_the_criteria_of_the_guidance_and_the_choices_of_the_three() -> None:
    assert EVERY[:4] == ["improvements_needed", "recurrent_themes", "agencies_working_together", "better_local"]
    CRITERIA.must_have("several_areas")
    with pytest.raises(Invalid, match="weighed against: improvements_needed"):
        CRITERIA.must_have("nonsense")
    choices = [code for code, _ in KINDS.on(KIND, WEDNESDAY_NOON.date()).choices]
    assert len(choices) == 9
    assert {"no_further_review", "practice_review", "criteria_not_met", "national_review"} <= set(choices)


@pytest.mark.parametrize(
    ("kind", "incidents", "other_area", "theme", "path"),
    [
        (Kind.SINGLE, 1, None, None, None),
        (Kind.SINGLE, 2, None, None, "incident_ids"),
        (Kind.SINGLE, 1, "Stockport", None, "other_area"),
        (Kind.THEMATIC, 3, None, "Sleep", None),
        (Kind.THEMATIC, 3, None, None, "theme"),
        (Kind.THEMATIC, 1, None, "Sleep", "incident_ids"),
        (Kind.JOINT, 1, "Stockport", None, None),
        (Kind.JOINT, 1, None, None, "other_area"),
    ],
)
def test_the_kind_goes_with_what_is_reviewed(
    kind: Kind, incidents: int, other_area: str | None, theme: str | None, path: str | None
) -> None:
    if path is None:
        check_scope(kind, incidents, other_area, theme)
    else:
        with pytest.raises(Invalid) as refused:
            check_scope(kind, incidents, other_area, theme)
        assert [one.path for one in refused.value.errors] == [path]


def test_who_leads_a_joint_one_is_the_other_area_or_this_partnership() -> None:
    check_scope(Kind.JOINT, 1, "Stockport", None, led_by="Stockport")
    with pytest.raises(Invalid) as refused:
        check_scope(Kind.JOINT, 1, "Stockport", None, led_by="Trafford")
    assert [one.path for one in refused.value.errors] == ["led_by"]


def test_only_what_nobody_asks_for_is_given_up() -> None:
    must_be_voluntary([])
    with pytest.raises(Mandatory, match="SI-2627-0001, SI-2627-0002"):
        must_be_voluntary(["SI-2627-0001", "SI-2627-0002"])


def test_how_the_returns_stand() -> None:
    assert said_of_returns(0, 0, 0) == "No agency has been asked yet."
    assert said_of_returns(3, 1, 0) == "1 of 3 agencies has sent their return."
    assert said_of_returns(3, 2, 1) == "2 of 3 agencies have sent their return, 1 overdue."


def test_when_a_return_is_due_and_its_agency_asked_again() -> None:
    """Five working days; then every other working day as it opens, over a weekend."""
    due_rule, again_rule = (in_force([one], WEDNESDAY_NOON.date(), "rule").rule for one in RULES)
    due_at = returns.return_by(due_rule, None, WEDNESDAY_NOON, CALENDAR)
    assert due_at == datetime(2026, 10, 14, 16, 0, tzinfo=UTC)
    again = [due_at]
    for _ in range(3):
        again.append(returns.ask_again_at(again_rule, again[-1], CALENDAR))
    assert again[1:] == [datetime(2026, 10, day, 8, 0, tzinfo=UTC) for day in (16, 20, 22)]
    assert all(CALENDAR.is_working(one) for one in again[1:])
    earlier = datetime(2026, 10, 9, 16, 0, tzinfo=UTC)
    assert returns.return_by(due_rule, earlier, WEDNESDAY_NOON, CALENDAR) == earlier
    for wrong, code in ((datetime(2026, 10, 15, 16, 0, tzinfo=UTC), "later"), (WEDNESDAY_NOON, "past")):
        with pytest.raises(Invalid) as refused:
            returns.return_by(due_rule, wrong, WEDNESDAY_NOON, CALENDAR)
        assert refused.value.errors[0].code == code


def test_who_is_asked_and_who_sends() -> None:
    returns.check_asked("a-school", None)
    returns.check_asked(None, "Stockport's front door")
    for given in ((None, None), ("a-school", "A School")):
        with pytest.raises(Invalid):
            returns.check_asked(*given)
    returns.must_send("a-school", ("a-school",))
    returns.must_send(None, ("the-council",))
    with pytest.raises(returns.NotYourReturn):
        returns.must_send("a-school", ("the-council",))
