"""Terms of reference, work plans and briefs: how they move, what they need, when they are late."""

from datetime import date, timedelta

import pytest

from services.governance.bodies.domain import Kind
from services.governance.briefs import domain as briefs
from services.governance.terms_of_reference.domain import check, is_overdue
from services.governance.terms_of_reference.queries import review_on
from services.governance.work_items import domain as work
from shared.calendar import Quarter
from shared.problems import Invalid

TODAY = date(2026, 10, 7)
DAY = timedelta(days=1)


def test_what_is_over_stays_over() -> None:
    assert {status for status, _ in work.TRANSITIONS} == work.OPEN
    assert {status for status, _ in briefs.TRANSITIONS} == {briefs.Status.RUNNING}


@pytest.mark.parametrize("status", work.Status)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_an_item_is_late_when_its_quarter_is_over_and_it_is_not(status: work.Status, days: int) -> None:
    assert work.is_late(status, TODAY + days * DAY, TODAY) is (status in work.OPEN and days < 0)


def test_an_item_is_deferred_to_a_later_quarter() -> None:
    third = work.quarter_of("2026/27", "Q3")
    assert third == Quarter(2026, 3)
    work.check_later(third, work.quarter_of("2027/28", "Q1"))
    for quarter in (third, Quarter(2026, 2)):
        with pytest.raises(Invalid):
            work.check_later(third, quarter)
    with pytest.raises(Invalid):
        work.quarter_of("2026/28", "Q1")


@pytest.mark.parametrize(
    ("kind", "parents", "due_on", "codes"),
    [
        (Kind.TASK_AND_FINISH, ["executive"], TODAY, []),
        (Kind.SUBGROUP, ["executive"], TODAY, ["kind"]),
        (Kind.TASK_AND_FINISH, ["elsewhere"], TODAY, ["no_parent"]),
        (Kind.TASK_AND_FINISH, ["executive"], TODAY - DAY, ["past"]),
    ],
)
def test_what_a_brief_needs(kind: Kind, parents: list[str], due_on: date, codes: list[str]) -> None:
    if not codes:
        briefs.check(kind, parents, "executive", due_on, TODAY)
        return
    with pytest.raises(Invalid) as refused:
        briefs.check(kind, parents, "executive", due_on, TODAY)
    assert [error.code for error in refused.value.errors] == codes


def test_a_group_is_given_longer_and_is_late_after_its_day() -> None:
    briefs.check_extended(TODAY, TODAY + DAY)
    with pytest.raises(Invalid):
        briefs.check_extended(TODAY, TODAY)
    late = [briefs.is_overdue(status, TODAY - DAY, TODAY) for status in briefs.Status]
    assert late == [True, False]
    assert not briefs.is_overdue(briefs.Status.RUNNING, TODAY, TODAY)


def test_terms_are_adopted_one_after_the_other_and_reviewed_within_a_year() -> None:
    check(TODAY, TODAY, None)
    for adopted_on, before, code in ((TODAY + DAY, None, "future"), (TODAY, TODAY, "order")):
        with pytest.raises(Invalid) as refused:
            check(adopted_on, TODAY, before)
        assert [error.code for error in refused.value.errors] == [code]
    review = review_on(Kind.SUBGROUP, TODAY)
    assert review is not None
    assert (review.rule, review.due_on(date(2024, 2, 29))) == ("subgroup/1", date(2025, 2, 28))
    assert review_on(Kind.OTHER_PARTNERSHIP, TODAY) is None
    assert review_on(Kind.SUBGROUP, date(2019, 8, 31)) is None
    assert [is_overdue(due, False, TODAY) for due in (None, TODAY, TODAY - DAY)] == [False, False, True]
    assert not is_overdue(TODAY - DAY, True, TODAY)
