"""What in a report could identify a child: found where it stands, in texts that should have it and in those that should not."""

import pytest

from services.reviews.load import OWN_REVIEWS, read_reviews
from services.reviews.publication.domain import (
    NotSecond,
    TextChanged,
    What,
    findings,
    must_be_second,
    must_be_the_same,
    must_say_why,
)
from services.reviews.publication.queries import words
from shared.problems import Invalid


def found(text: str) -> list[tuple[What, str]]:
    """What is found in a text, and what stands there."""
    return [(one.what, text[one.at - 1 : one.at - 1 + one.length]) for one in findings({"learning": text}, words())]


@pytest.mark.parametrize(
    ("text", "what", "said"),
    [
        ("Child L was a 17 year old child in care.", What.AGE, "17 year old"),
        ("Child L was less than one month old.", What.AGE, "one month old"),
        ("He was aged four at the time.", What.AGE, "aged four"),
        ("She had just moved into Year 9.", What.AGE, "Year 9"),
        ("It was the day after the third: her 3rd birthday.", What.AGE, "3rd birthday"),
        ("An order was made on 2 December 2021.", What.DATE, "2 December 2021"),
        ("They moved in January 2022.", What.DATE, "January 2022"),
        ("The offences took place in 2013.", What.DATE, "2013"),
        ("It was seen on 02/12/21.", What.DATE, "02/12/21"),
        ("A social worker went to London to find her.", What.PLACE, "London"),
        ("She lived in Crewe.", What.PLACE, "Crewe"),
        ("The pupils of Oakfield Primary School knew.", What.PLACE, "Oakfield Primary School"),
        ("Child L, the youngest of five, was not seen.", What.FEATURE, "youngest of five"),
        ("One of the twins was not seen.", What.FEATURE, "twins"),
        ("The adults were convicted.", What.FEATURE, "convicted"),
        ("Resuscitation was needed twice.", What.FEATURE, "Resuscitation"),
        ("They asked Amelia Sampleton.", What.IDENTITY, "Amelia"),
        ("It was at CW1 2AB.", What.IDENTITY, "CW1"),
    ],
)
def test_what_is_found(text: str, what: What, said: str) -> None:
    """Each kind, at its place."""
    assert (what, said) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Professionals challenge and hold each other to account.",
        "The review found that plans in Cheshire East did not say who does what.",
        "In May practitioners meet; they may also meet in March.",
        "Workers should ask what a day in the life of the child is like.",
        "Of twenty cases, nineteen were read the same day.",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    """Ordinary sentences about practice, and the partnership's own area."""
    assert [one for one in found(text) if one[0] is not What.IDENTITY] == []


def test_nothing_is_found_twice() -> None:
    """Of what overlaps, one: `2 December 2021` is a date and not a month and a year besides."""
    assert found("It was 2 December 2021 when she was 14 years old.") == [
        (What.DATE, "2 December 2021"),
        (What.AGE, "14 years old"),
    ]


def test_the_published_texts_that_are_loaded() -> None:
    """Those who chose what of the published reviews is loaded left out every age, exact date and feature of a child."""
    for review in read_reviews(OWN_REVIEWS):
        texts = {f"part {part.part}": part.text for part in review.parts}
        texts |= {f"learning {number}": one.text for number, one in enumerate(review.learning)}
        of_a_child = [one for one in findings(texts, words()) if one.what in {What.AGE, What.FEATURE, What.DATE}]
        assert of_a_child == [], review.code


def test_who_reads() -> None:
    """Neither who has written, nor who asked; and of this very text."""
    must_be_second("a third", {"an author"}, "who asked")
    for subject in ("an author", "who asked"):
        with pytest.raises(NotSecond):
            must_be_second(subject, {"an author"}, "who asked")
    must_be_the_same("ab", "ab")
    with pytest.raises(TextChanged):
        must_be_the_same("ab", "ac")
    must_say_why(0, None)
    must_say_why(3, "The age is needed to be understood.")
    with pytest.raises(Invalid, match="3 places"):
        must_say_why(3, None)
