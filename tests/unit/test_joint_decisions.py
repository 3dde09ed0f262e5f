"""Every way in which three partners can vote, under every rule, before, at and after the date."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from shared.joint_decisions.domain import OnDissent, OnSilence, Partner, Rule, Tally, Verdict, Vote, tally
from shared.policy import STATUTORY

DUE = datetime(2026, 10, 21, 16, 0, tzinfo=UTC)
TIMES = {"before": DUE - timedelta(microseconds=1), "at": DUE, "after": DUE + timedelta(microseconds=1)}
CHOICES = ("changed", "upheld", "new plan")
RULES = [Rule(*both) for both in itertools.product(OnDissent, OnSilence)]
CAST = [dict(zip(Partner, chosen, strict=True)) for chosen in itertools.product((None, *CHOICES), repeat=3)]

Cast = Mapping[Partner, str | None]


def ballots(cast: Cast) -> list[Vote]:
    """The votes of those who voted, each by a person of its own with a reason."""
    return [Vote(partner, f"{partner}'s", choice, f"why {choice}") for partner, choice in cast.items() if choice]


def counted(cast: Cast, rule: Rule, now: datetime) -> Tally:
    """The tally of what was cast."""
    return tally(ballots(cast), rule, DUE, now)


def expected(cast: Cast, rule: Rule, late: bool) -> Verdict:
    """What should follow, said as the rules are said: case by case."""
    cast_for = [choice for choice in cast.values() if choice]
    match len(cast_for), len(set(cast_for)):
        case 3, 1:
            return Verdict.AGREED
        case 3, 2 if rule.on_dissent is OnDissent.MAJORITY:
            return Verdict.MAJORITY
        case 3, 3 if rule.on_dissent is OnDissent.MAJORITY:
            return Verdict.VOTED_AGAIN
        case ((2 | 3), (2 | 3)) if rule.on_dissent is not OnDissent.MAJORITY:
            return {"climb": Verdict.CLIMBS, "vote_again": Verdict.VOTED_AGAIN, "stands": Verdict.STANDS}[
                rule.on_dissent
            ]
        case _ if not late:
            return Verdict.AWAITED
        case _:
            return {"climb": Verdict.CLIMBS, "wait": Verdict.OVERDUE, "stands": Verdict.STANDS}[rule.on_silence]


def test_every_combination() -> None:
    """64 ways to vote × 12 rules × 3 instants; a vote on the due instant is in time."""
    asked = 0
    for cast, rule, (when, now) in itertools.product(CAST, RULES, TIMES.items()):
        asked += 1
        found = counted(cast, rule, now)
        assert found.verdict is expected(cast, rule, when == "after"), (cast, rule, when)
        assert found.missing == tuple(partner for partner in Partner if not cast[partner])
        assert (found.choice is not None) == (found.verdict in {Verdict.AGREED, Verdict.MAJORITY})
    assert asked == 64 * 12 * 3


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_only_three_equal_votes_agree(rule: Rule) -> None:
    """A joint decision exists only when all three have voted for the same; two decide only where the rule says so."""
    for cast, now in itertools.product(CAST, TIMES.values()):
        found = counted(cast, rule, now)
        voted = list(cast.values())
        if found.verdict is Verdict.AGREED:
            assert voted == [found.choice] * 3
        if found.verdict is Verdict.MAJORITY:
            assert rule.on_dissent is OnDissent.MAJORITY
            assert (voted.count(found.choice), None in voted) == (2, False)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_partners_are_equal(rule: Rule) -> None:
    """Which partner voted how, and in which order, changes nothing."""
    for cast, now in itertools.product(CAST, TIMES.values()):
        found = counted(cast, rule, now)
        for order in itertools.permutations(Partner):
            swapped = counted(dict(zip(order, cast.values(), strict=True)), rule, now)
            assert (swapped.verdict, swapped.choice) == (found.verdict, found.choice)
        for votes in itertools.permutations(ballots(cast)):
            again = tally(votes, rule, DUE, now)
            assert (again.verdict, again.choice, again.missing) == (found.verdict, found.choice, found.missing)


def completions(cast: Cast) -> Iterator[Cast]:
    """Every way in which the missing votes could be cast."""
    missing = [partner for partner in Partner if not cast[partner]]
    for chosen in itertools.product(CHOICES, repeat=len(missing)):
        yield {**cast, **dict(zip(missing, chosen, strict=True))}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_it_ends_when_no_missing_vote_can_change_it(rule: Rule) -> None:
    """What has ended would have ended the same with every vote; what is awaited could still end in two ways."""
    for cast in CAST:
        found = counted(cast, rule, TIMES["before"])
        ends = {
            (end.verdict, end.choice) for end in (counted(whole, rule, TIMES["before"]) for whole in completions(cast))
        }
        if found.verdict is Verdict.AWAITED:
            assert len(ends) > 1, (cast, rule)
        else:
            assert ends == {(found.verdict, found.choice)}, (cast, rule)


def test_dissent_is_kept_with_its_reason() -> None:
    """Who did not vote for what is decided stands in the tally with the reason; all of them, where nothing is decided."""
    rule = Rule(OnDissent.MAJORITY, OnSilence.WAIT)
    cast = {Partner.COUNCIL: "upheld", Partner.ICB: "changed", Partner.POLICE: "changed"}
    found = counted(cast, rule, DUE)
    assert [(vote.partner, vote.reason) for vote in found.dissenting] == [(Partner.COUNCIL, "why upheld")]
    found = counted(cast | {Partner.ICB: "new plan"}, rule, DUE)
    assert len(found.dissenting) == 3
    assert counted(dict.fromkeys(Partner, "changed"), rule, DUE).dissenting == ()


def test_nobody_votes_for_two() -> None:
    """A person who stands in the votes twice, or a partner, is no tally."""
    rule = Rule(OnDissent.CLIMB, OnSilence.CLIMB)
    one = Vote(Partner.POLICE, "a person", "changed", "because")
    for other in (
        Vote(Partner.ICB, "a person", "changed", "because"),
        Vote(Partner.POLICE, "another", "changed", "because"),
    ):
        with pytest.raises(ValueError, match="nobody votes for two"):
            tally([one, other], rule, DUE, DUE)


def test_the_three_are_the_statutory_partners() -> None:
    """The words are those of the policy's agency types."""
    assert {partner.value for partner in Partner} == {kind.value for kind in STATUTORY}
