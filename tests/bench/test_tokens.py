"""The token endpoint, against npm's oidc-provider: the same grant, signed assertion and algorithm, `jti` kept in PostgreSQL."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest
from joserfc.jwk import ECKey, KeySet

from tests.bench.load import in_turns, load, request
from tests.bench.report import told
from tests.bench.serving import free_port, served, wait
from tests.node import NODE, installed
from tests.postgres import Databases, OwnDatabase
from tests.service.gateway.conftest import prepared
from tests.service.gateway.running import KEY, environment, proof, running
from tests.tokens import ISSUER

# The reference is compiled while it runs, and is at its speed after some thousand requests: the first rounds do not count.
WARMING, ROUNDS, REQUESTS = 20, 40, 150
HERE = Path(__file__).parent / "oidc_provider"
CLIENT = "police-system"
SCOPE = "escalations.read"


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """The gateway's database."""
    with prepared(databases) as own:
        yield own


@pytest.fixture
def theirs(databases: Databases) -> Iterator[OwnDatabase]:
    """The reference's database."""
    with databases.lent() as own:
        yield own


@pytest.fixture(scope="module")
def library() -> Path:
    """The library in the version that package.json names."""
    return installed(HERE)


@contextmanager
def oidc_provider(library: Path, database: OwnDatabase) -> Iterator[str]:
    """The reference, in a process of its own."""
    given: dict[str, Any] = {
        "issuer": ISSUER,
        "port": free_port(),
        "socket": str(database.address.socket_folder),
        "database": database.name,
        "user": "postgres",
        "signing": KeySet([ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"})]).as_dict(private=True),
        "client": {
            "client_id": CLIENT,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "grant_types": ["client_credentials"],
            "redirect_uris": [],
            "response_types": [],
            "scope": SCOPE,
            "jwks": KeySet([KEY]).as_dict(private=False),
        },
    }
    with TemporaryFile() as log:
        own = os.environ | {"BENCH": json.dumps(given), "NODE_ENV": "production"}
        process = subprocess.Popen([NODE, "server.mjs"], cwd=library, env=own, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{given['port']}"
            wait(url, process, log, "/.well-known/openid-configuration")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def asked(path: str) -> bytes:
    """One request for a token; each assertion is good for one."""
    fields = proof(CLIENT, aud=ISSUER) | {"grant_type": "client_credentials", "scope": SCOPE}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return request(path, headers, method="POST", body=urlencode(fields).encode())


@pytest.mark.timeout(600)
async def test_token_endpoint(database: OwnDatabase, theirs: OwnDatabase, library: Path) -> None:
    """Client read, assertion checked, `jti` kept, an access token signed with ES256."""
    async with running(database, public_url=ISSUER) as gateway:
        await gateway.system(CLIENT, scopes=[SCOPE])
    given = {"issuer": ISSUER, "environment": environment(database)}
    with served("tests.bench.gateway", given) as ours, oidc_provider(library, theirs) as reference:
        slices = await in_turns(
            WARMING + ROUNDS,
            partial(load, ours + "/oauth/token", lambda _: asked("/oauth/token"), REQUESTS),
            partial(load, reference + "/token", lambda _: asked("/token"), REQUESTS),
        )
    # Those of the last slice at least: what has expired may have been forgotten.
    assert await _kept(database, "gateway.used_assertion") >= REQUESTS
    assert await _kept(theirs, "kept WHERE model = 'ReplayDetection'") >= REQUESTS
    counting = [one[WARMING:] for one in slices]
    told("token endpoint, signed assertion, jti in PostgreSQL", *counting, reach=1.0)


async def _kept(database: OwnDatabase, where: str) -> int:
    """How many uses of an assertion are remembered."""
    connection = await asyncpg.connect(database.url())
    found: int = await connection.fetchval(f"SELECT count(*) FROM {where}")
    await connection.close()
    return found
