"""Sweeps: run until nothing is due, and broken off where they would go on for ever."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from shared.db import Tx
from shared.jobs import MOST_BATCHES_IN_ONE_GO, Job, follows, sweep
from tests.eventing import Services, install_services
from tests.postgres import Databases, OwnDatabase, run

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def installed(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with two services' plumbing."""
    with databases.lent() as database:
        run(install_services(database))
        yield database


def broken_off(job: Job) -> float:
    """How often, as the metric has it."""
    labels = {"service": "alpha", "job": job.name}
    return REGISTRY.get_sample_value("safer_sweeps_unended_total", labels) or 0.0


@pytest.mark.parametrize(("due", "handled"), [(25, 25), (None, 10 * MOST_BATCHES_IN_ONE_GO)])
async def test_a_sweep_comes_to_its_end(
    installed: OwnDatabase, caplog: pytest.LogCaptureFixture, due: int | None, handled: int
) -> None:
    """What stays due whatever is done to it is left to the next round, and told of."""
    left = due

    async def ten(tx: Tx) -> int:
        nonlocal left
        batch = 10 if left is None else min(left, 10)
        left = left if left is None else left - batch
        return batch

    job, services = Job(f"ten of {due}", timedelta(minutes=1), ten, follows), Services.on(installed)
    with caplog.at_level(logging.ERROR):
        assert await sweep(services.alpha, job) == handled
    await services.close()
    assert broken_off(job) == len(caplog.records) == (due is None)
