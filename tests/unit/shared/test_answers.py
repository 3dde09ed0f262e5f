"""What a refusal tells an integrator: where it is wrong, and the cure, not what a library thinks of it."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared import answers, cures, rules, schemas
from shared.auth import Public
from shared.etag import PreconditionFailed, must_match
from shared.problems import Problem
from shared.routing import Router

pytestmark = pytest.mark.anyio

Open = Annotated[None, Public("It is a test.")]


class Body(schemas.Request):
    """What may be sent."""

    at: schemas.Given
    text: str
    flag: schemas.Flag
    ids: list[UUID]


async def sent(body: Body, nobody: Open) -> str:
    """An operation with a body."""
    return body.text


async def read(record_id: UUID, nobody: Open, since: datetime | None = None, limit: int = 1) -> int:
    """An operation with an id and filters."""
    return limit


async def refusal(method: str, path: str, body: Any = None) -> dict[str, Any]:
    router, app = Router(), FastAPI(openapi_url=None)
    router.post("/records")(sent)
    router.get("/records/{record_id}")(read)
    app.router.routes.extend(router.under(""))
    app.state.operations = ()
    answers.install(app)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
        answer = (
            await client.request(method, path, json=body) if body is not None else await client.request(method, path)
        )
    told: dict[str, Any] = answer.json()
    return {"code": told["code"], "detail": told["detail"]} | {e["path"]: e["message"] for e in told.get("errors", ())}


async def test_each_field_is_told_with_its_cure() -> None:
    told = await refusal(
        "POST", "/records", {"at": "2026-10-06T09:30:00", "text": 5, "flag": "yes", "ids": ["ESC-1"], "x": 1}
    )
    assert told["at"] == cures.INSTANT
    assert told["text"] == "Write a text, in quotation marks."
    assert told["flag"] == "Write true or false."
    assert told["ids.0"] == cures.ID
    assert told["x"].startswith("There is no such field here")
    assert (await refusal("POST", "/records", [1]))["body"] == "Send an object: {…}."


async def test_a_field_of_any_name_is_named_as_the_documents_say() -> None:
    told = await refusal("POST", "/records", {"a\0b": 1, "c" * 600: 1})
    assert {"a\N{REPLACEMENT CHARACTER}b", "c" * 500} <= told.keys()


async def test_an_address_that_is_none_and_a_plus_that_became_a_blank() -> None:
    assert (await refusal("GET", "/record/1"))["detail"] == answers.NOWHERE
    assert (await refusal("GET", "/records/ESC-2627-0001"))["record_id"] == cures.ID
    told = await refusal("GET", f"/records/{UUID(int=1)}?since=2026-10-01T00:00:00+01:00")
    assert told["since"] == cures.INSTANT


async def test_a_filter_that_stands_twice_is_refused_and_not_half_heard() -> None:
    told = await refusal("GET", f"/records/{UUID(int=1)}?limit=1&limit=2")
    assert told["limit"] == "Send this once, with one value."


@pytest.mark.parametrize("given", ["1", 'W/"1"', "*", '"1", 2'])
def test_an_etag_that_is_none_is_not_taken_for_somebody_elses_change(given: str) -> None:
    with pytest.raises(PreconditionFailed) as refused:
        must_match(given, 3)
    problem: Problem = refused.value
    assert "quotation marks" in problem.detail


def test_one_of_several_etags_may_be_the_present_one() -> None:
    must_match('"2", "3"', 3)


async def test_a_date_beyond_the_calendar_is_not_given() -> None:
    """Nothing of ours is broken and the caller did no wrong: the operator sees to it, which takes longer than a retry."""
    app = FastAPI()
    answers.install(app)

    @app.get("/")
    async def due() -> None:
        known = rules.calendar()
        known.is_working_day(known.last + timedelta(days=1))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://suite") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "86400")
    assert "does not know the bank holidays" in answer.json()["detail"]
