"""The gateway over the network, against Debian's nginx whose `auth_request` asks the same upstream whether the caller may."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from string import Template
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from services.gateway.authorization.api import published_keys
from tests.bench.load import HOST, Measured, in_turns, load, p50, rate, request
from tests.bench.report import told
from tests.bench.serving import free_port, served, wait
from tests.postgres import Databases, OwnDatabase
from tests.service.gateway.conftest import prepared
from tests.service.gateway.running import environment, running
from tests.tokens import ISSUER

ROUNDS, REQUESTS = 15, 300
PACED_ROUNDS = 15
PATH = "/escalations/v1/escalations/0190f3c2-7a1e-7b3c-9d5e-000000000001"


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """The gateway's database."""
    with prepared(databases) as own:
        yield own


@contextmanager
def nginx(upstream: str, folder: Path) -> Iterator[str]:
    """Debian's nginx with a configuration of its own."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    text = Template(Path(__file__).with_name("nginx.conf").read_text())
    configuration = folder / "nginx.conf"
    given = {"folder": folder, "port": port, "upstream": urlsplit(upstream).netloc}
    configuration.write_text(text.safe_substitute(given))
    with TemporaryFile() as log:
        process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)], stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


async def _given(database: OwnDatabase) -> tuple[dict[str, Any], dict[str, str]]:
    """What all applications are told, and the header of a system's token."""
    async with running(database, public_url=ISSUER) as gateway:
        await gateway.system(scopes=["escalations.read"])
        keys = await published_keys(gateway.gateway)
        headers = await gateway.bearer(aud=ISSUER)
    given = {"url": database.runtime_url("gateway"), "issuer": ISSUER, "keys": keys}
    return given | {"environment": environment(database)}, headers


@pytest.mark.timeout(600)
async def test_gateway(database: OwnDatabase, tmp_path: Path) -> None:
    """Token verified, role and standing enforced, limits counted; and what that adds at half of the greatest load."""
    given, headers = await _given(database)
    with (
        served("tests.bench.upstream", given) as upstream,
        served("tests.bench.gateway", given | {"upstream": upstream}) as gateway,
        nginx(upstream, tmp_path) as reference,
    ):
        sent = request(PATH, headers)
        assert {_status(url) for url in (gateway, reference)} == {401}
        at_most = [partial(load, url + PATH, sent, REQUESTS) for url in (gateway, reference)]
        slices = await in_turns(ROUNDS, *at_most)
        half = rate(slices[0]) / 2
        paced = [partial(load, url, sent, int(half / 2), a_second=half) for url in (gateway, reference, upstream)]
        through, by_nginx, direct = await in_turns(PACED_ROUNDS, *paced)
    told("gateway over the network", *slices, reach=0.7, more=_at_half_load(half, through, by_nginx, direct))


def _at_half_load(
    half: float, through: list[Measured], by_nginx: list[Measured], direct: list[Measured]
) -> dict[str, float | str]:
    return {
        "half load per second": round(half),
        "added p50 ms at half load": round(_added(through, direct), 2),
        "to reach: added p50 ms": 3,
        "added p50 ms by nginx": round(_added(by_nginx, direct), 2),
    }


def _added(through: list[Measured], direct: list[Measured]) -> float:
    """What the way adds to the middle time of a request, in milliseconds, in the middle one of the rounds."""
    return median(p50([one]) - p50([other]) for one, other in zip(through, direct, strict=True))


def _status(url: str) -> int:
    """What a stranger is told there."""
    try:
        with urlopen(Request(url + PATH, headers={"host": HOST})) as answer:
            return int(answer.status)
    except OSError as refused:
        return int(getattr(refused, "code", 0))
