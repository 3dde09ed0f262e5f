"""In whose place somebody does something to an escalation: of all agencies that she may act for, one party's or none."""

import itertools

import pytest

from services.escalations.escalations.domain import ACTS, Side, acted_for
from shared.policy import Access, AgencyType, Principal


def of(agency: str, *acting_for: str) -> Principal:
    """Somebody of an agency, who may act for others."""
    kind = AgencyType.COUNCIL
    return Principal("somebody", "tests", agency, kind, frozenset(), frozenset(), Access.USER, acting_for)


@pytest.mark.parametrize("did", [*ACTS, "vote", "chase"])
def test_for_a_party_and_nobody_else(did: str) -> None:
    """For the party whose side it is, in whatever order the token has its agencies; never for who is none."""
    sides = ACTS.get(did, frozenset(Side))
    for helped in itertools.permutations(("school", "another-school", "college")):
        said = acted_for("police", "school", did, of("council", *helped))
        assert said == ("school" if Side.RECEIVING in sides else None)
        assert acted_for("school", "police", did, of("council", *helped)) == (
            "school" if Side.RAISING in sides else None
        )
        assert acted_for("police", None, did, of("council", *helped)) is None


def test_an_agency_that_is_challenged_by_whom_it_helps() -> None:
    """The council answers for itself, and withdraws, where it does, in the school's place: the school reads so."""
    council = of("council", "school")
    assert acted_for("school", "council", "respond", council) is None
    assert acted_for("school", "council", "withdraw", council) == "school"
    assert acted_for("school", "council", "raise", council) == "school"
