"""Every way in which three partners can vote, under every rule, before, at and after the date."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import services
from shared.deadlines import Rule as Deadline
from shared.deadlines import Unit
from shared.joint_decisions.domain import (
    DecidedBy,
    Do,
    Kind,
    Level,
    OnDissent,
    OnSilence,
    Partner,
    Rule,
    Status,
    Tally,
    Verdict,
    Vote,
    following,
    step,
    tally,
)
from shared.joint_decisions.kinds import Kinds
from shared.loading import BadFile
from shared.policy import STATUTORY
from shared.problems import Invalid

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


def test_what_follows_is_possible() -> None:
    """Whatever the three vote, what follows can be done to an open decision, and ends it where something is decided."""
    for cast, rule, now in itertools.product(CAST, RULES, TIMES.values()):
        found = counted(cast, rule, now)
        do = following(found)
        assert (do is None) == (found.verdict in {Verdict.AWAITED, Verdict.OVERDUE})
        if do:
            assert (step(Status.OPEN, do) is Status.REACHED) == (found.choice is not None)
        assert (do is Do.SILENCE) == (found.verdict is Verdict.CLIMBS and not found.dissenting)


TEN_DAYS = Deadline(code="made_up", version="1", amount=10, unit=Unit.WORKING_DAYS)
DELEGATES = Level(DecidedBy.DELEGATED_PARTNER, TEN_DAYS, Rule(OnDissent.CLIMB, OnSilence.CLIMB))
CHIEFS = Level(DecidedBy.LEAD_PARTNER, TEN_DAYS, Rule(OnDissent.VOTE_AGAIN, OnSilence.WAIT))


def kind(*levels: Level, choices: tuple[tuple[str, str], ...] = (("yes", "Yes."), ("no", "No."))) -> Kind:
    """A kind of decision made at these levels."""
    return Kind(
        code="made_up",
        version="1",
        title="Made up",
        choices=choices,
        otherwise="No.",
        levels=levels,
        source="Made up",
        verified=False,
        effective_from=date(2018, 6, 29),
        effective_to=None,
    )


@pytest.mark.parametrize(
    ("levels", "choices"),
    [
        ((), ("yes", "no")),
        ((DELEGATES,), ("yes", "no")),  # dissent climbs to nobody
        ((replace(DELEGATES, rule=Rule(OnDissent.STANDS, OnSilence.CLIMB)),), ("yes", "no")),  # silence does
        ((CHIEFS, DELEGATES), ("yes", "no")),
        ((CHIEFS, CHIEFS), ("yes", "no")),
        ((DELEGATES, CHIEFS), ("yes",)),
        ((DELEGATES, CHIEFS), ("yes", "yes")),
    ],
)
def test_a_kind_that_leads_nowhere(levels: tuple[Level, ...], choices: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):
        kind(*levels, choices=tuple((code, "A choice.") for code in choices))


def test_who_votes_next() -> None:
    both = kind(DELEGATES, CHIEFS)
    assert both.level_after(Do.DISSENT, DecidedBy.DELEGATED_PARTNER) is CHIEFS
    assert both.level_after(Do.SILENCE, DecidedBy.DELEGATED_PARTNER) is CHIEFS
    assert both.level_after(Do.VOTE_AGAIN, DecidedBy.DELEGATED_PARTNER) is DELEGATES
    with pytest.raises(Invalid, match="yes, no"):
        both.must_offer("perhaps")


def test_the_data_of_every_service() -> None:
    """Each kind in force says what silence means; two versions never apply on one day."""
    files = list((Path(services.__path__[0])).glob("*/data/joint_decisions.yaml"))
    assert files
    for path in files:
        kinds = Kinds(path)
        in_force = kinds.all_on(DUE.date())
        assert in_force
        for one in in_force:
            assert one is kinds.on(one.code, DUE.date()) is kinds.get(one.code, one.version)


def test_two_versions_on_one_day(tmp_path: Path) -> None:
    path = Path(services.__path__[0]) / "governance" / "data" / "joint_decisions.yaml"
    row = path.read_text().split("kinds:\n")[1].split("\n\n")[0]
    wrong = tmp_path / "kinds.yaml"
    wrong.write_text("kinds:\n" + row + "\n" + row.replace('version: "1"', 'version: "2"') + "\n")
    with pytest.raises(BadFile, match="two versions"):
        Kinds(wrong)
