"""The register over HTTP: read by everybody, kept by the business unit, versioned, and told to the others."""

from datetime import UTC, date, datetime

from services.governance.app import SERVICE
from shared.contracts import governance as events
from shared.policy import Role
from tests.service.governance.running import COUNCIL, POLICE, SCHOOL, Running

NEW = {"id": "made-up-academy", "name": "Made-up Academy", "agency_type": "academy"}


async def test_the_whole_register_can_be_read_page_by_page(suite: Running) -> None:
    anybody = suite.person(SCHOOL, Role.OBSERVER)
    found = await anybody.items("/agencies", limit=50)
    ids = [agency["id"] for agency in found]
    assert len(ids) == 204
    assert ids == sorted(set(ids))
    assert {a["standing"] for a in found} == {"current", "ended"}


async def test_agencies_of_a_day_of_a_type_of_a_name(suite: Running) -> None:
    anybody = suite.person(POLICE)
    in_2019 = await anybody.items("/agencies", agency_type="icb", in_effect_on="2019-10-01")
    today = await anybody.items("/agencies", agency_type="icb", in_effect_on="2026-10-07")
    assert len(in_2019) == 4
    assert [agency["id"] for agency in today] == ["nhs-cheshire-and-merseyside-icb"]
    assert [a["id"] for a in await anybody.items("/agencies", q="hmp styal")] == ["hmpyoi-styal"]
    assert len(await anybody.items("/agencies", q="st mary's catholic")) == 2
    assert await anybody.items("/agencies", q="100%_") == []
    assert len(await anybody.items("/agencies", expected_to_raise=True)) == 10


async def test_a_cursor_serves_its_own_list_only(suite: Running) -> None:
    anybody = suite.person(POLICE)
    cursor = (await anybody.get("/agencies", limit=2)).json()["next"]
    refused = await anybody.get("/agencies", limit=2, cursor=cursor, agency_type="academy")
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "cursor")


async def test_succession_is_read_both_ways(suite: Running) -> None:
    anybody = suite.person(POLICE)
    ccg = (await anybody.get("/agencies/nhs-cheshire-ccg")).json()
    assert ccg["predecessor_ids"] == [
        "nhs-eastern-cheshire-ccg",
        "nhs-south-cheshire-ccg",
        "nhs-vale-royal-ccg",
        "nhs-west-cheshire-ccg",
    ]
    assert ccg["successor_ids"] == ["nhs-cheshire-and-merseyside-icb"]
    assert ccg["standing"] == "ended"


async def test_the_past_successions_are_told(suite: Running) -> None:
    told = [event for event in await suite.events("agency") if isinstance(event, events.AgencySucceeded)]
    assert len(told) == 7
    assert {event.successor_ids for event in told} == {
        ("nhs-cheshire-ccg",),
        ("nhs-cheshire-and-merseyside-icb",),
        ("probation-service-cheshire",),
    }


async def test_an_agency_is_registered_once(suite: Running) -> None:
    created = await suite.unit.create("/agencies", key="one", **NEW)
    again = await suite.unit.create("/agencies", key="one", **NEW)
    twice = await suite.unit.create("/agencies", key="two", **NEW)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    assert created.headers["location"] == "/governance/v1/agencies/made-up-academy"
    assert (again.status_code, again.headers["idempotency-replayed"], again.json()) == (201, "true", created.json())
    assert (twice.status_code, twice.json()["code"]) == (409, "already_registered")
    assert [type(e).__name__ for e in await suite.events("agency") if e.subject == NEW["id"]] == ["AgencyRegistered"]


async def test_a_name_in_look_alike_letters_is_registered_in_latin_ones(suite: Running) -> None:
    created = await suite.unit.made("/agencies", **NEW | {"name": "CЕСP Centre"})
    assert created["name"] == "CECP Centre"
    assert created["name"].isascii()
    refused = await suite.unit.create("/agencies", **NEW | {"id": "another", "name": "Школа"})
    assert refused.json()["errors"][0]["path"] == "name"


async def test_only_the_business_unit_keeps_the_register(suite: Running) -> None:
    for agency, role in ((COUNCIL, Role.AGENCY_LEAD), (POLICE, Role.BUSINESS_UNIT), (COUNCIL, Role.PLATFORM_ADMIN)):
        refused = await suite.person(agency, role).create("/agencies", **NEW)
        assert refused.status_code == 403, (agency, role)
    refused = await suite.person(POLICE, Role.BUSINESS_UNIT).create("/agencies", **NEW)
    assert "council hosts the business unit" in refused.json()["detail"]


async def test_a_change_is_a_new_version_with_its_history(suite: Running) -> None:
    answer = await suite.unit.edit("/agencies/alsager-school", {"agency_type": "academy"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["agency_type"], answer.json()["unverified"]) == ("academy", [])
    versions = (await suite.unit.get("/agencies/alsager-school/history")).json()["items"]
    assert [(v["version"], v["agency_type"]) for v in versions] == [(2, "academy"), (1, "school_maintained")]
    assert versions[1]["recorded_by"] == "load"
    changed = (await suite.events("agency"))[-1]
    assert isinstance(changed, events.AgencyChanged)
    assert (changed.subject, changed.agency_type) == ("alsager-school", "academy")


async def test_a_change_needs_the_version_that_was_read(suite: Running) -> None:
    assert (await suite.unit.edit("/agencies/alsager-school", {"note": "a"}, etag="")).status_code == 428
    assert (await suite.unit.edit("/agencies/alsager-school", {"note": "a"}, etag='"1"')).status_code == 200
    assert (await suite.unit.edit("/agencies/alsager-school", {"note": "b"}, etag='"1"')).status_code == 412
    assert (await suite.unit.edit("/agencies/alsager-school", {"name": None})).status_code == 422
    assert (await suite.unit.edit("/agencies/alsager-school", {"id": "x"})).status_code == 422
    assert (await suite.unit.edit("/agencies/nowhere", {"note": "a"})).status_code == 404


async def test_a_change_that_changes_nothing_is_no_version(suite: Running) -> None:
    before = await suite.events("agency")
    answer = await suite.unit.edit("/agencies/alsager-school", {"name": "Alsager School"})
    assert answer.headers["etag"] == '"1"'
    assert await suite.events("agency") == before


async def test_a_school_becomes_an_academy_of_another_name(suite: Running) -> None:
    await suite.unit.made("/agencies", **NEW | {"effective_from": "2027-01-01"})
    ending = {"effective_to": "2026-12-31", "successor_ids": [NEW["id"]]}
    assert (await suite.unit.edit("/agencies/alsager-school", ending, "end")).status_code == 200
    assert isinstance((await suite.events("agency"))[-1], events.AgencyChanged)
    await suite.at(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert isinstance((await suite.events("agency"))[-1], events.AgencyChanged)
    await suite.at(datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC))
    told = (await suite.events("agency"))[-1]
    assert isinstance(told, events.AgencySucceeded)
    assert (told.subject, told.effective_to, told.successor_ids) == (
        "alsager-school",
        date(2026, 12, 31),
        (NEW["id"],),
    )
    again = await suite.unit.edit("/agencies/alsager-school", ending | {"effective_to": "2027-02-01"}, "end")
    assert (again.status_code, again.json()["code"]) == (409, "agency_ended")


async def test_a_successor_must_be_there_on_the_day_after(suite: Running) -> None:
    for successors, code in (
        (["nowhere"], "not_registered"),
        (["nhs-cheshire-ccg"], "not_in_effect"),
        (["alsager-school"], "itself"),
    ):
        ending = {"effective_to": "2026-12-31", "successor_ids": successors}
        refused = await suite.unit.edit("/agencies/alsager-school", ending, "end")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


async def test_the_clock_of_the_sandbox_knows_when_the_next_agency_ends(suite: Running) -> None:
    job = next(job for job in SERVICE.jobs if job.name == "agencies-end")
    await suite.unit.edit("/agencies/alsager-school", {"effective_to": "2027-06-30"}, "end")
    async with suite.runtime.database.reading() as tx:
        due_at = await job.next_due(tx)
    assert due_at == datetime(2027, 6, 30, 23, 0, tzinfo=UTC)  # midnight in London, in summer time


async def test_restating_tells_every_agency_again(suite: Running) -> None:
    async with suite.runtime.database.transaction() as tx:
        assert await SERVICE.restates["agencies"](tx) == 204
    told = [event for event in await suite.events("agency") if isinstance(event, events.AgencyRestated)]
    assert len({event.subject for event in told}) == 204
