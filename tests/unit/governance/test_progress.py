"""Progress: of what a share is one, in which words; and what was published that no count of the areas gives."""

from services.governance.actions.domain import Status
from services.governance.load import OWN_PLANS, read_plans
from services.governance.plans.domain import Area, AreaKind, Plan, Source, faults
from services.governance.progress.domain import COUNTED, Share, Standing, figures, sentence


def one(status: Status, *, area: str | None = None, **more: bool) -> Standing:
    """An action."""
    usual = dict.fromkeys(("phase_1", "overdue", "drifting", "stale"), False)
    return Standing(area, status, **usual | more)


def test_the_denominator_is_what_is_agreed() -> None:
    """Proposals, what was declined and what was replaced are named beside it, and not in it."""
    assert set(Status) - COUNTED == {Status.PROPOSED, Status.NOT_ACCEPTED, Status.SUPERSEDED}
    known = [one(status, phase_1=status in {Status.CLOSED, Status.IMPACT_SIGNED}) for status in Status]
    found = figures(known)
    assert (found.closed, found.phase_1, found.phase_2) == (Share(1, 10), Share(2, 10), Share(2, 10))
    assert (found.proposed, found.not_accepted, found.superseded) == (1, 1, 1)
    assert found.closed.percent == 10.0


def test_nothing_is_no_share_of_nothing() -> None:
    """Neither nought nor a hundred per cent."""
    found = figures([one(Status.PROPOSED)])
    assert found.closed.percent is None
    assert sentence(found) == (
        "No action of this plan is agreed yet; 1 proposed: there is nothing of which a share could be complete."
    )


def test_the_sentence_of_a_plan() -> None:
    known = [one(Status.CLOSED, phase_1=True), one(Status.CLOSED, phase_1=True), one(Status.IN_PROGRESS)]
    assert sentence(figures(known)) == (
        "2 of 3 agreed actions are closed with their impact signed (66.7 %); 2 have their activity signed."
    )
    late = [*known, one(Status.IN_PROGRESS, overdue=True, drifting=True)]
    assert sentence(figures(late)).endswith("; 1 overdue, 1 drifting.")


def test_the_published_share_is_none_of_the_areas() -> None:
    """What the plan says of the 82 per cent is so: neither of 15 areas, nor of 18, is any whole number that share."""
    (plan,) = read_plans(OWN_PLANS)
    kinds = [area.kind for area in plan.areas]
    areas = kinds.count(AreaKind.PRIORITY_ACTION) + kinds.count(AreaKind.FURTHER_AREA)
    in_parts = areas - 1 + kinds.count(AreaKind.PART)
    assert (areas, in_parts) == (15, 18)
    for of in (areas, in_parts):
        assert 82 not in {round(Share(count, of).percent or 0) for count in range(of + 1)}
    assert [one.reproducible for one in plan.statements] == [False, False]


def test_what_a_plan_cannot_be() -> None:
    """Its body and rules exist; an area stands once, and a part beneath what it is part of."""
    part = Area(code="b", kind=AreaKind.PART, text="Part", part_of="a")
    whole = Area(code="a", kind=AreaKind.PRIORITY_ACTION, text="Whole")

    def found(*areas: Area, code: str = "plan", body_id: str = "executive", signing: str = "other") -> list[str]:
        plan = Plan(
            code=code, title="Plan", source_type=Source.AUDIT, body_id=body_id, signing=signing, areas=tuple(areas)
        )
        return [fault.path for fault in faults(plan, {"executive"}, {"other"})]

    assert found(whole, part) == []
    assert found(part, whole) == ["areas.0.part_of"]
    assert found(whole, whole) == ["areas.1.code"]
    assert found(code="No Slug", body_id="none", signing="none") == ["code", "body_id", "signing"]
