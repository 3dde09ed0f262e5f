"""Distribution lists: an open session invites those subscribed to its series, besides those that are named for it."""

from typing import Any

from shared.policy import Role
from tests.service.training.running import COUNCIL, POLICE, Running

LIST: dict[str, Any] = {"name": "School leads", "email": "Leads@schools.example", "series": ["how-to"]}
OPEN: dict[str, Any] = {"kind": "open", "places": None}
HOW_TO = {"series": "how-to"}


async def test_a_session_of_a_series_invites_its_subscribers(suite: Running) -> None:
    made = await suite.manager.made("/distribution-lists", **LIST)
    await suite.manager.made("/distribution-lists", **LIST | {"name": "Bite", "email": "b@b.example", "series": []})
    path = f"/distribution-lists/{made['id']}"
    session = await suite.planned(HOW_TO, **OPEN, distribution_lists=["all@police.example", "leads@schools.example"])
    assert session["distribution_lists"] == ["all@police.example", "leads@schools.example"]
    assert (await suite.planned(HOW_TO, **OPEN))["distribution_lists"] == ["leads@schools.example"]
    assert (await suite.planned(HOW_TO))["distribution_lists"] == [], "here people book"
    ended = await suite.manager.edit(path, {"effective_to": "2026-10-06"})
    assert (ended.json()["effective_to"], ended.json()["name"]) == ("2026-10-06", "School leads")
    course = (await suite.manager.items("/courses", series="how-to"))[0]
    times = {"starts_at": "2026-11-04T12:00:00Z", "ends_at": "2026-11-04T13:00:00Z", "place": "Westfields"}
    nobody = await suite.manager.create("/sessions", course_id=course["id"], kind="open", **times)
    assert nobody.json()["errors"][0]["path"] == "distribution_lists"
    assert (await suite.manager.read(f"/sessions/{session['id']}"))["distribution_lists"][1] == "leads@schools.example"


async def test_lists_are_told_apart_by_their_addresses(suite: Running) -> None:
    first = await suite.manager.made("/distribution-lists", **LIST, agency_id=POLICE[0])
    again = await suite.manager.create("/distribution-lists", **LIST | {"email": "LEADS@schools.example"})
    assert (again.status_code, again.json()["code"]) == (409, "list_known")
    unknown = await suite.manager.create("/distribution-lists", **LIST | {"email": "a@b.example", "series": ["how-so"]})
    assert unknown.json()["errors"][0]["path"] == "series.0"
    strange = await suite.manager.create("/distribution-lists", **LIST | {"email": "a@b.example"}, agency_id="nobody")
    assert strange.json()["errors"][0]["path"] == "agency_id"
    path = f"/distribution-lists/{first['id']}"
    assert (await suite.manager.edit(path, {"email": LIST["email"], "series": []})).status_code == 200
    assert (await suite.manager.edit(path, {"name": "Lost"}, etag='"1"')).status_code == 412
    second = await suite.manager.made("/distribution-lists", name="Another", email="a@b.example", series=["bitesize"])
    assert [one["name"] for one in await suite.manager.items("/distribution-lists", limit=1)] == [
        "Another",
        "School leads",
    ]
    found = [await suite.manager.items("/distribution-lists", **by) for by in ({"series": "bitesize"}, HOW_TO)]
    assert [[one["id"] for one in some] for some in found] == [[second["id"]], []]
    assert (await suite.person(COUNCIL, Role.PRACTITIONER).get("/distribution-lists")).status_code == 403
