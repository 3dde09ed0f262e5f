"""Legal holds: who ends them, when they are looked at again; and the schedule as files give it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.acting import NotYourAgency
from shared.keeping.domain import Held, Status, check_review, is_review_overdue, must_be_free, must_have_placed
from shared.keeping.schedule import OWN, read_periods
from shared.loading import BadFile
from shared.problems import Invalid

MIDNIGHT = datetime(2026, 7, 1, 23, 0, tzinfo=UTC)  # it is 2 July in London


def test_only_who_placed_it() -> None:
    """The agency itself, or whoever acts for it."""
    must_have_placed("a-trust", ("a-school", "a-trust"))
    with pytest.raises(NotYourAgency):
        must_have_placed("a-trust", ("a-school",))


def test_a_hold_blocks() -> None:
    must_be_free("this note", legal_hold=False)
    with pytest.raises(Held, match="this note"):
        must_be_free("this note", legal_hold=True)


@pytest.mark.parametrize(("day", "ahead"), [(date(2026, 7, 2), False), (date(2026, 7, 3), True)])
def test_the_next_look_lies_ahead(day: date, *, ahead: bool) -> None:
    """Days are London's; a look is overdue when its day is over, and none is at a hold that was lifted."""
    if ahead:
        check_review(day, MIDNIGHT)
    else:
        with pytest.raises(Invalid):
            check_review(day, MIDNIGHT)
    assert not is_review_overdue(Status.LIVE, day, MIDNIGHT)
    assert is_review_overdue(Status.LIVE, date(2026, 7, 1), MIDNIGHT)
    assert not is_review_overdue(Status.LIFTED, date(2026, 7, 1), MIDNIGHT)


def test_nothing_of_our_own_schedule_is_taken_for_read() -> None:
    """No schedule of a partnership's was to be had."""
    assert {one.verified for one in read_periods(OWN)} == {False}


ROW = "{code: note, title: Notes, months: 72, source: Ours, verified: true, effective_from: 2026-01-01}"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("", "periods"),
        (f"{ROW}, {ROW}", "row 2, column code"),
        (ROW.replace("months: 72", "months: 0"), "months"),
        (ROW.replace("verified: true", "verified: perhaps"), "verified"),
        (ROW.replace("source: Ours, ", ""), "source"),
    ],
)
def test_a_faulty_file(tmp_path: Path, rows: str, fault: str) -> None:
    """Its fault is named by row and column."""
    path = tmp_path / "schedule.yaml"
    path.write_text(f"periods: [{rows}]")
    with pytest.raises(BadFile, match=fault):
        read_periods(path)
