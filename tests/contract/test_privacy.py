"""Nothing of a person is where it is not declared: the running suite is told of a made-up child wherever it listens,
and everything that it wrote is looked through.

What is allowed stands here, as data. A child's numbers and what was refused are allowed nowhere.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.contract import planted
from tests.contract.planted import (
    ANYTHING,
    CHILD,
    NONSENSE,
    NUMBER,
    OF_CHILD,
    OF_NOBODY,
    OF_STAFF,
    STAFF,
    STAFF_EMAIL,
    V1,
    Caller,
    columns,
    readable,
)
from tests.e2e.modes import Separate, separate
from tests.e2e.post import post_office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(500)]

# Words about a child, where those who may read a case write them; an answer is kept for a day, to be given again.
CHILD_MAY_BE_IN = {
    f"escalations.{table}.{column}"
    for table, columns in {
        "access_record": ("reason",),
        "asked_decision": ("text", "became"),
        "break_glass": ("reason",),
        "escalation": (
            "child_views",
            "guidance",
            "impact_text",
            "outcome_text",
            "priority_reason",
            "raiser_role",
            "raiser_team",
            "receiving_team",
            "safety_action",
            "summary",
            "vignette",
            "wanted",
        ),
        "history_entry": ("text",),
        "idempotency": ("body", "shown"),
        "learning_entry": ("text",),
        "learning_point": ("text",),
        "note": ("text", "retraction"),
        "stage_entry": ("skip_reason",),
    }.items()
    for column in columns
}
# Staff whom agencies name: the register tells the others whom to reach, the gateway knows who has an account.
STAFF_MAY_BE_IN = {
    "bus.log.value",
    *(f"governance.contact.{column}" for column in ("email", "name", "post", "telephone")),
    "governance.outbox.data",
    *(f"escalations.contact.{column}" for column in ("email", "name", "telephone")),
    *(f"reviews.contact.{column}" for column in ("email", "name", "telephone")),
    *(f"training.contact.{column}" for column in ("email", "name", "telephone")),
    *(f"escalations.letter.{column}" for column in ("address", "name")),
    *(f"gateway.person.{column}" for column in ("email", "name")),
}
# What the exact edition says in words; the wider one says none.
REPORT_MAY_SAY = {"became", "changes", "skips", "vignettes"}


@dataclass
class Written:
    """Everything that the suite has said and kept."""

    mode: Separate
    caller: Caller
    letters: list[str]
    fields: set[str]


@pytest.fixture(scope="module")
def written(first_started: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """The suite as separate processes that log all they can, after people have told it what they should not."""
    folder = tmp_path_factory.mktemp("privacy")
    with post_office() as office:
        settings = {"SAFER_LOG_LEVEL": "DEBUG", "SAFER_SMTP_URL": f"smtp://127.0.0.1:{office.port}"}
        with separate(folder, settings, started=first_started, kafka=False) as mode:
            caller, fields = asyncio.run(told(mode))
            yield Written(mode, caller, [letter.as_string() for letter in office.letters], fields)


async def told(mode: Separate) -> tuple[Caller, set[str]]:
    """Tell it all."""
    async with httpx.AsyncClient(timeout=60) as client:
        caller = Caller(client, mode)
        await planted.staff(caller)
        await planted.lives(caller)
        await planted.refused(caller)
        fields = await planted.every_operation(caller)
        await planted.settled(mode)
    return caller, fields


async def test_what_is_kept(written: Written) -> None:
    """Every column of every schema: tables, outboxes, dead letters, access records, and the bus itself."""
    assert await columns(written.mode, OF_NOBODY) == set()
    assert await columns(written.mode, OF_CHILD) == CHILD_MAY_BE_IN
    assert await columns(written.mode, OF_STAFF) == STAFF_MAY_BE_IN


async def test_what_is_logged_and_measured(written: Written) -> None:
    """By every process, PostgreSQL's own among them, and at the most talkative level."""
    assert len(logs(written.mode)) == len(written.mode.processes) + 1
    for log in logs(written.mode):
        assert not found(log.read_text()), log
    async with httpx.AsyncClient() as client:
        for service in written.mode.processes:
            assert not found((await client.get(written.mode.metrics(service))).text)


def test_what_is_refused(written: Written) -> None:
    """A refusal repeats nothing of what was sent."""
    refusals = [answer for answer in written.caller.answers if answer.status_code >= 400]
    assert {400, 401, 404, 409, 412, 413, 422, 500} <= {answer.status_code for answer in refusals}
    assert {answer.text for answer in refusals if found(readable(answer))} == set()


def test_what_is_posted(written: Written) -> None:
    """Letters say whom they are for, and nothing of whom they are about."""
    assert len(written.letters) > 10
    told = [line for letter in written.letters for line in letter.splitlines() if found(line)]
    assert set(told) == {f"To: {STAFF_EMAIL}", f"{STAFF},"}


async def test_what_is_handed_out(written: Written) -> None:
    """To another agency; and to whom a report is for: words that were written for it, and no number of a child."""
    async with httpx.AsyncClient(timeout=60) as client:
        caller = Caller(client, written.mode)
        others = await caller.send("trust/agency_lead", "GET", f"{V1}/export")
        own = await caller.send("police/agency_lead", "GET", f"{V1}/export")
        assert not found(readable(others))
        assert OF_CHILD.search(readable(own))
        assert not OF_NOBODY.search(readable(own))
        for ending in ("json", "csv", "html", "pdf", "xlsx"):
            report = await caller.send("council/li_member", "GET", f"{V1}/reports/2026-27/Q3.{ending}")
            assert report.status_code == 200
            assert not OF_NOBODY.search(readable(report))
            assert not OF_STAFF.search(readable(report))
        report = await caller.send("council/li_member", "GET", f"{V1}/reports/2026-27/Q3.json")
    parts = [part for section in report.json()["sections"] for part in section["parts"]]
    assert {part["id"] for part in parts if OF_CHILD.search(json.dumps(part))} == REPORT_MAY_SAY


async def test_a_leak_would_be_found(written: Written) -> None:
    """The net has no hole: what is planted where nothing may be is caught in it."""
    log = written.mode.folder / "planted.log"
    await written.mode.ask(f"CREATE TABLE gateway.planted AS SELECT '{CHILD} {STAFF} {NUMBER}'::bytea AS body")
    log.write_text(f"GET /{NONSENSE}\n")
    try:
        for pattern, allowed in ((OF_NOBODY, set()), (OF_CHILD, CHILD_MAY_BE_IN), (OF_STAFF, STAFF_MAY_BE_IN)):
            assert await columns(written.mode, pattern) - allowed == {"gateway.planted.body"}
        assert [one.name for one in logs(written.mode) if found(one.read_text())] == ["planted.log"]
    finally:
        await written.mode.ask("DROP TABLE gateway.planted")
        log.unlink()


def logs(mode: Separate) -> list[Path]:
    """What every process has logged, PostgreSQL's own among them."""
    return [*mode.folder.glob("*.log"), *mode.folder.glob("postgres/server.log*")]


def found(text: str) -> list[str]:
    """What of anybody is in a text."""
    return ANYTHING.findall(text)
