"""The same stories through the gateway in both modes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.dark import dark
from tests.e2e.modes import Mode, embedded, separate
from tests.e2e.poison import poison
from tests.e2e.post import post_office
from tests.e2e.story import bright, trace
from tests.e2e.thread_dark import tempted
from tests.post_office import PostOffice

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(500)]
FROM_NOTHING = "separate, from nothing"
IN_FULL = [
    "embedded",
    pytest.param(FROM_NOTHING, marks=pytest.mark.long),
]  # months pass in them, with all processes at work


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    """The mail server of both."""
    with post_office() as office:
        yield office


@pytest.fixture(scope="module", params=["embedded", "separate"])
def mode(
    request: pytest.FixtureRequest, office: PostOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mode]:
    """One process on the embedded bus; a process for each service on real Kafka, which from nothing is filled first."""
    office.letters.clear()
    post = {"SAFER_SMTP_URL": f"smtp://127.0.0.1:{office.port}", "SAFER_LOG_LEVEL": "INFO"}
    if request.param == "embedded":
        with embedded(request.getfixturevalue("data"), post) as running:
            yield running
    else:
        started = None if request.param == FROM_NOTHING else request.getfixturevalue("first_started")
        with separate(tmp_path_factory.mktemp("separate"), post, started=started) as running:
            yield running


async def test_bright(mode: Mode) -> None:
    """A challenge that is answered."""
    await bright(mode)


async def test_trace(mode: Mode) -> None:
    """A request is followed from the gateway to what it causes."""
    await trace(mode)


@pytest.mark.parametrize("mode", IN_FULL, indirect=True)
async def test_dark(mode: Mode, office: PostOffice) -> None:
    """One that nobody answers, while everything goes wrong that may; see `tests/e2e/dark.py`."""
    await dark(mode, office)


@pytest.mark.parametrize("mode", IN_FULL, indirect=True)
async def test_thread(mode: Mode, office: PostOffice) -> None:
    """From an incident to measured impact, with all that nobody may do tried on the way: see `thread_story.py`, `thread_dark.py`."""
    await tempted(mode, office)


@pytest.mark.long
@pytest.mark.parametrize("mode", [FROM_NOTHING], indirect=True)
async def test_poison(mode: Mode, tmp_path: Path) -> None:
    """One event in a thousand that cannot be handled: the others have their effect, and it has its own when mended."""
    await poison(mode, tmp_path)
