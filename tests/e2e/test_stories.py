"""The same stories through the gateway in both modes."""

from collections.abc import Iterator

import pytest

from shared.embedded import EmbeddedPostgres
from tests.e2e.modes import Mode, embedded, separate
from tests.e2e.story import bright, dark

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=["embedded", "separate"])
def mode(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mode]:
    """One process on the embedded bus, then a process for each service on real Kafka."""
    if request.param == "embedded":
        with embedded(request.getfixturevalue("data")) as running:
            yield running
        return
    data = tmp_path_factory.mktemp("separate")
    servers = request.getfixturevalue("kafka_servers")
    with EmbeddedPostgres(data / "postgres", durable=False) as address, separate(address, servers, data) as running:
        yield running


async def test_bright_then_dark(mode: Mode) -> None:
    """A challenge that is answered, and one that nobody answers."""
    await bright(mode.url)
    await dark(mode.url)
