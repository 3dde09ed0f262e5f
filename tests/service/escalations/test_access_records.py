"""The access record: sealed in order, proven to whoever it concerns, and what is done to it afterwards is named."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from shared.db import Tx
from shared.jobs import sweep
from shared.policy import Role
from shared.sealing import BadSeal, check
from tests.postgres import OwnDatabase
from tests.service.escalations.running import COUNCIL, POLICE, SCHOOL, Running
from tests.unit.shared.test_merkle import PROGRAM

pytestmark = pytest.mark.anyio
V1 = "/escalations/v1"
TABLES = ("access_record", "sealed_entry", "tree_node", "tree_head")


async def sealed(suite: Running) -> None:
    """Seal what has been written by now."""
    await sweep(suite.runtime.database, suite.runtime.sealing)


async def read_often(suite: Running, times: int = 3) -> dict[str, Any]:
    """A matter that both sides read, and a school asks for in vain."""
    matter = await suite.person(POLICE).raised()
    for _ in range(times):
        for agency in (POLICE, COUNCIL, SCHOOL):
            await suite.person(agency).get(f"{V1}/escalations/{matter['id']}")
    return matter


async def test_each_entry_is_proven_to_its_own_agency(suite: Running) -> None:
    matter = await read_often(suite)
    lead = suite.person(COUNCIL, Role.AGENCY_LEAD)
    waiting = (await lead.get(f"{V1}/access-records")).json()
    assert waiting["head"] is None
    assert all(item["sealed"] is None for item in waiting["items"])
    await sealed(suite)
    page = (await lead.get(f"{V1}/access-records", record_id=matter["id"])).json()
    head = page["head"]
    assert PROGRAM.signed(head)
    assert not PROGRAM.signed(head | {"size": head["size"] + 1})
    assert len(page["items"]) == 3
    for item in page["items"]:
        assert item["entry"]["agency_id"] == COUNCIL[0]
        assert item["entry"]["record_id"] == matter["id"]
        proof = item["sealed"]
        leaf = PROGRAM.leaf(item["entry"], bytes.fromhex(proof["salt"]))
        assert leaf.hex() == proof["leaf"]
        path = [bytes.fromhex(one) for one in proof["path"]]
        assert PROGRAM.root_of(leaf, proof["position"], head["size"], path).hex() == head["root"]
        other = PROGRAM.leaf(item["entry"] | {"subject": "somebody else"}, bytes.fromhex(proof["salt"]))
        assert PROGRAM.root_of(other, proof["position"], head["size"], path).hex() != head["root"]


async def test_the_refused_are_told_apart_and_pages_follow_one_another(suite: Running) -> None:
    await read_often(suite, times=5)
    await sealed(suite)
    lead = suite.person(SCHOOL, Role.AGENCY_LEAD)
    assert (await lead.get(f"{V1}/access-records", refused=False)).json()["items"] == []
    found: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await lead.get(f"{V1}/access-records", refused=True, limit=2, **cursor)).json()
        found += [item["entry"]["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == 5
    assert found == sorted(set(found), reverse=True)
    stolen = await suite.person(COUNCIL, Role.AGENCY_LEAD).get(f"{V1}/access-records", refused=True, **cursor)
    assert stolen.status_code == 422


async def test_every_head_leads_to_every_later_one(suite: Running) -> None:
    heads = []
    for _ in range(4):
        await read_often(suite)
        await sealed(suite)
        await sealed(suite)  # nothing new, no new head
        heads.append((await suite.person(SCHOOL).get(f"{V1}/access-records/heads")).json()["items"][0])
    assert len({head["size"] for head in heads}) == 4
    for number, first in enumerate(heads):
        for second in heads[number:]:
            answer = await suite.person(SCHOOL).get(
                f"{V1}/access-records/heads/{second['size']}/consistency", first=first["size"]
            )
            told = answer.json()
            assert (told["first"], told["second"]) == (first, second)
            path = [bytes.fromhex(one) for one in told["path"]]
            roots = PROGRAM.roots_of(first["size"], second["size"], bytes.fromhex(first["root"]), path)
            assert [root.hex() for root in roots] == [first["root"], second["root"]]
    absent = await suite.person(SCHOOL).get(f"{V1}/access-records/heads/{2**40}/consistency", first=1)
    assert (absent.status_code, absent.json()["code"]) == (404, "head_not_found")
    backwards = await suite.person(SCHOOL).get(f"{V1}/access-records/heads/1/consistency", first=2)
    assert (backwards.status_code, backwards.json()["errors"][0]["path"]) == (422, "first")


async def test_a_head_is_told_to_others(suite: Running) -> None:
    await read_often(suite)
    await sealed(suite)
    assert (await suite.outbox())[-1] == "access_record.sealed.v1"


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(minutes=5)], ids=["one clock", "two clocks"])
async def test_an_entry_that_may_still_come_is_waited_for(suite: Running, behind: timedelta) -> None:
    database = suite.runtime.database
    async with database.transaction() as slow:
        await _entry(slow, slow.wall)
        async with database.transaction() as other:  # perhaps of a process whose clock is slower than that of who seals
            await _entry(other, other.wall - behind)
        await sealed(suite)
        before = await check(database)
    await sealed(suite)
    assert await check(database) == before + 2


async def _entry(tx: Tx, at: datetime) -> None:
    table = tx.plumbing.access_record
    said = {"at": at, "subject": "s", "client_id": "c", "agency_id": "a", "action": "escalations.escalation.read"}
    await tx.execute(table.insert(), said | {"record_type": "escalations.escalation", "record_id": "slow"})


@pytest.mark.parametrize(
    ("done", "named"),
    [
        ("UPDATE access_record SET subject = 'nobody' WHERE id = 3", "Entry 3 is not what was sealed."),
        ("DELETE FROM access_record WHERE id = 2", "Entry 2 has been taken away."),
        ("DELETE FROM access_record WHERE id = (SELECT max(id) FROM access_record)", "has been taken away."),
        ("DELETE FROM sealed_entry WHERE position = 4", "What was sealed at position 4 has been taken away."),
        ("UPDATE sealed_entry SET salt = '\\x00' WHERE position = 0", "Entry 1 is not what was sealed."),
        ("UPDATE tree_head SET sealed_at = sealed_at - interval '1 day'", "does not bear its signature."),
        ("UPDATE tree_node SET hash = '\\x00' WHERE level = 0 AND place = 1", "Entry 2 is not what was sealed."),
        (
            "WITH gone AS (DELETE FROM sealed_entry WHERE position > 8), head AS (DELETE FROM tree_head) "
            "DELETE FROM access_record WHERE id > 9",
            "that was kept elsewhere is not in the record.",
        ),
    ],
)
async def test_the_first_thing_that_is_not_as_sealed_is_named(
    suite: Running, database: OwnDatabase, done: str, named: str
) -> None:
    await read_often(suite)
    await sealed(suite)
    kept = (await suite.person(SCHOOL).get(f"{V1}/access-records/heads")).json()["items"][0]
    assert await check(suite.runtime.database, kept) == kept["size"]
    connection = await asyncpg.connect(database.owner_url("escalations"))
    try:
        await connection.execute("SET search_path = escalations")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is append-only"):
            await connection.execute(done)
        for table in TABLES:
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        await connection.execute(done)
    finally:
        await connection.close()
    with pytest.raises(BadSeal) as bad:
        await check(suite.runtime.database, kept)
    assert named in str(bad.value)


async def test_an_entry_put_in_beside_is_named(suite: Running, database: OwnDatabase) -> None:
    await read_often(suite)
    connection = await asyncpg.connect(database.owner_url("escalations"))
    await connection.execute("ALTER TABLE escalations.access_record DISABLE TRIGGER append_only")
    await connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM escalations.access_record WHERE id = 4")
    await connection.execute("DELETE FROM escalations.access_record WHERE id = 4")
    await connection.execute("UPDATE escalations.access_record SET at = at - interval '1 hour'")
    await sealed(suite)
    await connection.execute("INSERT INTO escalations.access_record OVERRIDING SYSTEM VALUE SELECT * FROM kept")
    await connection.close()
    with pytest.raises(BadSeal, match="Entry 4 was put in beside what is sealed"):
        await check(suite.runtime.database)
