"""Learning points: every role on every route, and the days by which they are taken."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from services.escalations.learning.domain import (
    TAKERS,
    TRANSITIONS,
    NotYours,
    Route,
    Status,
    check_owner,
    is_late,
    must_take,
    take_by,
)
from services.escalations.rulebook import CALENDAR, rule_on
from shared.deadlines import due
from shared.policy import HOLDING, Access, AgencyType, Principal, Role
from shared.problems import Invalid

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
TODAY = NOON.date()


def test_nothing_is_closed_that_was_not_taken() -> None:
    """The only way to closed leads through taken; nothing leads out of it, or out of no learning."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.CLOSED} == {Status.TAKEN}
    assert {status for status, _ in TRANSITIONS} == {Status.RECORDED, Status.TAKEN}


def somebody(*roles: Role, agency: str = "an-agency", acting_for: tuple[str, ...] = ()) -> Principal:
    """A person with a token."""
    kind = next(kind for kind in AgencyType if all(kind in HOLDING[role].types for role in roles))
    return Principal("s", "c", agency, kind, frozenset(roles), frozenset(), Access.USER, acting_for)


@pytest.mark.parametrize(("route", "role"), list(itertools.product(Route, Role)))
def test_each_role_on_each_route(route: Route, role: Role) -> None:
    """A role takes what its routes bring; an agency's lead what the agency owns, whatever the route, and nothing else."""
    if role in TAKERS[route]:
        must_take(route, None, somebody(role))
    else:
        with pytest.raises(NotYours):
            must_take(route, "another-agency", somebody(role))
    if role is Role.AGENCY_LEAD:
        must_take(route, "an-agency", somebody(role))
        must_take(route, "a-school", somebody(role, acting_for=("a-school",)))


def test_every_route_leads_to_somebody() -> None:
    """But for what is nothing, and what is one agency's own."""
    assert {route for route in Route if not TAKERS[route]} == {Route.NONE, Route.SINGLE_AGENCY}


@pytest.mark.parametrize("route", [route for route in Route if route is not Route.NONE])
def test_every_route_has_its_rule(route: Route) -> None:
    """Each rule gives a day after the one on which it starts; none of them is claimed to be anybody else's."""
    rule = rule_on(f"learning_taken_{route}", TODAY)
    assert CALENDAR.date_of(due(rule, NOON, CALENDAR)) > TODAY


def test_the_rules_days() -> None:
    """A possible review is looked at as fast as an incident is notified; training has two months."""
    days = {
        route: CALENDAR.date_of(due(rule_on(f"learning_taken_{route}", TODAY), NOON, CALENDAR))
        for route in (Route.POSSIBLE_REVIEW, Route.TRAINING)
    }
    assert days == {Route.POSSIBLE_REVIEW: date(2026, 10, 14), Route.TRAINING: date(2026, 12, 2)}


@pytest.mark.parametrize(
    ("route", "agency", "body", "codes"),
    [
        (Route.SINGLE_AGENCY, None, None, ["missing"]),
        (Route.SINGLE_AGENCY, None, "executive", ["missing"]),
        (Route.TRAINING, "an-agency", "executive", ["two_owners"]),
        (Route.NONE, "an-agency", None, ["none"]),
        (Route.SINGLE_AGENCY, "an-agency", None, []),
        (Route.EXECUTIVE, None, "executive", []),
        (Route.NONE, None, None, []),
    ],
)
def test_owners(route: Route, agency: str | None, body: str | None, codes: list[str]) -> None:
    """One owner, and one that the route goes with."""
    try:
        check_owner(route, agency, body)
        found = []
    except Invalid as refused:
        found = [error.code for error in refused.errors]
    assert found == codes


def test_a_day_may_be_earlier_and_never_later() -> None:
    """The rule's day where none is asked for; today at the earliest."""
    rule_day = TODAY + timedelta(days=20)
    assert take_by(rule_day, None, NOON) == rule_day
    assert take_by(rule_day, TODAY, NOON) == TODAY
    for wanted in (rule_day + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            take_by(rule_day, wanted, NOON)


def test_late_begins_at_midnight_in_london() -> None:
    """On the last day it is in time, however late in the evening; in summer midnight is an hour earlier in UTC."""
    assert not is_late(date(2026, 10, 7), datetime(2026, 10, 7, 22, 59, tzinfo=UTC))
    assert is_late(date(2026, 10, 7), datetime(2026, 10, 7, 23, 0, tzinfo=UTC))
    assert not is_late(None, NOON)
