"""What letters to contacts say."""

from datetime import UTC, datetime

import pytest

from services.governance.letters import domain as governance
from services.reviews.letters import domain as reviews
from shared.letters.domain import (
    CLOSING,
    NOBODY,
    NOBODY_TOLD,
    Said,
    worded,
)

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
FACTS = {
    "agency": "some agency",
    "attended": "some attended",
    "body": "some body",
    "of": "some of",
    "why": "some why",
    "reference": "RR-2627-0001",
    "due": "2026-10-14T16:00:00Z",
    "times": 2,
    "person": "Robin Madeup",
    "question": "what follows from a rapid review",
    "round": 1,
    "means": "The report waits for its answer.",
    "said": "None was notified in 2026/27.",
    "title": "A review",
    "owner": "Robin Madeup",
    "phase": "the activity is complete",
    "waits_for": "response",
}


def test_a_letter() -> None:
    """What, which, by when, where; and that it says nothing of a child."""
    subject, text = worded(Said("a return is asked", "Asked {times} times."), FACTS, "https://safer.example/r", NOON)
    assert subject == "RR-2627-0001: a return is asked"
    assert text == (
        "Asked 2 times.\n\nReference: RR-2627-0001.\n\nDue by 17:00 on Wednesday 14 October 2026.\n\n"
        f"Sign in to read it and to answer:\nhttps://safer.example/r\n\n{CLOSING}\n"
    )
    subject, text = worded(
        Said("a year", "It is over.", open=False), {"due": "2027-04-01"}, "https://safer.example/y", NOON
    )
    assert subject == "A year"
    assert text == f"It is over.\n\nDue by Thursday 1 April 2027.\n\n{CLOSING}\n"


@pytest.mark.parametrize(
    ("due", "begins"),
    [
        ("2026-10-07T11:00:00Z", "Due by 12:00 on "),
        ("2026-10-07T10:59:00Z", "Was due by 11:59 on "),
        ("2026-10-07", "Due by Wednesday "),
        ("2026-10-06", "Was due by Tuesday "),
    ],
)
def test_what_was_due_already_is_not_said_to_lie_ahead(due: str, begins: str) -> None:
    _, text = worded(Said("it is overdue", "It is not there."), {"due": due}, "https://safer.example", NOON)
    assert f"\n\n{begins}" in text


@pytest.mark.parametrize("letters", [reviews, governance])
def test_every_occasion_is_worded(letters: object) -> None:
    """From facts that are known; the one that nobody could be told has a wording of its own."""
    occasions = {one.value for one in letters.Occasion}  # type: ignore[attr-defined]
    said = letters.SAID  # type: ignore[attr-defined]
    assert set(said) == occasions - {NOBODY_TOLD}
    for one in said.values():
        assert "{" not in "".join(worded(one, FACTS, "https://safer.example", NOON))
    assert "The Surgery has no contact" in worded(NOBODY, {"agency": "The Surgery", "what": "x"}, "https://s", NOON)[1]
