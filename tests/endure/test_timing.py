"""How long a refusal takes tells nothing: another agency's record is as far away as one that never was."""

import statistics
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.policy import Role
from tests.postgres import Databases, run
from tests.service.doors.running import Doors, Filled, doors, install
from tests.service.escalations.running import ICB

CALLS = 1000
APART = 0.10
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]


async def timed(suite: Doors, path: str, token: dict[str, str]) -> float:
    """The seconds that one reading takes which ends in 404."""
    begun = time.perf_counter()
    answer = await suite.clients["escalations"].get(path, headers=token)
    assert answer.status_code == 404
    return time.perf_counter() - begun


@pytest.fixture
def filled(databases: Databases) -> Iterator[Filled]:
    """An installation of its own."""
    with databases.lent() as database:
        yield run(install(database))


@pytest.mark.parametrize("tail", ["", "/history", "/decision"])
async def test_hidden_and_absent_take_the_same_time(filled: Filled, tail: str) -> None:
    """Medians of a thousand calls each, by turns, within a tenth."""
    hidden: list[float] = []
    absent: list[float] = []
    async with doors(filled) as suite:
        token = suite.bearer(ICB, Role.AGENCY_LEAD, exp=2**40)
        for _ in range(CALLS):
            for record, found in ((suite.ids["escalation_id"], hidden), (str(uuid4()), absent)):
                found.append(await timed(suite, f"/escalations/v1/escalations/{record}{tail}", token))
    medians = statistics.median(hidden), statistics.median(absent)
    print(f"\n{tail or '/'}: hidden {medians[0] * 1e3:.2f} ms, absent {medians[1] * 1e3:.2f} ms")
    assert abs(medians[0] - medians[1]) <= APART * min(medians)
