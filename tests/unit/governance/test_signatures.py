"""Two-phase sign-off: nobody closes an action alone, with one agency, or by her own work, whatever the order of acts."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.governance.actions.domain import (
    OPEN,
    WORK,
    Beside,
    Do,
    OwnWork,
    SignatureStale,
    Status,
    check_current,
    must_work,
    step,
)
from services.governance.claims.domain import TooEarly, check_activity, check_impact, check_test
from services.governance.memberships.domain import Seat, Sitting
from services.governance.plans.domain import EvidenceKind, Phase, Signing
from services.governance.plans.queries import signing
from services.governance.signatures.domain import (
    PHASES,
    SET_ASIDE,
    Decided,
    HostSignsNoImpact,
    NotOnSigningBody,
    Put,
    SignedByOne,
    Standing,
    check_decision,
    must_be_different,
    must_sign,
    must_sit,
)
from shared.moves import NotNow
from shared.policy import Access, AgencyType, Principal, Role
from shared.problems import Invalid, Problem

CASE, OTHER, INSPECTION = signing("case_review", "1"), signing("other", "1"), signing("inspection", "1")
BODIES = ("executive", "learning-and-improvement", "quality-assurance", "the-body")
AGENCIES = ("council", "police", "icb")
PEOPLE = tuple(str(UUID(int=number)) for number in range(1, 7))


def person(number: int, *roles: Role, agency: int | None = None) -> Principal:
    """One of a few people; each of one of three agencies."""
    of = AGENCIES[number % 3 if agency is None else agency]
    held = frozenset(roles or (Role.AGENCY_LEAD,))
    return Principal(PEOPLE[number], "c", of, AgencyType.COUNCIL, held, frozenset(), Access.USER)


def everywhere(principal: Principal) -> list[Sitting]:
    """A seat on every body: only the rules about people are left to stop her."""
    return [Sitting(body_id=body, agency_id=principal.agency_id, seat=Seat.MEMBER) for body in BODIES]


@dataclass
class Life:
    """An action of which everything is tried, by everybody, in any order."""

    rule: Signing
    owner: int
    status: Status = Status.PROPOSED
    content: int = 0
    workers: set[str] = field(default_factory=set)
    signed: list[tuple[Put, int]] = field(default_factory=list)
    ever: list[Put] = field(default_factory=list)

    @property
    def stale(self) -> bool:
        """Whether what was signed has changed."""
        return any(content != self.content for _, content in self.signed)

    def attempt(self, do: Do | Beside, who: Principal) -> None:
        """Do it, if the rules let her."""
        try:
            self._act(do, who)
        except Problem:
            return

    def _act(self, do: Do | Beside, who: Principal) -> None:
        if isinstance(do, Beside):
            must_work(who, UUID(PEOPLE[self.owner]), None)
            if self.status in OPEN:
                self.workers.add(who.subject)
                self.content += 1
            return
        after = step(self.status, do, self.rule)
        if do in PHASES:
            standing = Standing(
                status=self.status,
                rule=self.rule,
                body_id="the-body",
                owner_id=UUID(PEOPLE[self.owner]),
                workers=self.workers,
                before=[put for put, _ in self.signed],
                stale=self.stale,
            )
            phase, _ = must_sign(do, standing, who, everywhere(who))
            put = Put(phase, who.subject, who.agency_id)
            self.signed.append((put, self.content))
        elif do in WORK:
            must_work(who, UUID(PEOPLE[self.owner]), None)
            if do is Do.TEST:
                check_test(self.rule, moderated=self.status is Status.MODERATED)
            if do in {Do.TEST, Do.CLAIM_IMPACT}:
                check_current(stale=self.stale)
            self.workers.add(who.subject)
            self.content += do is Do.AMEND
        elif do is Do.RETURN:
            gone = SET_ASIDE[self.status]
            self.signed = [(put, at) for put, at in self.signed if put.phase not in gone]
        elif do is Do.REOPEN:
            self.signed = []
        self.status = after


ACTS = st.lists(
    st.tuples(st.sampled_from([*Do, Beside.SUPPLY]), st.integers(0, 5), st.sampled_from([(), (Role.BUSINESS_UNIT,)])),
    max_size=40,
)
# Most sequences of anything lead nowhere: these go the way, with anything done in between.
WAY = (Do.AGREE, Do.START, Do.CLAIM, Do.SIGN, Do.MODERATE, Do.TEST, Do.CLAIM_IMPACT, Do.SIGN_IMPACT, Do.CLOSE)


def closed_well(life: Life) -> bool:
    """Both phases by different people of two agencies, three people in all, none of them its owner or at work on it."""
    by_phase = {put.phase: put for put, _ in life.signed}
    names = {put.signer for put, _ in life.signed}
    return (
        {Phase.ACTIVITY, Phase.IMPACT, Phase.CLOSING} <= set(by_phase)
        and (Phase.MODERATION in by_phase or not life.rule.moderated)
        and len({put.signer for put, _ in life.signed if put.phase is not Phase.CLOSING}) == len(by_phase) - 1
        and by_phase[Phase.ACTIVITY].signer != by_phase[Phase.IMPACT].signer
        and by_phase[Phase.ACTIVITY].agency_id != by_phase[Phase.IMPACT].agency_id
        and len(names) >= 3
        and not names & {PEOPLE[life.owner], *life.workers}
        and not life.stale
    )


TRIES = st.lists(st.tuples(ACTS, st.permutations(range(6)), st.sets(st.sampled_from(WAY), max_size=2)), max_size=3)


@settings(max_examples=60)
@given(st.sampled_from([CASE, OTHER, INSPECTION]), st.integers(0, 5), TRIES)
def test_nobody_closes_an_action_alone(rule: Signing, owner: int, tries: list[Any]) -> None:
    """Whatever is tried by whomever in any order, and changed by its owner in between: when it is closed it is closed well."""
    life = Life(rule, owner)
    for acts, order, disturbed in tries:
        for do, number, roles in acts:
            life.attempt(do, person(number, *roles))
            assert life.status is not Status.CLOSED or closed_well(life), life
        for do in WAY:
            for number in order:
                life.attempt(do, person(number))
                assert life.status is not Status.CLOSED or closed_well(life), life
            if do in disturbed:
                life.attempt(Do.AMEND, person(owner))


def test_somebody_can_close_it() -> None:
    """The rules leave a way: each kind of action closes when different people each do their part."""
    for rule in (CASE, OTHER, INSPECTION):
        life = Life(rule, 0)
        for do in WAY:
            for number in range(6):
                before = life.status
                life.attempt(do, person(0) if do in WORK else person(number))
                if life.status is not before:
                    break
        assert life.status is Status.CLOSED
        assert closed_well(life)


def standing(**more: object) -> Standing:
    """An action whose activity is claimed."""
    usual = Standing(
        status=Status.ACTIVITY_CLAIMED,
        rule=CASE,
        body_id="the-body",
        owner_id=uuid4(),
        workers=(),
        before=(),
        stale=False,
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def test_each_guard_stops_who_is_not_to_sign() -> None:
    """One by one: the table, the seat, one's own work, the same person, the same agency, the host, a stale signature."""
    who = person(0)
    assert must_sign(Do.SIGN, standing(), who, everywhere(who)) == (Phase.ACTIVITY, "learning-and-improvement")
    first = (Put(Phase.ACTIVITY, PEOPLE[3], "council"),)  # of the council, as is person 0
    claimed = standing(status=Status.IMPACT_CLAIMED, before=first)
    with pytest.raises(NotNow):
        must_sign(Do.SIGN_IMPACT, standing(), who, everywhere(who))
    with pytest.raises(NotNow, match="no moderation"):
        must_sign(Do.MODERATE, standing(status=Status.ACTIVITY_SIGNED, rule=OTHER), who, everywhere(who))
    with pytest.raises(NotOnSigningBody, match="learning-and-improvement"):
        must_sign(Do.SIGN, standing(), who, everywhere(who)[:1])
    with pytest.raises(OwnWork):
        must_sign(Do.SIGN, standing(workers={who.subject}), who, everywhere(who))
    with pytest.raises(SignedByOne, match="another phase"):
        must_sign(Do.SIGN_IMPACT, claimed, person(3), everywhere(person(3)))
    with pytest.raises(SignedByOne, match="your agency"):
        must_sign(Do.SIGN_IMPACT, claimed, who, everywhere(who))
    host = person(1, Role.BUSINESS_UNIT, Role.LI_MEMBER)
    with pytest.raises(HostSignsNoImpact):
        must_sign(Do.SIGN_IMPACT, claimed, host, everywhere(host))
    with pytest.raises(SignatureStale):
        must_sign(Do.SIGN_IMPACT, replace(claimed, stale=True), person(1), everywhere(person(1)))
    assert must_sign(Do.SIGN_IMPACT, claimed, person(1), everywhere(person(1)))[0] is Phase.IMPACT


@pytest.mark.parametrize("seat", Seat)
def test_who_takes_part_without_deciding_signs_nothing(seat: Seat) -> None:
    """Members, the chair, the partners and a board's adviser sign, and whoever deputises for one of them."""
    who = person(0)
    signs = seat in {Seat.MEMBER, Seat.CHAIR, Seat.DELEGATED_PARTNER, Seat.LEAD_PARTNER, Seat.IMPROVEMENT_ADVISER}

    def seated(**more: object) -> list[Sitting]:
        return [replace(Sitting(body_id="executive", agency_id="council", seat=seat), **more)]  # type: ignore[arg-type]

    def refused(sittings: list[Sitting]) -> bool:
        try:
            must_sit(sittings, who, "executive")
        except NotOnSigningBody:
            return True
        return False

    assert refused(seated()) is not signs
    assert refused(seated(agency_id="police"))
    assert refused([Sitting(body_id="executive", agency_id="council", seat=Seat.DEPUTY, in_place_of=seat)]) is not signs


def test_two_people_do_not_close() -> None:
    """Who closes is a third, or three have signed before her."""
    two = [Put(Phase.ACTIVITY, PEOPLE[0], "council"), Put(Phase.IMPACT, PEOPLE[1], "police")]
    with pytest.raises(SignedByOne, match="three different people"):
        must_be_different(Phase.CLOSING, person(1), two)
    must_be_different(Phase.CLOSING, person(2), two)
    must_be_different(Phase.CLOSING, person(1), [*two, Put(Phase.MODERATION, PEOPLE[2], "icb")])


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        (None, "no_decision"),
        (Decided("another", date(2026, 10, 5), False, (None, None)), "no_decision"),
        (Decided("executive", date(2026, 10, 5), True, (None, None)), "superseded"),
        (Decided("executive", date(2026, 10, 4), False, (None, None)), "too_early"),
        (Decided("executive", date(2026, 10, 5), False, ("governance.action", "another")), "about_another"),
        (Decided("executive", date(2026, 10, 5), False, ("reviews.review", "another")), None),
        (Decided("executive", date(2026, 10, 5), False, (None, None)), None),
    ],
)
def test_a_signature_rests_on_a_decision(decided: Decided | None, code: str | None) -> None:
    """Of that body, standing, not older than the claim, and not about another action."""
    try:
        check_decision(decided, "executive", ("governance.action", uuid4()), date(2026, 10, 5))
        found = None
    except Invalid as refused:
        found = refused.errors[0].code
    assert found == code


def test_claims_rest_on_evidence_and_on_time() -> None:
    """Something shows the activity; figures and voices show impact, after the interval."""
    activity = (Phase.ACTIVITY, EvidenceKind.QUALITATIVE)
    figures, voices = (Phase.IMPACT, EvidenceKind.QUANTITATIVE), (Phase.IMPACT, EvidenceKind.QUALITATIVE)
    start = date(2027, 4, 7)
    check_activity([activity])
    with pytest.raises(Invalid):
        check_activity([figures, voices])
    check_impact(CASE, [figures, voices], start, start)
    with pytest.raises(TooEarly, match="6 months"):
        check_impact(CASE, [figures, voices], start, date(2027, 4, 6))
    for shown in ([activity, figures], [activity, voices]):
        with pytest.raises(Invalid, match="Supply qu"):
            check_impact(CASE, shown, start, start)
