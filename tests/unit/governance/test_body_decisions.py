"""Which partners a body needs, what a decision may be, and who records it."""

from datetime import date
from itertools import chain, combinations
from uuid import UUID

import pytest

from services.governance.bodies.domain import Body, Kind
from services.governance.body_decisions.domain import How, Inquorate, OnMissing, Quorum, Taken, listed
from services.governance.body_decisions.queries import quorum_on
from services.governance.memberships.domain import OF_EXECUTIVE, NotInTheChair, Seat, Sitting, check_chairs
from shared.joint_decisions.domain import Partner
from shared.policy import Reach, Scope, View
from shared.problems import Invalid

TODAY = date(2026, 10, 7)
BODY = Body(id="audit-group", name="Audit group", kind=Kind.SUBGROUP, effective_from=date(2020, 1, 1))
THREE = tuple(Partner)
SOME = list(chain.from_iterable(combinations(THREE, count) for count in range(4)))
REFUSES = Quorum(rule="executive/1", needed=THREE, on_missing=OnMissing.REFUSE, seats=OF_EXECUTIVE)
NOTES = Quorum(rule="strategic_group/1", needed=THREE, on_missing=OnMissing.NOTE, seats=frozenset({Seat.MEMBER}))


def taken(**more: object) -> Taken:
    """A decision of today's meeting with all three."""
    usual = {"how": How.MEETING, "taken_on": TODAY, "present": THREE, "agreed": THREE}
    return Taken(**usual | more)  # type: ignore[arg-type]


@pytest.mark.parametrize("there", SOME)
@pytest.mark.parametrize("how", How)
def test_each_of_the_three_is_needed(how: How, there: tuple[Partner, ...]) -> None:
    decision = taken(how=how, present=there if how is How.MEETING else (), agreed=there)
    away = set(THREE) - set(there)
    assert set(decision.missing(REFUSES)) == away
    decision.check_quorum(NOTES)
    if away:
        with pytest.raises(Inquorate, match=listed([p for p in THREE if p in away])):
            decision.check_quorum(REFUSES)
    else:
        decision.check_quorum(REFUSES)


def test_presence_is_enough_at_a_meeting_and_silence_is_not_by_correspondence() -> None:
    taken(agreed=()).check_quorum(REFUSES)
    with pytest.raises(Inquorate, match="the council, the ICB and the police"):
        taken(how=How.CORRESPONDENCE, present=THREE, agreed=()).check_quorum(REFUSES)


@pytest.mark.parametrize(
    ("decision", "earlier", "codes"),
    [
        (taken(), None, []),
        (taken(taken_on=date(2026, 10, 8)), None, ["future"]),
        (taken(taken_on=date(2019, 12, 31)), None, ["no_body"]),
        (taken(how=How.CORRESPONDENCE), None, ["correspondence"]),
        (taken(how=How.CORRESPONDENCE, present=()), None, []),
        (taken(present=THREE[:1]), None, ["absent"]),
        (taken(taken_on=date(2026, 10, 1), supersedes=UUID(int=1)), taken(), ["later"]),
        (taken(supersedes=UUID(int=1)), taken(), []),
    ],
)
def test_what_a_decision_may_be(decision: Taken, earlier: Taken | None, codes: list[str]) -> None:
    if not codes:
        decision.check(BODY, TODAY, earlier)
        return
    with pytest.raises(Invalid) as refused:
        decision.check(BODY, TODAY, earlier)
    assert [error.code for error in refused.value.errors] == codes


def test_every_kind_of_body_has_its_quorum() -> None:
    for kind in Kind:
        quorum = quorum_on(kind, TODAY)
        assert quorum, kind
        assert quorum.rule == f"{kind}/1"
    executive = quorum_on(Kind.EXECUTIVE, TODAY)
    assert executive == REFUSES
    assert quorum_on(Kind.EXECUTIVE, date(2019, 8, 31)) is None


def sitting(seat: Seat, in_place_of: Seat | None = None, body_id: str = BODY.id) -> Sitting:
    """A seat of the police's."""
    return Sitting(body_id=body_id, agency_id="cheshire-constabulary", seat=seat, in_place_of=in_place_of)


@pytest.mark.parametrize("seat", Seat)
@pytest.mark.parametrize("in_place_of", [None, *Seat])
@pytest.mark.parametrize("body_id", [BODY.id, "elsewhere"])
def test_the_chair_of_that_body_or_the_chairs_deputy(seat: Seat, in_place_of: Seat | None, body_id: str) -> None:
    of_body, everywhere = (Reach(((scope, View.ANONYMISED),)) for scope in (Scope.BODY, Scope.ALL))
    check_chairs(BODY.id, everywhere, ())
    held = [sitting(seat, in_place_of, body_id)]
    with pytest.raises(NotInTheChair):
        check_chairs(BODY.id, Reach(()), held)
    if body_id == BODY.id and Seat.CHAIR in {seat, in_place_of}:
        check_chairs(BODY.id, of_body, held)
    else:
        with pytest.raises(NotInTheChair):
            check_chairs(BODY.id, of_body, held)
