"""How the check of a review published elsewhere moves, until when agencies answer, and how it is told."""

from datetime import date

import pytest

from services.reviews.national_reviews.domain import answer_by, said
from shared.problems import Invalid

TODAY, RULE = date(2026, 10, 7), date(2026, 11, 4)


@pytest.mark.parametrize("wanted", [None, TODAY, date(2026, 10, 20), RULE])
def test_until_when(wanted: date | None) -> None:
    assert answer_by(RULE, wanted, TODAY) == (wanted or RULE)


@pytest.mark.parametrize(("wanted", "code"), [(date(2026, 11, 5), "later"), (date(2026, 10, 6), "past")])
def test_no_later_day(wanted: date, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        answer_by(RULE, wanted, TODAY)
    assert refused.value.errors[0].code == code


def test_in_words() -> None:
    assert said("recorded", None, 0, 0, ()) == "Nobody has been asked yet."
    assert said("asked", None, 2, 3, {"b", "a"}) == "2 of 3 agencies have answered; overdue: a, b."
    concluded = said("concluded", "not_true_for_us", 3, 3, ())
    assert concluded == "Concluded: not true for us; 3 of 3 agencies had answered."
