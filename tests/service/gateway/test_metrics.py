"""What the gateway counts can be read behind it, and never through the public door."""

import socket
from urllib.request import urlopen

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete

from services.gateway.models import Agency
from shared import serving
from shared.startup import CannotStart
from tests.postgres import OwnDatabase
from tests.service.gateway.running import Running, running

pytestmark = pytest.mark.anyio

ONE = "/escalations/v1/escalations/0192"


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free: int = listener.getsockname()[1]
    return free


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_who_is_turned_away_is_counted_by_the_reason(gateway: Running) -> None:
    await gateway.system(origins=["https://front.example"])
    before = {why: value("safer_turned_away_total", why=why) for why in ("name", "path", "headers", "origin", "rate")}
    await gateway.http.get(ONE, headers={"host": "evil.example"})
    await gateway.http.get("/metrics")
    await gateway.http.get(ONE, headers={"x-long": "x" * 20_000})
    asks = {"access-control-request-method": "GET", "origin": "https://evil.example"}
    await gateway.http.options(ONE, headers=asks)
    after = {why: value("safer_turned_away_total", why=why) - count for why, count in before.items()}
    assert after == {"name": 1, "path": 1, "headers": 1, "origin": 1, "rate": 0}


async def test_who_calls_too_often_is_counted(database: OwnDatabase) -> None:
    async with running(database, requests_a_minute=1) as started:
        before = value("safer_turned_away_total", why="rate")
        for _ in range(3):
            await started.http.get("/escalations/v1/open")
        assert value("safer_turned_away_total", why="rate") - before == 2


async def test_what_is_passed_on_is_timed_and_what_fails_counted(gateway: Running) -> None:
    def passed() -> float:
        return value("safer_upstream_seconds_count", service="escalations")

    async def away(scope: object, receive: object, send: object) -> None:
        raise ConnectionError("nobody is there")

    before = passed()
    assert (await gateway.http.get("/escalations/v1/open")).status_code == 200
    assert passed() == before + 1
    failed = value("safer_upstream_failures_total", service="escalations", why="unreachable")
    await gateway.write(delete(Agency))
    async with running(gateway.database) as other:
        await other.http.get("/escalations/v1/open")
        door = other.app.router.routes[0]
        door.services["escalations"] = away  # type: ignore[attr-defined]
        assert (await other.http.get("/escalations/v1/open")).status_code == 503
    assert value("safer_upstream_failures_total", service="escalations", why="unreachable") == failed + 1


def test_metrics_have_an_address_of_their_own(port: int) -> None:
    with serving.metrics("127.0.0.1", port), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        assert "safer_turned_away_total" in answer.read().decode()
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)


def test_a_taken_address_is_told_in_a_sentence(port: int) -> None:
    with (
        serving.metrics("127.0.0.1", port),
        pytest.raises(CannotStart, match=f"port {port} .*GATEWAY_METRICS_PORT"),
        serving.metrics("127.0.0.1", port),
    ):
        pass


def test_no_port_is_no_address() -> None:
    with serving.metrics("256.0.0.1", 0):
        pass
