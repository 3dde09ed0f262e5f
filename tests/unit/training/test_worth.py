"""What sessions were worth: return rates, what few have said, and both as pictures beside their tables."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

from services.training.evaluations.domain import Audience, Change, Moment, Status
from services.training.worth.domain import Answers, Returned, Said, Worth, of_enough, returned, without_few
from services.training.worth.schemas import document, in_words
from shared.documents import HIDDEN, NOT_APPLICABLE, Cell, Document, Prose, Table

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)


def test_returned_is_over_all_who_were_asked() -> None:
    counts = [
        (Status.ANSWERED, False, 6),
        (Status.ANSWERED, True, 1),
        (Status.LAPSED, False, 2),
        (Status.ASKED, False, 1),
    ]
    found = returned([*counts, (Status.WITHDRAWN, False, 9)])
    assert found == Returned(asked=10, answered=7, late=1, lapsed=2)
    assert found.rate == 0.7
    assert returned([]).rate is None


def test_what_few_have_said_is_not_shown() -> None:
    answers = Answers("confident", {4: 4, 2: 1})
    assert (answers.number, answers.mean) == (5, 3.6)
    change = Change("confident", compared=4, better=4, same=0, worse=0, mean_before=1.0, mean_after=2.0)
    worth = Worth(Returned(9, 5, 0, 4), (answers,), (change,))
    assert without_few(worth, 5) == Worth(worth.returned, (answers,), (), hidden=True)
    assert without_few(worth, 6) == Worth(worth.returned, (), (), hidden=True)
    assert without_few(worth, 4) == worth
    assert without_few(Worth(Returned(9, 0, 0, 9), (), ()), 5).hidden is False


def tables(made: Document) -> dict[str, Table]:
    """The tables of a document, by their ids."""
    return {table.id: table for table in made.tables}


def test_what_few_said_at_one_session_is_in_no_total() -> None:
    """Or it would be what one total has more than another."""
    large, small = uuid4(), uuid4()
    said = [SimpleNamespace(session_id=large, question="confident", number=number) for number in (3, 2)]
    few = [SimpleNamespace(session_id=small, question="confident", number=4)]
    assert of_enough([*said, *few], 5, lambda row: row.number) == said
    assert of_enough([*said, *few], 0, lambda row: row.number) == [*said, *few]
    lost = Worth(Returned(20, 9, 0, 0), (Answers("confident", {4: 5}),), (), hidden=True)
    assert without_few(lost, 5) == lost


def test_pictures_hide_what_the_figures_hide() -> None:
    """A mean that few have given is hidden, one that nobody was asked for does not apply, and what is shown is what was counted."""
    before = Worth(Returned(8, 6, 0, 2), (Answers("confident", {2: 6}),), ())
    change = Change("confident", 5, 4, 1, 0, 2.0, 4.0)
    end = Worth(Returned(8, 5, 0, 0), (Answers("confident", {4: 5}), Answers("recommends", {1: 4, 0: 1})), (change,))
    impact = Worth(Returned(4, 3, 0, 1), (Answers("confident", {5: 3}),), ())
    moments = zip(Moment, (before, end, without_few(impact, 5)), strict=True)
    said = [Said("one", "One", moment, Audience.ATTENDEE, worth) for moment, worth in moments]
    other = Worth(Returned(5, 5, 0, 0), (Answers("practice_changed", {1: 5}),), ())
    made = document([*said, Said("two", "Two", Moment.IMPACT, Audience.ATTENDEE, other)], 5, NOON)
    found = tables(made)
    assert [row.cells for row in found["return-rates"].rows] == [
        (Cell(75.0), Cell(6), Cell(8)),
        (Cell(62.5), Cell(5), Cell(8)),
        (Cell(75.0), Cell(3), Cell(4)),
        (Cell(100.0), Cell(5), Cell(5)),
    ]
    assert [column.title for column in found["means"].columns] == ["Before", "At the end", "Impact"]
    assert [row.cells for row in found["means"].rows] == [(Cell(2.0), Cell(4.0), HIDDEN)]
    assert [row.cells for row in found["agreement"].rows] == [
        (Cell(80.0), NOT_APPLICABLE),
        (NOT_APPLICABLE, Cell(100.0)),
    ]
    assert [row.cells for row in found["changes-since"].rows] == [(Cell(4), Cell(1), Cell(0), Cell(5))]
    assert "hidden" in made.legend[0]
    (words,) = [part for section in made.sections for part in section.parts if isinstance(part, Prose)]
    assert words.paragraphs == (
        "One, impact: 3 have answered; what was said is not shown, for fewer than 5 said it at one session, or of one agency, "
        "and could be known by it.",
    )


def test_what_is_hidden_is_said_in_words() -> None:
    """Of all or of some of it, and of nothing where nothing is."""
    some = Worth(Returned(9, 6, 0, 3), (Answers("confident", {4: 5}),), (), hidden=True)
    lines = [Said("one", "One", Moment.END, Audience.ATTENDEE, worth) for worth in (some, replace(some, hidden=False))]
    assert [in_words(one, 5) for one in lines] == [
        "6 have answered; some of it is not shown, for fewer than 5 said it at one session, or of one agency, and could be known "
        "by it.",
        None,
    ]


def test_where_nothing_has_been_answered_there_is_nothing_to_show() -> None:
    asked = Said("one", "One", Moment.END, Audience.ATTENDEE, Worth(Returned(8, 0, 0, 0), (), ()))
    for said in ([asked], []):
        made = document(said, 5, NOON)
        assert list(tables(made)) == ["return-rates"]
        assert [section.id for section in made.sections] == ["returns", "answers"]
