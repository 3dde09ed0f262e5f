"""The report as its readers get it: formats, editions, the rows behind a figure, freezing, decisions, denominators."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import openpyxl
import pypdf
import pytest
import rfc8785
from sqlalchemy import func, select

from services.escalations.escalations.models import Escalation
from services.escalations.jobs import JOBS
from services.escalations.reports import snapshots
from services.escalations.reports.commands import hide
from services.escalations.reports.domain import Snapshot
from services.escalations.reports.models import FrozenQuarter
from services.escalations.reports.publication import Published
from services.escalations.rulebook import CALENDAR
from shared.jobs import sweep
from shared.policy import AgencyType, Role
from tests.postgres import Databases, OwnDatabase
from tests.service.escalations.reports.histories import Teller, write
from tests.service.escalations.reports.learnt import hear, made_up
from tests.service.escalations.running import COUNCIL, POLICE, Person, Running, install, running
from tests.unit.documents.readers import from_csv, from_html, from_json, from_pdf, squeezed

HIDE = next(job for job in JOBS if job.name == "hide")
REPORT = "/escalations/v1/reports/2026-27/Q2"
BEGINS, ENDS = datetime(2025, 7, 1, tzinfo=UTC), datetime(2026, 10, 7, tzinfo=UTC)
SCRUTINEER = ("an-independent-scrutineer", AgencyType.INDEPENDENT)


async def live(database: OwnDatabase) -> None:
    """A year of matters, and of learning."""
    await install(database)
    async with running(database) as suite:
        async with suite.runtime.database.transaction() as tx:
            await write(tx, Teller(11, CALENDAR, BEGINS, ENDS).stories(80))
        await hear(suite, *made_up())


@pytest.fixture
def full_database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database of one's own in which it is."""
    with databases.installed(live) as copy:
        yield copy


@pytest.fixture
async def lived(full_database: OwnDatabase) -> AsyncIterator[Running]:
    """A service with a year behind it."""
    async with running(full_database) as started:
        yield started


def unit(running: Running) -> Person:
    return running.person(COUNCIL, Role.BUSINESS_UNIT)


async def post(person: Person, path: str, **body: Any) -> httpx.Response:
    return await person.client.post(path, json=body, headers=person.headers)


async def put(person: Person, path: str, **body: Any) -> httpx.Response:
    return await person.client.put(path, json=body, headers=person.headers)


class Killed(Exception):
    """What a process says that has no time to say anything."""


async def prepared_and_killed(running: Running) -> None:
    """The search, which ends before its transaction does."""
    async with running.runtime.database.transaction() as tx:
        assert await hide(tx) == 1
        raise Killed


async def prepared(running: Running, report: str = REPORT) -> str:
    """What has become of a wider edition, once that is decided, by the service's own sweep or this one."""
    while (found := (await unit(running).get(f"{report}/freeze")).json()["wider"]) == "being_prepared":
        await sweep(running.runtime.database, HIDE)
        await asyncio.sleep(0.05)
    return str(found)


def parts(answer: httpx.Response) -> dict[str, Any]:
    """The parts of a report in JSON, by id."""
    return {part["id"]: part for section in answer.json()["sections"] for part in section["parts"]}


async def test_all_formats_of_both_editions_say_the_same(lived: Running) -> None:
    assert (await post(unit(lived), f"{REPORT}/freeze")).status_code == 201
    assert await prepared(lived) == "published"
    for edition in ("exact", "wider"):
        sent = {
            e: await unit(lived).get(f"{REPORT}.{e}", edition=edition) for e in ("json", "html", "csv", "pdf", "xlsx")
        }
        assert {answer.status_code for answer in sent.values()} == {200}
        cells = from_json(sent["json"].content)
        lines = from_csv(sent["csv"].content)
        assert {place: lines[place] for place in cells} == {
            place: ("" if value is None else str(value), status) for place, (value, status) in cells.items()
        }
        tables = [part for part in parts(sent["json"]).values() if part["part"] == "table"]
        pages, text = from_html(sent["html"].content), from_pdf(sent["pdf"].content)
        book = openpyxl.load_workbook(io.BytesIO(sent["xlsx"].content))
        sheets = {sheet.title.split(" ", 1)[1]: sheet for sheet in book if sheet.title[0].isdigit()}
        for table in tables:
            shown = [row[1:] for row in pages[table["id"]][1:]]
            assert len(shown) == len(table["rows"])
            for row, written in zip(table["rows"], shown, strict=True):
                assert squeezed("".join([row["title"], *written])) in text, (table["id"], row["id"])
            held = [line[1:] for line in sheets[table["id"][:28]].iter_rows(values_only=True)][-len(table["rows"]) :]
            if table["rows"]:
                marks = {"hidden": "[c]", "not_applicable": "[z]"}
                columns = [column["id"] for column in table["columns"]]
                expected = [[row["cells"][column] for column in columns] for row in table["rows"]]
                flat = [marks.get(cell["status"]) or cell["value"] for row in expected for cell in row]
                # XlsxWriter keeps sixteen digits of seventeen.
                assert [cell for line in held for cell in line] == [
                    pytest.approx(value, rel=1e-14) if isinstance(value, float) else value for value in flat
                ]


async def test_the_format_is_what_the_caller_accepts(lived: Running) -> None:
    async def typed(accept: str) -> str:
        answer = await lived.client.get(REPORT, headers=unit(lived).headers | {"accept": accept})
        return answer.headers["content-type"].partition(";")[0]

    assert await typed("*/*") == "application/json"
    assert await typed("text/html,application/xhtml+xml,*/*;q=0.8") == "text/html"
    assert await typed("text/csv") == "text/csv"
    assert await typed("application/json;q=0.2, application/pdf") == "application/pdf"
    assert await typed("image/png") == "application/problem+json"
    refused = await lived.client.get(REPORT, headers=unit(lived).headers | {"accept": "text/html;q=0"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


async def test_the_year_is_written_either_way_and_a_wrong_one_is_explained(lived: Running) -> None:
    for year in ("2026/27", "2026-27"):
        read = await unit(lived).get(f"/escalations/v1/reports/{year}/Q2")
        assert read.json()["subtitle"].startswith("2026/27 Q2")
    assert (await unit(lived).get("/escalations/v1/reports/2026-27/Q2/nothing")).status_code == 404
    wrong = await unit(lived).get("/escalations/v1/reports/2026-28/Q2")
    assert wrong.status_code == 422
    assert "2026/27" in wrong.json()["detail"]
    future = await unit(lived).get("/escalations/v1/reports/2027-28/Q1")
    assert (future.status_code, future.json()["code"]) == (404, "quarter_not_started")


async def test_pages_and_files_bear_what_protects_them(lived: Running) -> None:
    page = await unit(lived).get(f"{REPORT}.html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-store"
    assert 'filename="escalations-2026-27-Q2.html"' in page.headers["content-disposition"]
    assert page.text.count('<p class="marking">OFFICIAL-SENSITIVE') == 2
    pdf = await unit(lived).get(f"{REPORT}.pdf")
    assert all(
        page.extract_text().count("OFFICIAL-SENSITIVE") == 2 for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    )


async def test_exact_counts_are_for_those_who_work_with_them(lived: Running) -> None:
    lead = lived.person(POLICE, Role.AGENCY_LEAD)
    early = await lead.get(REPORT)
    assert (early.status_code, early.json()["code"]) == (409, "wider_edition_not_published")
    await post(unit(lived), f"{REPORT}/freeze")
    await prepared(lived)
    for person in (lived.person(POLICE, Role.LI_MEMBER), lived.person(SCRUTINEER, Role.SCRUTINEER)):
        assert "hidden" not in (await person.get(REPORT)).text
    wider = await lead.get(REPORT)
    assert wider.json()["notes"][0].startswith("Wider edition")
    assert '"status":"hidden"' in wider.text
    assert '"rows":"/' not in wider.text, "the wider edition leads to no rows"
    assert not {"skips", "vignettes", "corrections-table"} & parts(wider).keys()
    refused = await lead.get(REPORT, edition="exact")
    assert (refused.status_code, refused.json()["code"]) == (403, "exact_edition")


async def test_every_figure_is_walked_back_to_its_rows(lived: Running) -> None:
    member = lived.person(COUNCIL, Role.LI_MEMBER)
    walked = 0
    for table in parts(await member.get(REPORT)).values():
        for row in table.get("rows", []) if table["part"] == "table" else []:
            for column, cell in row["cells"].items():
                if (
                    cell["rows"]
                    and "/rows?" in cell["rows"]
                    and not column.startswith(("advances", "skipped-stages", "responses"))
                ):
                    answer = await lived.client.get(f"{cell['rows']}&limit=200", headers=member.headers)
                    assert answer.status_code == 200, cell["rows"]
                    assert len(answer.json()["items"]) == cell["value"], (table["id"], row["id"], column)
                    walked += 1
    assert walked > 60


async def test_rows_come_in_pages_and_every_one_shown_is_recorded(lived: Running) -> None:
    member = lived.person(COUNCIL, Role.LI_MEMBER)
    before = len(await lived.access_records())
    first = (await member.get(f"{REPORT}/rows", figure="opened", limit=5)).json()
    second = (await member.get(f"{REPORT}/rows", figure="opened", limit=5, cursor=first["next"])).json()
    ids = [row["id"] for row in (*first["items"], *second["items"])]
    assert len(set(ids)) == 10
    records = (await lived.access_records())[before:]
    assert [record.record_id for record in records] == ids
    assert {record.view for record in records} == {"pseudonymised"}


async def test_matters_that_the_exact_edition_tells_of_one_by_one_are_recorded(lived: Running) -> None:
    report = parts(await unit(lived).get(REPORT))
    told = {row["id"].rsplit("-", 1)[0] for row in report["skips"]["rows"]}
    async with lived.runtime.database.reading() as tx:
        rows = await tx.rows(select(Escalation.id, Escalation.reference))
    ids = {row.reference.lower(): str(row.id) for row in rows}
    before = len(await lived.access_records())
    await unit(lived).get(f"{REPORT}.csv")
    records = (await lived.access_records())[before:]
    assert {ids[reference] for reference in told} <= {record.record_id for record in records}
    assert told
    assert len(records) <= len(told) + 1  # and the oldest


async def test_rows_are_refused_where_there_are_none_to_see(lived: Running) -> None:
    assert (await lived.person(POLICE, Role.EXECUTIVE_MEMBER).get(f"{REPORT}/rows", figure="opened")).status_code == 403
    member = lived.person(COUNCIL, Role.LI_MEMBER)
    for unknown in ({"figure": "nothing"}, {"figure": "opened", "overrun": "workload"}, {"figure": "informal_notes"}):
        answer = await member.get(f"{REPORT}/rows", **unknown)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_figure")
    answer = await member.get(f"{REPORT}/rows", figure="opened", colour="red")
    assert answer.status_code == 422


async def test_a_frozen_quarter_says_the_same_for_ever_and_what_came_later_beside_it(lived: Running) -> None:
    frozen = (await post(unit(lived), f"{REPORT}/freeze")).json()
    await prepared(lived)
    before = parts(await unit(lived).get(REPORT))
    assert not before["corrections-table"]["rows"]
    wider = (await lived.person(POLICE, Role.AGENCY_LEAD).get(REPORT)).content
    async with lived.runtime.database.transaction() as tx:
        late = Teller(5, CALENDAR, datetime(2026, 9, 1, tzinfo=UTC), ENDS).stories(3)
        for number, story in enumerate(late):
            story.number = 1000 + number
        await write(tx, late)
    await lived.at(datetime(2027, 1, 4, 12, 0, tzinfo=UTC))
    after = await unit(lived).get(REPORT)
    assert frozen["hash"] in after.text
    for id_, part in before.items():
        if id_ not in ("corrections-table",):
            assert parts(after)[id_] == part, id_
    rows = parts(after)["corrections-table"]["rows"]
    assert len({row["title"] for row in rows}) == len(rows), "two agencies, or two figures, may be called alike"
    corrected = {row["id"]: row["cells"] for row in rows}
    assert corrected["opened"]["today"]["value"] == corrected["opened"]["frozen"]["value"] + 3
    assert (await lived.person(POLICE, Role.AGENCY_LEAD).get(REPORT)).content == wider


async def test_the_hash_that_every_rendering_prints_is_the_snapshots(lived: Running) -> None:
    member = lived.person(POLICE, Role.LI_MEMBER)
    early = await member.get(f"{REPORT}/snapshot")
    assert (early.status_code, early.json()["code"]) == (404, "quarter_not_frozen")
    frozen = (await post(unit(lived), f"{REPORT}/freeze")).json()
    await prepared(lived)
    sent = await member.get(f"{REPORT}/snapshot")
    assert (sent.status_code, sent.headers["content-type"]) == (200, "application/json")
    assert sent.headers["cache-control"] == "private, no-store"
    assert hashlib.sha256(sent.content).hexdigest() == frozen["hash"]
    assert rfc8785.dumps(sent.json()) == sent.content, "canonical, so that it can be made again from its values"
    for edition in ("exact", "wider"):
        for ending in ("json", "html", "csv"):
            assert frozen["hash"] in (await member.get(f"{REPORT}.{ending}", edition=edition)).text, (edition, ending)
    whole = {figure: number for figure, cut, number in sent.json()["counts"] if not cut}
    assert parts(await member.get(REPORT))["opened"]["value"] == whole["opened"]
    outsider = await lived.person(POLICE, Role.AGENCY_LEAD).get(f"{REPORT}/snapshot")
    assert (outsider.status_code, outsider.json()["code"]) == (403, "exact_edition")


async def test_a_quarter_is_frozen_once_and_only_when_it_is_over(lived: Running) -> None:
    running = await post(unit(lived), "/escalations/v1/reports/2026-27/Q3/freeze")
    assert (running.status_code, running.json()["code"]) == (409, "quarter_not_over")
    assert (await post(unit(lived), f"{REPORT}/freeze")).status_code == 201
    again = await post(unit(lived), f"{REPORT}/freeze")
    assert (again.status_code, again.json()["code"]) == (409, "quarter_already_frozen")
    assert (await post(lived.person(POLICE, Role.LI_MEMBER), f"{REPORT}/freeze")).status_code == 403
    async with lived.runtime.database.reading() as tx:
        (row,) = await tx.rows(select(FrozenQuarter.quarter, FrozenQuarter.hash))
    assert row.quarter == "2026/27 Q2"


async def test_the_wider_edition_shows_nothing_before_it_is_decided_and_a_kill_loses_nothing(lived: Running) -> None:
    lead = lived.person(POLICE, Role.AGENCY_LEAD)
    assert (await lead.get(f"{REPORT}/freeze")).json()["code"] == "quarter_not_frozen"
    async with lived.runtime.database.transaction() as held:
        await held.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("escalations:hide", 0))))
        frozen = (await post(unit(lived), f"{REPORT}/freeze")).json()
        assert frozen["wider"] == "being_prepared"
        assert (await lead.get(f"{REPORT}/freeze")).json() == frozen
        assert (await unit(lived).get(REPORT)).status_code == 200, "the exact edition is there at once"
        for ending in ("json", "html", "csv", "pdf", "xlsx"):
            early = await lead.get(f"{REPORT}.{ending}")
            assert (early.status_code, early.json()["code"]) == (409, "wider_edition_being_prepared")
        with pytest.raises(Killed):
            await prepared_and_killed(lived)
        assert (await lead.get(f"{REPORT}/freeze")).json() == frozen, "what was killed has decided nothing"
    assert await prepared(lived) == "published"
    assert (await lead.get(f"{REPORT}/freeze")).json() == frozen | {"wider": "published"}
    assert (await lead.get(REPORT)).json()["notes"][0].startswith("Wider edition")


async def test_quarters_frozen_one_after_another_make_the_trend(lived: Running) -> None:
    for path in ("2025-26/Q4", "2026-27/Q1", "2026-27/Q2"):
        assert (await post(unit(lived), f"/escalations/v1/reports/{path}/freeze")).status_code == 201, path
    rows = parts(await unit(lived).get(REPORT))["trend-table"]["rows"]
    assert len(rows) == 8
    assert [row["cells"]["known"]["value"] for row in rows[-3:]] == ["frozen", "frozen", "not frozen"]
    stock = [
        (row["cells"]["opened"]["value"], row["cells"]["left"]["value"], row["cells"]["open-at-end"]["value"])
        for row in rows
    ]
    for (_, _, before), (opened, left, open_) in pairwise(stock):
        assert before + opened - left == open_
    for path in ("2025-26/Q4", "2026-27/Q1", "2026-27/Q2"):
        await prepared(lived, f"/escalations/v1/reports/{path}")
    async with lived.runtime.database.reading() as tx:
        (middle,) = await tx.rows(select(FrozenQuarter.snapshot).where(FrozenQuarter.quarter == "2026/27 Q1"))
        around = await snapshots.published_around(tx, Published(Snapshot(middle.snapshot)))
    assert [one.quarter.quarter for one in around] == ["2025/26 Q4", "2026/27 Q2"], "whichever was frozen first"
    published = parts(await lived.person(POLICE, Role.AGENCY_LEAD).get(REPORT))["trend-table"]["rows"]
    assert [row["cells"]["known"]["value"] for row in published][:5] == ["not published"] * 5


async def test_decisions_are_asked_for_and_what_became_of_them_is_told_next_quarter(lived: Running) -> None:
    staff = unit(lived)
    await lived.at(datetime(2026, 10, 8, 9, 0, tzinfo=UTC))
    path = f"{REPORT}/decisions"
    assert (await put(staff, f"{path}/1", text="Fund a second contact.")).status_code == 204
    assert (await put(staff, f"{path}/1", text="Fund a second point of contact.")).status_code == 204
    assert (await put(staff, f"{path}/4", text="One too many.")).status_code == 422
    asked = parts(await staff.get(REPORT))["asked"]
    assert asked["paragraphs"] == ["Fund a second point of contact."]
    assert (await post(staff, f"{path}/2/became", text="?")).json()["code"] == "decision_not_asked"
    assert (await post(staff, f"{path}/1/became", text="Funded from April.")).status_code == 204
    following = parts(await staff.get("/escalations/v1/reports/2026-27/Q3"))["became"]
    assert following["paragraphs"] == ["Fund a second point of contact. – Funded from April."]
    await post(staff, f"{REPORT}/freeze")
    assert (await put(staff, f"{path}/1", text="Too late.")).status_code == 409


async def test_a_rate_needs_a_denominator_and_names_who_supplied_it(lived: Running) -> None:
    provider = lived.person(COUNCIL, Role.DATA_PROVIDER)
    assert not parts(await unit(lived).get(REPORT))["rates-table"]["rows"]
    assert (await put(provider, f"{REPORT}/denominators/referrals", number=400)).status_code == 204
    assert (await put(provider, f"{REPORT}/denominators/moons", number=1)).status_code == 422
    found = parts(await unit(lived).get(REPORT))
    (row,) = found["rates-table"]["rows"]
    assert row["cells"]["rate"]["value"] == 100 * found["opened"]["value"] / 400
    assert row["cells"]["supplied-by"]["value"] == "cheshire-east-council"


async def test_an_empty_quarter_is_a_report_too(suite: Running) -> None:
    answer = await unit(suite).get(REPORT)
    found = parts(answer)
    assert found["opened"]["value"] == 0
    assert found["raiser-told"]["status"] == "not_applicable"
    assert found["stuck"]["paragraphs"] == ["No answer fell due."]
    assert [agency["id"] for agency in found["silent-agencies"]["rows"]] == [
        "cheshire-constabulary", "cheshire-east-council", "nhs-cheshire-and-merseyside-icb", "ruskin-community-high-school",
    ]  # fmt: skip
    for ending in ("html", "csv", "pdf", "xlsx"):
        assert (await unit(suite).get(f"{REPORT}.{ending}")).status_code == 200
    assert (await post(unit(suite), f"{REPORT}/freeze")).status_code == 201
    assert await prepared(suite) == "published"
    wider = await suite.person(POLICE, Role.AGENCY_LEAD).get(REPORT)
    assert wider.json()["subtitle"].startswith("The four quarters that end with 2026/27 Q2")


async def test_a_running_quarter_is_told_up_to_now_and_marked(lived: Running) -> None:
    report = (await unit(lived).get("/escalations/v1/reports/2026-27/Q3")).json()
    assert report["subtitle"].endswith("unfinished")
    assert datetime.fromisoformat(report["as_at"]) - datetime(2026, 10, 7, 11, tzinfo=UTC) < timedelta(minutes=1)
