"""Practice reviews: names in sequence, and what each step asks."""

from datetime import UTC, date, datetime

import pytest

from services.reviews.practice_reviews.domain import (
    TRANSITIONS,
    Do,
    Held,
    Kind,
    NotChecked,
    NotReady,
    Silence,
    Status,
    check_areas,
    check_naming,
    check_sent_on,
    earliest_publication,
    faults_of_letters,
    is_overdue,
    letters_after,
    must_be_ready_to_begin,
    must_be_ready_to_submit,
    must_publish,
    named,
    text_hash,
)
from shared.calendar import Calendar
from shared.problems import Invalid
from shared.rules import calendar, rule_on

NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)
CALENDAR: Calendar = calendar()


def test_nothing_is_published_that_was_not_signed_off_and_sent() -> None:
    """The only way to publication leads through both, and out of it only what is public no more."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.PUBLISHED} == {Status.SENT}
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.SENT} == {Status.SIGNED_OFF}
    into = {(status, do) for (status, do), to in TRANSITIONS.items() if to is Status.SIGNED_OFF}
    assert into == {(Status.AWAITING_SIGN_OFF, Do.SIGN_OFF)}
    out_of_it = {do: to for (status, do), to in TRANSITIONS.items() if status is Status.PUBLISHED}
    assert out_of_it == {Do.TAKE_DOWN: Status.WITHHELD}


def test_what_has_been_sent_is_what_was_signed() -> None:
    """Not on a day that lies ahead, nor before the three had signed; a review brought in was signed elsewhere."""
    check_sent_on(NOON.date(), NOON, NOON)
    check_sent_on(date(2020, 1, 1), None, NOON)
    for day, code in ((date(2026, 10, 8), "future"), (date(2026, 10, 6), "before_sign_off")):
        with pytest.raises(Invalid) as refused:
            check_sent_on(day, NOON, NOON)
        assert refused.value.errors[0].code == code


@pytest.mark.parametrize(
    ("known", "wanted", "letters", "name"),
    [
        ((), 1, ("A",), "Child A"),
        (("H", "I", "J", "K"), 1, ("L",), "Child L"),
        (("K", "L"), 2, ("M", "N"), "Child M and N"),
        (("Y",), 3, ("Z", "AA", "AB"), "Child Z, AA and AB"),
        (("A", "AZ", "Z"), 1, ("BA",), "Child BA"),
    ],
)
def test_names_in_sequence(known: tuple[str, ...], wanted: int, letters: tuple[str, ...], name: str) -> None:
    """After the last that is known, whatever stands open before it."""
    assert letters_after(known, wanted) == letters
    assert named(letters) == name


@pytest.mark.parametrize(
    ("letters", "right"), [(("H", "I"), True), ((), True), (("I", "H"), False), (("h",), False), (("H", "H"), False)]
)
def test_letters_of_a_file(letters: tuple[str, ...], right: bool) -> None:
    """Capitals in their order, none twice."""
    assert (not faults_of_letters(letters)) is right


@pytest.mark.parametrize(
    ("kind", "children", "title", "path"),
    [
        (Kind.LCSPR, 1, None, None),
        (Kind.LCSPR, None, None, "children"),
        (Kind.LCSPR, 1, "A child's own name", "title"),
        (Kind.THEMATIC, None, "Neglect", None),
        (Kind.THEMATIC, None, None, "title"),
        (Kind.PRACTICE_LEARNING, 1, "Neglect", "children"),
    ],
)
def test_what_is_named_how(kind: Kind, children: int | None, title: str | None, path: str | None) -> None:
    """Children by letters alone, themes by a title."""
    if path is None:
        return check_naming(kind, children, title)
    with pytest.raises(Invalid) as refused:
        check_naming(kind, children, title)
    assert refused.value.errors[0].path == path
    return None


def test_areas() -> None:
    """A joint review names the other area."""
    check_areas(Kind.JOINT, ["Cheshire West"])
    check_areas(Kind.THEMATIC, ["Cheshire West"], led_by="Cheshire West")
    with pytest.raises(Invalid, match="one of `areas`"):
        check_areas(Kind.JOINT, ["Cheshire West"], led_by="Stockport")
    for kind, areas in ((Kind.JOINT, []), (Kind.PRACTICE_LEARNING, ["Cheshire West"])):
        with pytest.raises(Invalid):
            check_areas(kind, areas)


def test_what_a_step_asks() -> None:
    """A reviewer and terms to begin; every answer, or the day over, and nothing wrong, to submit."""
    must_be_ready_to_begin(reviewers=1, terms=1)
    for asked in ({"reviewers": 0, "terms": 1}, {"reviewers": 1, "terms": 0}):
        with pytest.raises(NotReady):
            must_be_ready_to_begin(**asked)
    stands = Silence.FACTS_STAND
    must_be_ready_to_submit([], [], NOON.date(), stands, NOON, None)
    must_be_ready_to_submit(["a-school"], [], date(2026, 10, 6), stands, NOON, None)
    must_be_ready_to_submit([], ["a-school"], NOON.date(), stands, NOON, "Two records say the other.")
    with pytest.raises(Invalid):
        must_be_ready_to_submit([], [], NOON.date(), stands, NOON, "Nobody said so.")
    for silent, wrong, day, means in (
        (["a-school"], [], NOON.date(), stands),
        ([], ["a-school"], NOON.date(), stands),
        (["a-school"], [], date(2026, 10, 6), Silence.AWAITED),
    ):
        with pytest.raises(NotReady, match="a-school"):
            must_be_ready_to_submit(silent, wrong, day, means, NOON, None)


def test_the_days_of_the_panel() -> None:
    """Seven working days before publication: sent on Wednesday 7 October, published from Friday 16 October on."""
    rule = rule_on("practice_review_to_panel", NOON.date()).rule
    assert earliest_publication(rule, NOON.date(), CALENDAR) == date(2026, 10, 16)
    assert earliest_publication(rule, date(2026, 12, 23), CALENDAR) == date(
        2027, 1, 6
    )  # Christmas and New Year between


def test_publishing() -> None:
    """Not while it is held, not before its day, not unread; in this order, so that a hold is never passed over."""
    day = NOON.date()
    must_publish(held=[], not_before=day, checked=True, now=NOON)
    with pytest.raises(Held, match="inquest"):
        must_publish(held=["inquest"], not_before=day, checked=False, now=NOON)
    with pytest.raises(NotReady, match="2026-10-08"):
        must_publish(held=[], not_before=date(2026, 10, 8), checked=True, now=NOON)
    with pytest.raises(NotChecked):
        must_publish(held=[], not_before=day, checked=False, now=NOON)


def test_overdue() -> None:
    """After its day, unless it is held, published, or has none."""
    late, today = date(2026, 10, 6), NOON.date()
    assert is_overdue(Status.SENT, late, held=False, now=NOON)
    assert not is_overdue(Status.SENT, today, held=False, now=NOON)
    assert not is_overdue(Status.SENT, late, held=True, now=NOON)
    assert not is_overdue(Status.PUBLISHED, late, held=False, now=NOON)
    assert not is_overdue(Status.SENT, None, held=False, now=NOON)


def test_the_hash_is_of_the_text_alone() -> None:
    """Another order gives the same; a letter more, or the same text in another part, does not."""
    parts = {"learning": "a", "action": "b"}
    assert text_hash(parts) == text_hash({"action": "b", "learning": "a"})
    assert len({text_hash(one) for one in (parts, {"learning": "b", "action": "a"}, {"learning": "a"}, {})}) == 4
