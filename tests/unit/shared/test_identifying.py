"""What seems to identify a child is found, what is ordinary is left alone, and no text takes long."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.escalations.challenges.schemas import EXAMPLE
from shared.identifying import Finding, Identifies, findings, nhs_number, pupil_number, said

# The NHS keeps numbers from 999 000 0000 on for made-up patients; these belong to nobody.
MADE_UP_NHS = "999 000 0018"


def kinds(text: str) -> list[Identifies]:
    """What is found, in order."""
    return [finding.what for finding in findings(text)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"Known to us as {MADE_UP_NHS}.", Identifies.NHS_NUMBER),
        ("nhs no:9990000018", Identifies.NHS_NUMBER),
        ("NHS 999-000-0018", Identifies.NHS_NUMBER),
        ("NHS 999\u2013000\u20130018", Identifies.NHS_NUMBER),
        ("NHS ９９９０００００１８", Identifies.NHS_NUMBER),
        ("pupil H801200001001", Identifies.PUPIL_NUMBER),
        ("QQ123456C was given", None),  # Q is never used: an example, not a number
        ("her number is AB 12 34 56 C", Identifies.NATIONAL_INSURANCE),
        ("born 3/11/2014", Identifies.DATE_OF_BIRTH),
        ("DOB: 3 November 2014", Identifies.DATE_OF_BIRTH),
        ("d.o.b. 2014-11-03", Identifies.DATE_OF_BIRTH),
        ("JS (03.11.14) was seen", Identifies.DATE_OF_BIRTH),
        ("lives at CW1 2BJ now", Identifies.POSTCODE),
        ("lives at sk101ab", Identifies.POSTCODE),
        ("ring 01270 123456", Identifies.TELEPHONE),
        ("ring +44 7700 900123", Identifies.TELEPHONE),
        ("write to somebody@example.org", Identifies.EMAIL),
        ("J.S. was seen", Identifies.INITIALS),
        ("We saw Zoë Ó Súilleabháin at home", Identifies.NAME),
        ("Amy Pond was seen", Identifies.NAME),
        ("AMY POND was seen", Identifies.NAME),
        ("Amy-Lou O'Pond was seen", Identifies.NAME),
        ("his mother Tegan said so", Identifies.NAME),
        ("Mrs. Pond said so", Identifies.NAME),
        ("baby Tegan", Identifies.NAME),
    ],
)
def test_found(text: str, what: Identifies | None) -> None:
    """One of each kind, in the ways in which people write it."""
    assert kinds(text) == ([what] if what else [])


@pytest.mark.parametrize(
    "text",
    [
        *(str(EXAMPLE[field]) for field in ("summary", "wanted", "guidance", "priority_reason")),
        "On 5 October 2026 at 14:30 the Strategy Discussion was declined by Cheshire East Council.",
        "Child H and Child I; Child A's sibling.",
        "Section 47 of the Children Act 1989; Working Together 2026, chapter 3, paragraph 12.",
        "See ESC-2627-0042 and the MARAC of Thursday. The MASH and CAMHS agreed.",
        "999 was rung; 101 too. Case 1234567890 is not checked by anybody.",  # ten digits that fail the check
        "A score of 12/25 at 09:00, 20 per cent, £1 250 000.",
        "The DSL of the school and the LADO spoke on Monday.",
    ],
)
def test_left_alone(text: str) -> None:
    """Ordinary sentences of the work."""
    assert kinds(text) == []


def test_names_of_agencies_are_no_names() -> None:
    """Some agencies bear a person's name; those in the matter are known."""
    assert kinds("David Lewis declined it.") == [Identifies.NAME]
    assert findings("David Lewis declined it.", known=["David Lewis"]) == ()
    assert findings("David Lewis told Amy Pond.", known=["David Lewis"]) == (Finding(18, Identifies.NAME),)


def test_names_may_be_left_alone() -> None:
    """A role or a team is looked at for numbers alone."""
    assert findings("Sergeant Amy Pond", names=False) == ()
    assert findings(f"Ward 9, {MADE_UP_NHS}", names=False) == (Finding(9, Identifies.NHS_NUMBER),)


def test_said_without_saying_it() -> None:
    """The warning says where to look and what for, never what stands there."""
    found = findings(f"Amy Pond, {MADE_UP_NHS}, CW1 2BJ, SK10 1AB")
    assert (
        said(found)
        == "a name (at character 1), an NHS number (at character 11) and a postcode (at characters 25 and 34)"
    )


def test_numbers_prove_themselves() -> None:
    """A wrong digit anywhere fails an NHS number; a wrong letter fails a pupil's."""
    number = "9990000018"
    assert nhs_number(number)
    for place, digit in product(range(10), "0123456789"):
        changed = number[:place] + digit + number[place + 1 :]
        assert nhs_number(changed) == (changed == number)
    assert pupil_number("H801200001001")
    assert [letter for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if pupil_number(f"{letter}801200001001")] == ["H"]


@given(st.text(max_size=8000))
def test_any_text_is_read(text: str) -> None:
    """No text breaks it, and every place is within the text."""
    assert all(1 <= finding.at <= len(text) for finding in findings(text))


@pytest.mark.parametrize(
    "piece", ["A", "0 ", "Aa ", "a@", "a.", "A.", "01 ", "+44 ", "born ", "1 ", "-", "A'", "é", "ab-", "999 "]
)
def test_no_text_takes_long(piece: str) -> None:
    """The longest text that a field takes, of what each pattern begins with, over and over."""
    text = (piece * 8000)[:8000]
    started = time.process_time()
    findings(text, known=["David Lewis"])
    assert time.process_time() - started < 0.5
