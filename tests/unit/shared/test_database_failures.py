"""Which failures of the database pass by themselves: the caller may try again, and is told so."""

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from shared import answers
from shared.turns import Crowded


@pytest.mark.parametrize(
    ("sqlstate", "status"),
    [
        ("53100", 503),  # disk full
        ("53300", 503),  # too many connections
        ("57P01", 503),  # the administrator stops the server
        ("57014", 503),  # a statement ran out of its time
        ("55P03", 503),  # a lock was not had in time
        ("40P01", 503),  # a deadlock
        ("08006", 503),  # the connection broke
        ("42703", 500),  # a column that is not there: our own mistake
        ("XX001", 500),  # a damaged page
    ],
)
async def test_failures_that_pass(sqlstate: str, status: int) -> None:
    app = FastAPI()
    answers.install(app)

    @app.get("/")
    async def fail() -> None:
        raise asyncpg.PostgresError.new({"C": sqlstate, "M": "failed", "D": "Key (name)=(of a row)."})

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
        answer = await client.get("/")
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) == (status == 503)
    assert "of a row" not in answer.text


@pytest.mark.parametrize(("seconds", "retry"), [(12.3, "13"), (0.0, "2")])
async def test_who_cannot_be_served_in_time_is_told_when_to_come_again(seconds: float, retry: str) -> None:
    app = FastAPI()
    answers.install(app)

    @app.get("/")
    async def wait() -> None:
        raise Crowded(seconds)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, retry)
