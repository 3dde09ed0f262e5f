"""An installation's database: prepared once and again, each service in its own rooms, and no sandbox over real data."""

import hashlib
import hmac
import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping

import asyncpg
import httpx
import pytest
from sqlalchemy import func, select

from services.composition import SERVICES, suite_of
from shared import installation
from shared.internal import ready
from shared.migrations import runtime
from shared.plumbing import append_only
from shared.settings import Settings
from shared.startup import CannotStart
from tests.postgres import OwnDatabase, run

KEYS = {f"SAFER_{name}_KEY": "0" * 64 for name in ("PSEUDONYM", "SEAL", "CURSOR", "RECORD")}


def environment(database: OwnDatabase, **more: str) -> dict[str, str]:
    """The settings of an installation on `database`."""
    given = {
        "SAFER_DATABASE_URL": database.url("{service}_runtime"),
        "SAFER_OWNER_DATABASE_URL": database.url("{service}_owner"),
        "SAFER_ADMIN_DATABASE_URL": database.url(),
    }
    return given | KEYS | more


async def prepare(environment: Mapping[str, str]) -> None:
    """Prepare for all services."""
    await installation.prepare(list(SERVICES.values()), environment)


async def execute(url: str, *statements: str) -> None:
    """Run statements as the role that the address names."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_prepared_once_and_again(empty_database: OwnDatabase) -> None:
    for _ in range(2):
        await prepare(environment(empty_database))
    suite = suite_of(environment(empty_database))
    assert await suite.bus.healthy()
    await suite.bus.close()


async def test_the_gateway_tells_of_every_service_in_its_process(empty_database: OwnDatabase) -> None:
    """Ready when all are; of a consumer whose bus is away nobody says that it receives."""
    await prepare(environment(empty_database))
    suite = suite_of(environment(empty_database))
    transport = httpx.ASGITransport(suite.apps["gateway"])
    async with suite.alive(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        await suite.ready()
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        assert answer.json()["services"].keys() == SERVICES.keys() - {"gateway"}
        assert (await ready(suite.runtimes["gateway"], bus=False))["consumer"] is False
        role = runtime("escalations")
        await execute(
            empty_database.url(),
            f"REVOKE CONNECT ON DATABASE {empty_database.name} FROM PUBLIC, {role}",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
            f" AND datname = '{empty_database.name}'",
        )
        answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["services"]["escalations"]["checks"]["database"] is False


async def test_each_service_is_its_own_role_and_reads_no_others(empty_database: OwnDatabase) -> None:
    """Also in one process, where all of them are together."""
    await prepare(environment(empty_database))
    suite = suite_of(environment(empty_database))
    for name, service in suite.runtimes.items():
        async with service.database.reading() as tx:
            assert await tx.scalar(select(func.current_user())) == runtime(name)
            assert await tx.scalar(select(func.count()).select_from(tx.plumbing.outbox)) == 0
        for other in SERVICES.keys() - {name}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await execute(empty_database.runtime_url(name), f"SELECT FROM {other}.outbox")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(empty_database.runtime_url(name), f"CREATE TABLE {name}.more (id int)")
        for table in append_only(service.service.base.metadata):
            for statement in (f"DELETE FROM {table.fullname}", f"TRUNCATE {table.fullname}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await execute(empty_database.runtime_url(name), statement)
        await service.database.close()
    await suite.bus.close()


async def test_data_of_a_newer_version_are_left_alone(empty_database: OwnDatabase) -> None:
    await prepare(environment(empty_database))
    await execute(empty_database.owner_url("governance"), "UPDATE governance.schema_version SET version_num = 'later'")
    with pytest.raises(CannotStart, match=r"newer version .* Nothing was changed\.$"):
        await prepare(environment(empty_database))
    settings = Settings.read("governance", environment(empty_database))
    # While a later version replaces this one, both run on what the later has migrated.
    await installation.check(SERVICES["governance"], settings)
    await execute(empty_database.owner_url("governance"), "UPDATE governance.schema_version SET version_num = '0001'")
    with pytest.raises(CannotStart, match="run `python -m services migrate` first"):
        await installation.check(SERVICES["governance"], settings)


async def test_a_database_is_a_sandbox_from_its_first_day_or_never(empty_database: OwnDatabase) -> None:
    real, sandbox = environment(empty_database), environment(empty_database, SAFER_SANDBOX="true")
    await prepare(real)
    with pytest.raises(CannotStart, match="cannot be switched on"):
        await prepare(sandbox)
    with pytest.raises(CannotStart, match="cannot be switched on"):
        await installation.check(SERVICES["escalations"], Settings.read("escalations", sandbox))
    await installation.check(SERVICES["escalations"], Settings.read("escalations", real))


async def test_a_service_on_a_database_that_it_cannot_use(empty_database: OwnDatabase) -> None:
    """It does not start where nothing is prepared, and waits for one that is away; a sandbox must be sure at once."""
    training, given = SERVICES["training"], environment(empty_database)
    with pytest.raises(CannotStart, match="run `python -m services migrate` first"):
        await installation.check(training, Settings.read("training", given))
    away = given | {"SAFER_DATABASE_URL": "postgresql://someone:secret@127.0.0.1:1/none"}
    await installation.check(training, Settings.read("training", away))
    with pytest.raises(CannotStart, match="PostgreSQL cannot be used") as refused:
        await installation.check(training, Settings.read("training", away | {"SAFER_SANDBOX": "true"}))
    assert "secret" not in str(refused.value)


async def test_a_sandbox_is_no_place_for_real_data(empty_database: OwnDatabase) -> None:
    sandbox = environment(empty_database, SAFER_SANDBOX="true")
    for _ in range(2):
        await prepare(sandbox)
    await installation.check(SERVICES["escalations"], Settings.read("escalations", sandbox))
    with pytest.raises(CannotStart, match="holds a sandbox"):
        await prepare(environment(empty_database))
    with pytest.raises(CannotStart, match="holds a sandbox"):
        await installation.check(SERVICES["escalations"], Settings.read("escalations", environment(empty_database)))


async def test_roles_have_the_passwords_under_which_the_services_use_them(empty_database: OwnDatabase) -> None:
    given = environment(empty_database)
    url = given["SAFER_DATABASE_URL"].replace("{service}_runtime@", "{service}_runtime:its%20secret@")
    await prepare(given | {"SAFER_DATABASE_URL": url})
    connection = await asyncpg.connect(empty_database.url())
    try:
        kept = await connection.fetch(
            "SELECT rolname, rolpassword FROM pg_authid WHERE rolpassword LIKE 'SCRAM%' AND rolname LIKE 'escalations%'"
        )
    finally:
        await connection.close()
    assert [row["rolname"] for row in kept] == ["escalations_runtime"]
    assert _is_of(kept[0]["rolpassword"], "its secret"), "what an address escapes is read as a client reads it"


def _is_of(verifier: str, password: str) -> bool:
    """Whether PostgreSQL's SCRAM verifier (RFC 5803) was made of the password."""
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):.+", verifier)
    assert found
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b64decode(found[2]), int(found[1]))
    return hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest() == b64decode(found[3])


async def test_what_is_missing_is_named(empty_database: OwnDatabase) -> None:
    given = environment(empty_database)
    del given["SAFER_OWNER_DATABASE_URL"]
    with pytest.raises(
        CannotStart, match="SAFER_OWNER_DATABASE_URL is needed: PostgreSQL as the role governance_owner"
    ):
        await prepare(given)


async def test_a_database_that_does_not_answer(empty_database: OwnDatabase) -> None:
    nowhere = environment(empty_database, SAFER_ADMIN_DATABASE_URL="postgresql://someone:secret@127.0.0.1:1/none")
    with pytest.raises(CannotStart, match="PostgreSQL cannot be used") as refused:
        await prepare(nowhere)
    assert "secret" not in str(refused.value)


def test_two_processes_prepare_at_once(empty_database: OwnDatabase) -> None:
    ours = {**os.environ, **environment(empty_database)}
    command = [sys.executable, "-m", "services", "migrate"]
    both = [subprocess.Popen(command, env=ours, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said


@pytest.mark.parametrize("words", [("load",), ("restate", "governance", "agencies")])
def test_a_command_before_the_database_is_prepared(empty_database: OwnDatabase, words: tuple[str, ...]) -> None:
    """One sentence that names the cure, whether roles and tables are missing or tables alone."""
    for _ in range(2):
        said = subprocess.run(
            [sys.executable, "-m", "services", *words],
            env=os.environ | environment(empty_database),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (said.returncode, said.stdout) == (1, "")
        assert "run `python -m services migrate` first." in said.stderr
        assert "Traceback" not in said.stderr
        run(installation.create_roles(empty_database.url(), list(SERVICES.values())))


@pytest.mark.long
def test_what_was_loaded_is_known_to_the_planner(empty_database: OwnDatabase) -> None:
    """After a load the tables' owner has them looked at, so that plans are made for what is there."""
    ours = os.environ | environment(empty_database)
    for words in (("migrate",), ("load", "governance", "agencies")):
        subprocess.run([sys.executable, "-m", "services", *words], env=ours, check=True, capture_output=True)
    counted = "SELECT reltuples FROM pg_class WHERE oid = 'governance.agency'::regclass"

    async def known() -> float:
        connection = await asyncpg.connect(empty_database.url())
        try:
            return float(await connection.fetchval(counted))
        finally:
            await connection.close()

    assert run(known()) > 150
