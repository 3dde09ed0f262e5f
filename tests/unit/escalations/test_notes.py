"""Notes: what contradicts itself, and who takes one back."""

from datetime import UTC, date, datetime

import pytest

from services.escalations.notes.domain import NotYourNote, Retracted, check, must_retract
from shared.keeping.domain import Held
from shared.policy import HOLDING, Access, AgencyType, Principal, Role
from shared.problems import Invalid

MIDNIGHT = datetime(2026, 7, 1, 23, 0, tzinfo=UTC)  # it is 2 July in London


@pytest.mark.parametrize(
    ("happened_on", "about", "faults"),
    [
        (date(2026, 7, 2), (), []),
        (date(2026, 7, 3), (), [("happened_on", "in_the_future")]),
        (date(2026, 7, 2), ("a-trust", "a-school"), []),
        (date(2026, 7, 2), ("a-trust", "an-agency"), [("about_agency_ids.1", "same_agency")]),
        (
            date(2026, 7, 3),
            ("a-trust", "a-trust"),
            [("happened_on", "in_the_future"), ("about_agency_ids.1", "repeated")],
        ),
    ],
)
def test_check(happened_on: date, about: tuple[str, ...], faults: list[tuple[str, str]]) -> None:
    """Every field that is wrong is named."""
    try:
        check(happened_on, "an-agency", about, MIDNIGHT)
        found = []
    except Invalid as refused:
        found = [(error.path, error.code) for error in refused.errors]
    assert found == faults


def somebody(role: Role, agency: str, acting_for: tuple[str, ...] = ()) -> Principal:
    """A person with a token."""
    kind = next(kind for kind in AgencyType if kind in HOLDING[role].types)
    return Principal("s", "c", agency, kind, frozenset({role}), frozenset(), Access.USER, acting_for)


@pytest.mark.parametrize("role", Role)
def test_who_takes_it_back(role: Role) -> None:
    """Whoever wrote it, or acts for them; of all others only the business unit; never twice, and not under a hold."""
    for person in (somebody(role, "an-agency"), somebody(role, "another", ("an-agency",))):
        must_retract("an-agency", None, person, legal_hold=False)
    other = somebody(role, "another")
    if role is Role.BUSINESS_UNIT:
        must_retract("an-agency", None, other, legal_hold=False)
    else:
        with pytest.raises(NotYourNote):
            must_retract("an-agency", None, other, legal_hold=False)
    with pytest.raises(Retracted):
        must_retract("an-agency", MIDNIGHT, somebody(role, "an-agency"), legal_hold=False)
    with pytest.raises(Held):
        must_retract("an-agency", None, somebody(role, "an-agency"), legal_hold=True)
