"""The certified clients `openid-client` and `oauth4webapi` work with the gateway as they come, over TLS."""

import asyncio
import json
import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from sqlalchemy import update

from services.gateway.models import Client
from services.gateway.sandbox.cast import CALLBACK, FRONT, PASSWORD, player
from tests.node import NODE, installed
from tests.postgres import Databases, OwnDatabase
from tests.service.gateway.conftest import prepared
from tests.service.gateway.running import Running
from tests.service.gateway.sandbox import sandbox

pytestmark = pytest.mark.anyio

SIGNED_OUT = "https://front.example/signed-out"
HERE = Path(__file__).parent / "oauth_clients"


@pytest.fixture(scope="module")
def libraries() -> Path:
    """The libraries in the versions that package.json names."""
    return installed(HERE)


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """The gateway's database."""
    with prepared(databases) as own:
        yield own


async def clients(gateway: Running) -> dict[str, Any]:
    """Register what the libraries play; their private keys by algorithm."""
    keys: dict[str, Any] = {
        "ES256": ECKey.generate_key("P-256", {"kid": "es"}),
        "PS256": RSAKey.generate_key(2048, {"kid": "ps"}),
        "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
        "RS512": RSAKey.generate_key(2048, {"kid": "rs"}),
    }
    own = KeySet([keys["ES256"], keys["PS256"], keys["Ed25519"]]).as_dict(private=False)
    await gateway.system("system", redirect_uris=[CALLBACK], jwks=json.dumps(own))
    nhs = KeySet([keys["RS512"]]).as_dict(private=False)
    await gateway.system("nhs", kind="nhs_signed_jwt", jwks=json.dumps(nhs))
    addresses = {"origins": ["https://front.example"], "post_logout_redirect_uris": [SIGNED_OUT]}
    await gateway.write(update(Client).where(Client.client_id == FRONT).values(addresses))
    return {alg: key.as_dict(private=True) for alg, key in keys.items()}


def tls(folder: Path) -> ssl.SSLContext:
    """A certificate of a test authority for `localhost`; the authority's own is left in the folder."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.mark.parametrize(("library", "role"), [("openid_client", "agency_lead"), ("oauth4webapi", "practitioner")])
async def test_a_certified_client_works_unchanged(
    libraries: Path, database: OwnDatabase, tmp_path: Path, library: str, role: str
) -> None:
    who = player("police", role)
    async with sandbox(database, "localhost", tls(tmp_path)) as box:
        given = {
            "issuer": box.url,
            "system": "system",
            "nhs": "nhs",
            "front": FRONT,
            "callback": CALLBACK,
            "signedOut": SIGNED_OUT,
            "keys": await clients(box.running),
            "person": {"email": who.email, "name": who.name, "password": PASSWORD, "totp": who.totp_secret},
        }
        (tmp_path / "given.json").write_text(json.dumps(given))
        process = await asyncio.create_subprocess_exec(
            NODE,
            "--test",
            "--test-reporter=tap",
            str(libraries / f"{library}.test.mjs"),
            env=os.environ
            | {"NODE_EXTRA_CA_CERTS": str(tmp_path / "authority.pem"), "GIVEN": str(tmp_path / "given.json")},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    passed = re.search(r"^# pass (\d+)$|^  # pass (\d+)$", said, re.MULTILINE)
    assert passed, said
