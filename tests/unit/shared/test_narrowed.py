"""What the filters of a list mean."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Select, exists, select
from sqlalchemy.dialects import postgresql

from services.escalations.learning.models import LearningPoint
from services.escalations.notes.models import Note
from shared.scoping import in_order, narrowed


@dataclass(frozen=True)
class Filters:
    """Some of every kind; None leaves it open."""

    status: str | None = None
    theme: str | None = None
    changed: bool | None = None
    late: bool | None = None
    since: int | None = None


MEANINGS = {
    "theme": Note.theme,
    "late": exists().where(LearningPoint.id == Note.id),
    "since": lambda most: LearningPoint.take_by < most,
}


def said(filters: Filters) -> list[str]:
    """The clauses as PostgreSQL reads them, with their values."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    clauses = narrowed(filters, LearningPoint, **MEANINGS)
    return [str(one.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for one in clauses]


@pytest.mark.parametrize(
    ("filters", "begins"),
    [
        (Filters(), []),
        (Filters(status="taken"), ["escalations.learning_point.status = 'taken'"]),
        (Filters(theme="thresholds"), ["escalations.note.theme = 'thresholds'"]),
        (Filters(changed=False), ["escalations.learning_point.changed = false"]),
        (Filters(late=True), ["EXISTS ("]),
        (Filters(late=False), ["NOT coalesce(EXISTS ("]),
        (
            Filters(since=3, status=""),
            ["escalations.learning_point.status = ''", "escalations.learning_point.take_by < 3"],
        ),
    ],
)
def test_what_filters_mean(filters: Filters, begins: list[str]) -> None:
    """A column of theirs, another, a condition, a function; a column that is null is neither true nor false."""
    found = said(filters)
    assert len(found) == len(begins)
    for clause, beginning in zip(found, begins, strict=True):
        assert clause.startswith(beginning)


def test_in_order() -> None:
    """One more than the limit, after the position."""
    place = LearningPoint.status, LearningPoint.id
    every: Select[Any] = select(*LearningPoint.__table__.c)
    text = str(in_order(every, place, 20, ("a", "b")))
    assert "(escalations.learning_point.status, escalations.learning_point.id) > (" in text
    assert "ORDER BY escalations.learning_point.status, escalations.learning_point.id" in text
    assert "WHERE" not in str(in_order(every, place, 20, None))
