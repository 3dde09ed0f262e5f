"""What one edition shows of a snapshot: a hidden count takes with it whatever would give it away."""

from __future__ import annotations

from services.escalations.reports.cells import Cells
from services.escalations.reports.domain import Snapshot, key
from services.escalations.reports.layouts import Time
from shared.documents import HIDDEN, NOT_APPLICABLE

SNAPSHOT = Snapshot({
    "as_at": "2026-09-30T23:00:00Z",
    "counts": [["resolved", {}, 9], ["told", {}, 3], ["resolved", {"priority": "urgent"}, 2]],
    "times": [
        ["to_resolve", {}, {"n": 9, "median": 20.0, "p90": 40.0}],
        ["to_resolve", {"priority": "urgent"}, {"n": 2, "median": 4.0, "p90": 6.0}],
    ],
})  # fmt: skip
TO_RESOLVE = Time("to_resolve", "resolved")


def test_a_share_is_hidden_with_its_numerator_or_its_denominator() -> None:
    assert Cells(SNAPSHOT).share("told", "resolved").value == 100 * 3 / 9
    for hidden in (key("told"), key("resolved")):
        assert Cells(SNAPSHOT, frozenset({hidden})).share("told", "resolved") is HIDDEN


def test_a_median_is_hidden_with_the_number_that_it_is_of() -> None:
    cells = Cells(SNAPSHOT, frozenset({key("resolved", {"priority": "urgent"})}))
    assert cells.duration(TO_RESOLVE, "median").value == 20
    for part in ("median", "p90"):
        assert cells.duration(TO_RESOLVE, part, priority="urgent") is HIDDEN


def test_a_measure_hides_its_numerator_and_denominator_too() -> None:
    measure = Cells(SNAPSHOT, frozenset({key("told")})).share_measure("told", "Told", "told", "resolved")
    assert (measure.value, measure.numerator) == (HIDDEN, HIDDEN)
    assert measure.denominator is not None
    assert measure.denominator.value == 9


def test_nothing_over_nothing_is_not_nought() -> None:
    assert Cells(SNAPSHOT).share("satisfied", "not_asked") == NOT_APPLICABLE
    assert Cells(SNAPSHOT).duration(TO_RESOLVE, "median", priority="standard") == NOT_APPLICABLE


def test_a_share_of_several_together_is_hidden_with_any_of_them() -> None:
    assert Cells(SNAPSHOT).share("told", "told", "resolved").value == 100 * 3 / 12
    assert Cells(SNAPSHOT, frozenset({key("resolved")})).share("told", "told", "resolved") is HIDDEN


def test_what_is_of_immediate_matters_alone_has_no_total() -> None:
    by_the_clock = Time("to_resolve", "resolved", clock=True)
    assert Cells(SNAPSHOT).row((by_the_clock,), {}, total=True) == (NOT_APPLICABLE, NOT_APPLICABLE)


def test_only_a_count_of_something_leads_to_its_rows() -> None:
    cells = Cells(SNAPSHOT, address="/report")
    assert cells.count("resolved", priority="urgent").link == "/report/rows?figure=resolved&priority=urgent"
    assert cells.count("resolved", priority="standard").link is None
