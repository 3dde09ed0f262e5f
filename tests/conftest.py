"""What every test may ask for: an event loop like the real one, and a real PostgreSQL with databases of its own."""

import fcntl
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from shared.embedded import Address, EmbeddedPostgres
from tests.e2e.running import suite
from tests.kafka.broker import shared_servers
from tests.postgres import Databases, OwnDatabase

# Nothing that is imported or collected is garbage, and looking for some takes a fifth of it; `pytest_collection_finish` ends it.
gc.disable()

# Processes that tests start keep compiled modules, as those of users do: without, each spends seconds on compiling.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# An example may take its time: a machine under load is no fault of the property.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

# HTTPX asks at each request whether trio runs; that nothing is installed to tell is known once, and not looked for again.
sys.modules["sniffio"] = None  # type: ignore[assignment]

# A database of one's own is a thousand files to copy: in memory that takes a fifteenth of the work, where there is room.
MEMORY, ROOM = Path("/dev/shm"), 6 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

LONGEST = (
    "test_conformance",
    "test_stories",
    "test_browser",
    "test_examples",
    "test_access_matrix",
    "test_command_line",
    "test_first_sign_in",
    "test_installation",
    "test_privacy",
    "test_suppression",
    "test_kafka_faults",
    "test_documents",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest begin first, so that no process is left with one of them at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, but not among what stays to the end."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Asynchronous tests run on uvloop, as the services do."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A PostgreSQL for this test process alone; it keeps nothing safe from a power cut, and so is quick."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as address:
        yield address


@pytest.fixture(scope="session")
def databases(postgres: Address) -> Databases:
    """Makes databases, for those who need more than one or share one within a module."""
    return Databases(postgres)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database of one's own with nothing in it."""
    with databases.lent() as database:
        yield database


@pytest.fixture(scope="session")
def kafka_servers() -> str:
    """Bootstrap servers of a real Kafka broker, one for all workers of this run; use topics and groups of your own."""
    return shared_servers()


@pytest.fixture(scope="session")
def first_started(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data of a suite that has started for the first time and stopped, made once for all workers; only to be copied."""
    common = tmp_path_factory.getbasetemp()
    common = common if worker_id == "master" else common.parent
    data = common / "first-started"
    with (common / "first-started.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            with suite(common / "starting"):
                pass
            (common / "starting").rename(data)
    return data
