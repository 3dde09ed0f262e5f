"""Which ladders may be decided jointly, who may vote when, and what the outcome tells."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.escalations.app import SERVICE
from services.escalations.decisions.domain import reasons, round_at, rule_of
from services.escalations.ladders.commands import read_ladders
from services.escalations.ladders.domain import (
    Allowance,
    Duty,
    Formality,
    Kind,
    Ladder,
    OnBreach,
    Priority,
    Stage,
    StageClock,
)
from services.escalations.ladders.queries import ladder_from
from shared.clocks import Unit
from shared.joint_decisions.domain import (
    AlreadyVoted,
    DecidedBy,
    NotYourVote,
    OnDissent,
    OnSilence,
    Partner,
    RoundOver,
    Rule,
    Vote,
    must_vote,
)
from shared.policy import STATUTORY, Access, AgencyType, Principal, Role, Seniority
from shared.problems import Invalid

DUE = datetime(2026, 10, 21, 16, 0, tzinfo=UTC)
PLAIN = Stage(
    order=1,
    name="A stage",
    formality=Formality.FORMAL,
    seniority=Seniority.DIRECTOR,
    clocks=(StageClock(Duty.RESPOND, dict.fromkeys(Priority, Allowance(4, Unit.CLOCK_HOURS)), OnBreach.FLAG),),
)


def stage(
    order: int, decided_by: DecidedBy | None, on_dissent: OnDissent | None, on_breach: OnBreach = OnBreach.FLAG
) -> Stage:
    """A rung."""
    clocks = tuple(replace(clock, on_breach=on_breach) for clock in PLAIN.clocks)
    return replace(PLAIN, order=order, decided_by=decided_by, on_dissent=on_dissent, clocks=clocks)


def ladder(*stages: Stage) -> Ladder:
    """A ladder of these rungs above one where the two agencies meet."""
    return Ladder(
        "x", 1, "X", Kind.PARTNERSHIP_DISPUTE, False, "made up", date(2019, 9, 1), None, False, (PLAIN, *stages)
    )


DELEGATES = stage(2, DecidedBy.DELEGATED_PARTNER, OnDissent.CLIMB, OnBreach.ADVANCE)
CHIEFS = stage(3, DecidedBy.LEAD_PARTNER, OnDissent.VOTE_AGAIN)


def test_the_published_dispute_ladder() -> None:
    """Delegates' dissent and silence go to the chiefs; these vote again, and their silence waits."""
    documents = read_ladders(SERVICE.migrations.parent / "data" / "ladders.yaml")
    dispute = next(ladder_from(one) for one in documents if one["kind"] == "partnership_dispute")
    rules = {one.decided_by: rule_of(one) for one in dispute.stages if one.decided_by}
    assert rules == {
        DecidedBy.DELEGATED_PARTNER: Rule(OnDissent.CLIMB, OnSilence.CLIMB),
        DecidedBy.LEAD_PARTNER: Rule(OnDissent.VOTE_AGAIN, OnSilence.WAIT),
    }


def test_a_ladder_that_is_whole() -> None:
    """Delegates, then their chiefs."""
    assert ladder(DELEGATES, CHIEFS).last == 3


@pytest.mark.parametrize(
    ("stages", "field"),
    [
        ((replace(DELEGATES, on_dissent=None), CHIEFS), "stages.2.on_dissent"),
        ((replace(DELEGATES, decided_by=None), CHIEFS), "stages.2.on_dissent"),
        ((DELEGATES,), "stages.2"),  # dissent climbs to nobody
        ((DELEGATES, stage(3, None, None)), "stages.2"),  # … or to those who do not vote
        ((stage(2, DecidedBy.DELEGATED_PARTNER, OnDissent.MAJORITY, OnBreach.ADVANCE),), "stages.2"),  # silence does
        ((DELEGATES, replace(CHIEFS, on_dissent=OnDissent.CLIMB)), "stages.3"),
    ],
)
def test_a_ladder_that_leads_nowhere(stages: tuple[Stage, ...], field: str) -> None:
    """Refused when it is made, with the path of what is wrong."""
    with pytest.raises(Invalid) as refused:
        ladder(*stages)
    assert refused.value.errors[0].path == field


def test_no_ladder_begins_with_a_vote() -> None:
    """The two agencies meet first."""
    with pytest.raises(Invalid, match="meet first"):
        Ladder("x", 1, "X", Kind.CASEWORK, False, "", date(2019, 9, 1), None, False, (replace(CHIEFS, order=1),))


def voter(kind: AgencyType, *roles: Role, subject: str = "somebody") -> Principal:
    """Somebody with a token."""
    return Principal(subject, "tests", str(kind), kind, frozenset(roles), frozenset(), Access.USER)


@pytest.mark.parametrize(("kind", "role", "one"), list(itertools.product(sorted(STATUTORY), Role, (DELEGATES, CHIEFS))))
def test_the_role_is_the_stages(kind: AgencyType, role: Role, one: Stage) -> None:
    """Of all roles only the one that the stage names votes there."""
    if role.value == one.decided_by:
        must_vote(round_at(2, one, DUE), voter(kind, role), 2, DUE)
    else:
        with pytest.raises(NotYourVote):
            must_vote(round_at(2, one, DUE), voter(kind, role), 2, DUE)


def test_the_business_unit_has_no_vote() -> None:
    """Not in a deputy's seat either."""
    both = voter(AgencyType.COUNCIL, Role.DELEGATED_PARTNER, Role.DEPUTY, Role.BUSINESS_UNIT)
    with pytest.raises(NotYourVote, match="business unit"):
        must_vote(round_at(2, DELEGATES, DUE), both, 2, DUE)


def test_each_partner_once_and_nobody_for_two() -> None:
    """Whoever has voted stands in the way of that partner, and of that person."""
    cast = Vote(Partner.POLICE, "an officer", "policy_gap", "because")
    round_ = round_at(2, DELEGATES, DUE, (cast,))
    with pytest.raises(AlreadyVoted):
        must_vote(round_, voter(AgencyType.POLICE, Role.DELEGATED_PARTNER), 2, DUE)
    with pytest.raises(NotYourVote, match="police"):
        must_vote(round_, voter(AgencyType.ICB, Role.DELEGATED_PARTNER, subject="an officer"), 2, DUE)
    must_vote(round_, voter(AgencyType.ICB, Role.DELEGATED_PARTNER), 2, DUE)


def test_in_time_and_in_this_round() -> None:
    """The due instant is in time; after it silence has taken the matter up, or the vote is still awaited."""
    later = DUE + timedelta(microseconds=1)
    delegate, chief = voter(AgencyType.ICB, Role.DELEGATED_PARTNER), voter(AgencyType.ICB, Role.LEAD_PARTNER)
    must_vote(round_at(2, DELEGATES, DUE), delegate, 2, DUE)
    with pytest.raises(RoundOver):
        must_vote(round_at(2, DELEGATES, DUE), delegate, 2, later)
    must_vote(round_at(3, CHIEFS, DUE), chief, 3, later)
    for late in (chief, delegate):  # who held the vote then is told that the round is over, not that it was never hers
        with pytest.raises(RoundOver, match="round 4"):
            must_vote(round_at(4, CHIEFS, DUE), late, 3, DUE)
    for nobody in (
        voter(AgencyType.ICB, Role.SCRUTINEER),
        voter(AgencyType.COUNCIL, Role.LEAD_PARTNER, Role.BUSINESS_UNIT),
    ):
        with pytest.raises(NotYourVote):  # who has no vote at all hears so, and nothing of rounds
            must_vote(round_at(4, CHIEFS, DUE), nobody, 3, DUE)


def test_the_outcome_tells_every_reason() -> None:
    """One paragraph each, the own cause marked."""
    votes = (
        Vote(Partner.POLICE, "a", "policy_gap", "No policy covers it.", own_cause=True),
        Vote(Partner.ICB, "b", "policy_gap", "As the police say.", as_deputy=True),
        Vote(Partner.COUNCIL, "c", "policy_gap", "So do we.", own_cause=True, as_deputy=True),
    )
    names = {
        Partner.POLICE: "Cheshire Constabulary",
        Partner.ICB: "NHS Cheshire and Merseyside",
        Partner.COUNCIL: "Cheshire East Council",
    }
    assert reasons(votes, names) == (
        "Cheshire Constabulary (in its own cause): policy gap. No policy covers it.\n\n"
        "NHS Cheshire and Merseyside (by a deputy): policy gap. As the police say.\n\n"
        "Cheshire East Council (in its own cause, by a deputy): policy gap. So do we."
    )
