"""The published reviews: loaded once, whole or not at all, with what they recommend."""

from pathlib import Path

import pytest

from services.reviews.load import OWN_REVIEWS, id_of
from services.reviews.practice_reviews.schemas import EXAMPLE
from shared.loading import BadFile
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, SCHOOL, Running

pytestmark = pytest.mark.anyio


async def test_what_was_published(suite: Running) -> None:
    """Four reviews of five children and of a theme, with twenty-two recommendations, each numbered and with its place."""
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    reviews = await member.items("/practice-reviews", status="published")
    assert {review["name"] for review in reviews} == {"Child H and I", "Child J", "Child K", "Joint thematic review"}
    found = {review["name"]: review for review in reviews}
    assert (found["Child H and I"]["published_on"], found["Child J"]["published_on"]) == ("2022-12-21", None)
    assert found["Child J"]["published"] == "February 2023"
    counts = {}
    for review in reviews:
        rows = await member.items("/recommendations", practice_review_id=review["id"])
        assert sorted(row["number"] for row in rows) == list(range(1, len(rows) + 1))
        assert all(row["source"]["document"] == "Annual Report 2022/23" for row in rows)
        assert all({"measurable", "time_bound"} <= set(row["lacking"]) for row in rows)
        counts[review["name"]] = len(rows)
    assert counts == {"Child H and I": 5, "Child J": 4, "Child K": 5, "Joint thematic review": 8}
    told = await suite.told(str(id_of("child-j/recommendations/1")))
    assert [event.type for event in told] == ["reviews.recommendation.made.v1"]
    assert told[0].data["at"] == "2023-02-28T12:00:00Z", (
        "it was recommended when it was published, not when it was loaded"
    )


async def test_loading_again_changes_nothing(suite: Running) -> None:
    """And tells nothing twice."""
    assert await suite.load("published-reviews") == "Published reviews: 0 new of 4, with 0 recommendations."
    assert len(await suite.told(str(id_of("child-j/recommendations/1")))) == 1


async def test_names_follow_the_published_ones(suite: Running) -> None:
    """L after K, two at once as a pair; a review about a theme has a title and takes no letter."""
    one = await suite.unit.made("/practice-reviews", **EXAMPLE)
    two = await suite.unit.made("/practice-reviews", **EXAMPLE | {"children": 2})
    theme = {"kind": "thematic", "title": "Neglect of older children", "children": None}
    three = await suite.unit.made("/practice-reviews", **EXAMPLE | theme)
    four = await suite.unit.made(
        "/practice-reviews", **EXAMPLE | {"kind": "joint", "areas": ["Cheshire West"], "led_by": "Cheshire West"}
    )
    assert four["led_by"] == "Cheshire West"
    assert [review["name"] for review in (one, two, three, four)] == [
        "Child L",
        "Child M and N",
        "Neglect of older children",
        "Child O",
    ]
    assert (one["publish_by"], one["publish_rule"][:29]) == ("2027-04-05", "practice_review_publication/1")


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("kind: thematic", "kind: themed", "row 4, column kind"),
        ("learning: [1, 2]", "learning: [1, 9]", "row 4, column recommendations.5.learning"),
        ("letters: [K]", "letters: [J]", "row 3, column letters"),
        ("letters: [K]", "letters: [AB1]", "row 3, column letters"),
        ("code: child-k", "code: child-j", "row 3, column code"),
        ("theme: fathers", "theme: mothers", "row 2, column recommendations.2.theme"),
        ("published_on: 2022-12-21", "published_on: soon", "row 1, column published_on"),
        ("part: impact", "part: assurance", "row 2, column parts"),
    ],
)
async def test_a_bad_file_changes_nothing(suite: Running, tmp_path: Path, was: str, is_now: str, said: str) -> None:
    """It is refused with row and column."""
    text = OWN_REVIEWS.read_text()
    assert was in text
    path = tmp_path / "reviews.yaml"
    path.write_text(text.replace(was, is_now, 1).replace("code: child-h-and-i", "code: child-x"))
    with pytest.raises(BadFile, match=said):
        await suite.load("published-reviews", path)


async def test_a_letter_is_not_given_twice(suite: Running, tmp_path: Path) -> None:
    """A file whose review is new may not take a letter that another has."""
    path = tmp_path / "reviews.yaml"
    path.write_text(OWN_REVIEWS.read_text().replace("code: child-k", "code: another-child"))
    with pytest.raises(BadFile, match="row 3, column letters"):
        await suite.load("published-reviews", path)
    assert (await suite.unit.get(f"/practice-reviews/{id_of('another-child')}")).status_code == 404


async def test_nobody_sees_an_unpublished_review_who_takes_no_part(suite: Running) -> None:
    """Not in lists, not by its id; who sees one is recorded."""
    review = await suite.unit.made("/practice-reviews", **EXAMPLE)
    school = suite.person(SCHOOL, Role.AGENCY_LEAD)
    assert review["id"] not in [one["id"] for one in await school.items("/practice-reviews")]
    assert (await school.get(f"/practice-reviews/{review['id']}")).status_code == 404
    await suite.person(COUNCIL, Role.LI_MEMBER).read(f"/practice-reviews/{review['id']}")
    assert [entry.view for entry in await suite.access_records(review["id"])][-1] == "pseudonymised"


async def test_everybody_reads_what_is_published(suite: Running) -> None:
    """A practitioner of a school: list and whole, by theme, and nothing of a review that is not published."""
    review = await suite.unit.made("/practice-reviews", **EXAMPLE)
    worker = suite.person(SCHOOL)
    names = ["Child H and I", "Child J", "Child K", "Joint thematic review"]
    assert [one["name"] for one in await worker.items("/published-reviews", limit=1)] == names
    assert [one["name"] for one in await worker.items("/published-reviews", theme="safe_sleep")] == ["Child J"]
    whole = await worker.read(f"/published-reviews/{id_of('joint-thematic-review-2021')}")
    assert (whole["recommendations"], len(whole["recommended"]), len(whole["learning"])) == (8, 8, 3)
    assert [part["part"] for part in whole["parts"]] == ["good_practice", "learning", "impact"]
    assert (await worker.get(f"/published-reviews/{review['id']}")).json()["code"] == "practice_review_not_found"
