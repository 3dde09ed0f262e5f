"""The programme: what was published is there with its source; courses are linked to what asked for them."""

from collections import Counter
from pathlib import Path

import pytest

from services.training.app import SERVICE
from shared.contracts import training as events
from shared.events import Cause
from shared.loading import BadFile
from shared.policy import Role
from tests.service.training.running import COUNCIL, COURSE, POLICE, Running

POINT = {"type": "reviews.learning_point", "id": "0199b8a4-3c00-7000-8000-000000000007"}
ACTION = {"type": "governance.action", "id": "0199b8a4-3c00-7000-8000-000000000008"}


async def test_the_published_learning_week_and_series(suite: Running) -> None:
    somebody = suite.person(POLICE)
    series = {one["code"]: one["source"] for one in (await somebody.read("/series"))["items"]}
    assert set(series) == {"how-to", "spotlight-on", "bitesize", "learning-week"}
    week = await somebody.items("/courses", series="learning-week")
    hours = [one for one in week if one["length_minutes"] == 60]
    assert (len(week), len(hours), {one["mode"] for one in hours}) == (25, 24, {"online"})
    themes = Counter(one["themes"][0] for one in hours)
    assert sorted(themes.values()) == [4, 6, 7, 7]
    assert all(one["source"] and one["standing"] == "ended" for one in week)
    assert {one["id"] for one in await somebody.items("/courses", year="2022/23", limit=7)} >= {
        one["id"] for one in week
    }
    assert not {one["id"] for one in await somebody.items("/courses", year="2026-27")} & {one["id"] for one in week}


async def test_a_course_follows_from_what_asked_for_it(suite: Running) -> None:
    made = await suite.manager.made("/courses", **COURSE, code="neglect-anew", causes=[POINT])
    assert (made["causes"], made["standing"]) == ([POINT], "current")
    linked = await suite.manager.does(f"/courses/{made['id']}", "link", causes=[POINT, ACTION])
    assert linked["causes"] == [POINT, ACTION]
    (added, first), (told, second) = (await suite.told("course"))[-2:]
    assert isinstance(added, events.CourseAdded)
    assert isinstance(told, events.CourseLinked)
    assert (first, second) == ((Cause(**POINT),), (Cause(**ACTION),))
    found = await suite.person(POLICE).items("/courses", cause_id=ACTION["id"])
    assert [one["id"] for one in found] == [made["id"]]
    again = await suite.manager.edit(f"/courses/{made['id']}", {"causes": [ACTION]}, "link")
    assert again.json()["errors"][0]["code"] == "linked"
    strange = await suite.manager.create(
        "/courses", **COURSE, code="other", causes=[{"type": "governance.risk", "id": "1"}]
    )
    assert strange.json()["errors"][0] == {
        "path": "causes.0.type",
        "code": "asks_for_no_training",
        "message": "Training is asked for by: reviews.learning_point, reviews.recommendation, escalations.learning, governance.action.",
    }


async def test_a_course_is_changed_and_ended(suite: Running) -> None:
    made = await suite.manager.made("/courses", **COURSE, code="neglect-once-more")
    path = f"/courses/{made['id']}"
    changed = await suite.manager.edit(path, {"level": "3", "framework": "Intercollegiate document"})
    assert (changed.json()["level"], changed.json()["title"]) == ("3", COURSE["title"])
    assert (await suite.manager.edit(path, {"title": "Lost"}, etag='"1"')).status_code == 412
    early = await suite.manager.edit(path, {"effective_to": "2026-10-06"}, "end")
    assert early.json()["errors"][0]["code"] == "too_early"
    ended = await suite.manager.does(path, "end", effective_to="2026-10-31")
    assert (ended["effective_to"], ended["standing"]) == ("2026-10-31", "current")
    late = await suite.manager.create(
        "/sessions",
        course_id=made["id"],
        starts_at="2026-11-04T12:00:00Z",
        ends_at="2026-11-04T13:00:00Z",
        place="Here",
        places=3,
    )
    assert (late.status_code, late.json()["code"]) == (409, "course_not_offered")


async def test_a_course_that_cannot_be(suite: Running) -> None:
    wrongs = [
        ({"evaluation": "thorough"}, "evaluation"),
        ({"series": "no-such"}, "series"),
        ({"level": "3"}, "framework"),
        ({"effective_from": "2026-10-02", "effective_to": "2026-10-01"}, "effective_to"),
    ]
    for body, path in wrongs:
        refused = await suite.manager.create("/courses", **COURSE | body, code="wrong")
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)


async def test_a_code_is_one_courses(suite: Running) -> None:
    await suite.manager.made("/courses", **COURSE, code="twice")
    assert (await suite.manager.create("/courses", **COURSE, code="twice")).json()["code"] == "course_code_taken"


async def test_who_keeps_the_programme(suite: Running) -> None:
    for role in (Role.PRACTITIONER, Role.AGENCY_LEAD, Role.TRAINER, Role.LI_MEMBER):
        assert (await suite.person(POLICE, role).create("/courses", **COURSE, code="mine")).status_code == 403
    await suite.person(COUNCIL, Role.BUSINESS_UNIT).made("/courses", **COURSE, code="ours")


async def test_a_file_with_a_fault_changes_nothing(suite: Running, tmp_path: Path) -> None:
    own = SERVICE.loads["courses"].own
    assert own
    lines = own.read_text().splitlines()
    wrong = tmp_path / "courses.csv"
    wrong.write_text("\n".join([lines[0], lines[1].replace(",short,", ",deep,"), lines[2], lines[2]]))
    runtime, load = suite.runtime, SERVICE.loads["courses"].run
    with pytest.raises(BadFile, match="Known kinds of evaluation"):
        await load(runtime.database, runtime.settings, wrong, lambda done, of: None)
    wrong.write_text("\n".join([lines[0], lines[2], lines[2]]))
    with pytest.raises(BadFile, match="stands in row 2 already"):
        await load(runtime.database, runtime.settings, wrong, lambda done, of: None)
    changed = tmp_path / "changed.csv"
    changed.write_text("\n".join([lines[0], lines[1].replace("Understanding Neglect", "Seeing neglect")]))
    said = await load(runtime.database, runtime.settings, changed, lambda done, of: None)
    assert said == "Courses: 0 new, 1 changed, 0 as they were."
