"""A request's free text names nobody, or somebody says that she has read it again."""

from typing import ClassVar

import pytest

from shared.problems import SeemsToIdentify
from shared.schemas import Request, Weighed, Worded

NAMING = "Her NHS number is 943 476 5919."


class Said(Worded):
    """A text, and a line in which names of agencies may stand."""

    lines: ClassVar[tuple[str, ...]] = ("title",)

    title: str = "A visit"
    text: str


class Part(Request):
    """A part of a request."""

    prose: ClassVar[tuple[str, ...]] = ("how",)

    how: str


class Whole(Worded):
    """A list of lines, and parts."""

    prose: ClassVar[tuple[str, ...]] = ("controls", "parts")

    controls: list[str] = []
    parts: list[Part] = []


class Urgent(Weighed):
    """A text that may not have to wait."""

    text: str


@pytest.mark.parametrize("given", [{"text": NAMING}, {"text": "It was late.", "title": NAMING}])
def test_a_text_that_seems_to_identify_is_refused_until_it_was_read_again(given: dict[str, str]) -> None:
    with pytest.raises(SeemsToIdentify) as refused:
        Said.model_validate(given)
    [doubt] = refused.value.errors
    assert (doubt.path, doubt.code) == ("title" if "title" in given else "text", "seems_to_identify")
    assert Said.model_validate(given | {"text_checked": True}).model_dump() == {"title": "A visit"} | given


def test_lists_and_parts_are_looked_through_and_refused_by_their_place() -> None:
    given = {"controls": ["A rota", NAMING], "parts": [{"how": "She is free."}, {"how": "By Robin Madeup's leave."}]}
    with pytest.raises(SeemsToIdentify) as refused:
        Whole.model_validate(given)
    assert [doubt.path for doubt in refused.value.errors] == ["controls.1", "parts.1.how"]
    assert Whole.model_validate(given | {"text_checked": True}).model_dump() == given


def test_what_its_command_weighs_is_taken_with_its_doubts() -> None:
    assert [doubt.path for doubt in Urgent(text=NAMING).doubts()] == ["text"]
