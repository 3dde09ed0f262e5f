"""An NHS number with a slip in it is no other child's."""

import pytest

from shared.child_records.domain import misread, of_two
from shared.children import IdentifierType


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("9990000018", False),
        (" 999-000 0018", False),
        ("９９９ 000 0018", False),
        ("9990000081", True),  # two digits changed places
        ("9990000019", True),
        ("999000001", True),  # one is missing
        ("99900000180", True),
        ("NHS 999 000 0018", True),  # would be another child than the number alone
        ("٩٩٩٠٠٠٠٠١٨", True),
        ("5", True),
        ("1111111111", True),  # proves itself, and is nobody's
        ("0000000000", True),
        ("SANDBOX-0101", False),  # made up until there is one
        ("UNBORN-2026-17", False),
    ],
)
def test_misread(value: str, wrong: bool) -> None:
    assert misread(IdentifierType.NHS_NUMBER, value) == wrong
    assert not any(misread(kind, value) for kind in IdentifierType if kind is not IdentifierType.NHS_NUMBER)


def test_a_child_has_one_nhs_number() -> None:
    """However it is spelt; a second is another child's. Of other numbers a child may have several."""
    once = [
        ("nhs_number", "UNBORN-17"),
        ("nhs_number", "999 000 0018"),
        ("police_id", "1"),
        ("police_id", "2"),
        ("nhs_number", "9990000018"),
    ]
    assert of_two("identifiers", once) == []
    (error,) = of_two("identifiers", [*once, ("nhs_number", "9990000026")])
    assert error.path == "identifiers.5.value"
