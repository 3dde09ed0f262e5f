"""The quarterly report over a million escalations, against the same statements sent by hand."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.policy import Role
from tests.bench.heard import heard
from tests.bench.load import Measured
from tests.bench.report import told
from tests.postgres import OwnDatabase
from tests.service.escalations.running import COUNCIL, Running, running

ROUNDS = 3
REPORT = "/escalations/v1/reports/2026-27/Q2.json"


@pytest.fixture
async def full(million: OwnDatabase) -> AsyncIterator[tuple[Running, str]]:
    """The service on a database of a million matters."""
    async with running(million) as suite:
        yield suite, million.runtime_url("escalations")


@pytest.mark.timeout(3600)
async def test_report_over_a_million(full: tuple[Running, str]) -> None:
    """Everything from the token to canonical JSON, over what PostgreSQL needs for the same statements."""
    suite, url = full
    staff = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    await staff.get("/escalations/v1/escalations", limit=1)  # so that there is a connection to listen to
    async with heard(suite.runtime.database, "readings") as sent:
        answer = await staff.get(REPORT)
    assert answer.status_code == 200, answer.text
    ours: list[float] = []
    theirs: list[float] = []
    by_hand = await asyncpg.connect(url, server_settings={"jit": "off", "timezone": "UTC"})
    try:
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            assert (await staff.get(REPORT)).status_code == 200
            ours.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            for one in sent:
                await by_hand.fetch(one.sql, *one.values)
            theirs.append(time.perf_counter() - begun)
    finally:
        by_hand.terminate()  # one that is left open within a statement keeps the loop from closing
    print(
        f"report {min(ours):.2f} s, its {len(sent)} statements alone {min(theirs):.2f} s, {len(answer.content)} bytes"
    )
    slices = ([Measured(1, seconds) for seconds in taken] for taken in (ours, theirs))
    told("quarterly report, a million escalations", *slices, reach=round(1 / 1.3, 2))
