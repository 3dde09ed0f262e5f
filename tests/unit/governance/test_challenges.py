"""Challenges: who follows whose, and what may be said at the end."""

import itertools
from datetime import date

import pytest

from services.governance.challenges.domain import (
    OVER,
    TRANSITIONS,
    WAITS_FOR,
    Made,
    NotYourChallenge,
    Outcome,
    OwnImpact,
    Status,
    ahead,
    check_close,
    earlier,
    is_late,
    made_by,
    must_follow,
    must_recheck,
)
from services.governance.rulebook import last_day
from shared.policy import Access, AgencyType, Principal, Role
from shared.problems import Invalid
from tests.service.governance.running import WEDNESDAY_NOON

TODAY = date(2026, 10, 7)


def somebody(*roles: Role, agency: str = "an-agency", acting_for: tuple[str, ...] = ()) -> Principal:
    """A person with a token."""
    return Principal(
        "s", "c", agency, AgencyType.INDEPENDENT, frozenset(roles), frozenset(), Access.USER, acting_for
    )  # fmt: skip


def test_no_change_is_closed_unlooked_at() -> None:
    """What was agreed leads to the end by way of the change and its re-check only; nothing leads out of the end."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.CLOSED} == {
        Status.RESPONDED,
        Status.RECHECKED,
    }
    assert not {status for status, _ in TRANSITIONS} & set(OVER)
    assert {to for (status, _), to in TRANSITIONS.items() if status is Status.CHANGE_AGREED} == {Status.CHANGED}


@pytest.mark.parametrize(("status", "outcome"), list(itertools.product((Status.RESPONDED, Status.RECHECKED), Outcome)))
def test_only_what_was_rechecked_has_changed(status: Status, outcome: Outcome) -> None:
    allowed = {
        Status.RESPONDED: {Outcome.ANSWER_ACCEPTED, Outcome.UNRESOLVED},
        Status.RECHECKED: {Outcome.CHANGED, Outcome.UNRESOLVED},
    }
    if outcome in allowed[status]:
        check_close(status, outcome)
    else:
        with pytest.raises(Invalid, match="re-check"):
            check_close(status, outcome)


@pytest.mark.parametrize("role", list(Role))
def test_as_what_one_challenges(role: Role) -> None:
    """The scrutineer and the partners in their own roles, a chair in the body's name, nobody else."""
    if role in {Role.SCRUTINEER, Role.DELEGATED_PARTNER, Role.LEAD_PARTNER}:
        assert made_by(somebody(role), None, ()) == Made(role, "an-agency", None)
    else:
        with pytest.raises(Invalid, match="Name the body"):
            made_by(somebody(role), None, ("executive",))
    assert made_by(somebody(role), "executive", ("executive",)).body_id == "executive"
    with pytest.raises(NotYourChallenge):
        made_by(somebody(role), "executive", ("quality-assurance",))


def test_who_follows_whose() -> None:
    """A scrutineer's successor follows hers; a chair's, his; nobody another's."""
    hers, bodys = Made(Role.SCRUTINEER, "an-agency", None), Made(Role.BODY_CHAIR, "an-agency", "executive")
    must_follow(hers, somebody(Role.SCRUTINEER), ())
    must_follow(bodys, somebody(Role.BODY_CHAIR, agency="another"), ("executive",))
    for made, who, chairs in (
        (hers, somebody(Role.SCRUTINEER, agency="another"), ("executive",)),
        (hers, somebody(Role.LEAD_PARTNER), ("executive",)),
        (bodys, somebody(Role.BODY_CHAIR), ("quality-assurance",)),
        (bodys, somebody(Role.SCRUTINEER), ()),
    ):
        with pytest.raises(NotYourChallenge):
            must_follow(made, who, chairs)


def test_nobody_rechecks_the_own_change() -> None:
    """Not the agency, nor who acts for it."""
    must_recheck("challenged", somebody(Role.QA_MEMBER))
    for who in (somebody(agency="challenged"), somebody(acting_for=("challenged",))):
        with pytest.raises(OwnImpact):
            must_recheck("challenged", who)


def test_days() -> None:
    """An earlier day than the rule's may be set, a day that is over may not; the last day itself is in time."""
    rule_day, _ = last_day("challenge_response", WEDNESDAY_NOON)
    assert rule_day == date(2026, 11, 4)
    assert last_day("challenge_recheck", WEDNESDAY_NOON)[0] == date(2027, 4, 7)
    assert earlier(rule_day, None, "x", TODAY) == rule_day
    assert earlier(rule_day, TODAY, "x", TODAY) == ahead(TODAY, "x", TODAY) == TODAY
    for wrong in (date(2026, 11, 5), date(2026, 10, 6)):
        with pytest.raises(Invalid):
            earlier(rule_day, wrong, "x", TODAY)
    assert [is_late(Status.CHANGE_AGREED, TODAY, date(2026, 10, day)) for day in (6, 7, 8)] == [False, False, True]
    assert [is_late(status, TODAY, date(2026, 10, 8)) for status in Status] == [one in WAITS_FOR for one in Status]
