"""What a visitor and a machine read first: the start page, the catalogue, the documents."""

import re
from typing import Any

import pytest

from tests.service.gateway.running import PUBLIC_URL, Running

pytestmark = pytest.mark.anyio


async def test_the_start_page_greets_and_every_link_leads_somewhere(gateway: Running) -> None:
    todo, seen = ["/"], set()
    while todo:
        path = todo.pop()
        answer = await gateway.http.get(path)
        assert answer.status_code == 200, path
        seen.add(path)
        if answer.headers["content-type"].startswith("text/html"):
            assert "https://" not in re.sub(r"https://([a-z]+\.)+example\b", "", answer.text), (
                "everything comes from the suite"
            )
            links = {link.split("#")[0] for link in re.findall(r'(?:href|src)="(/[^"]*)"', answer.text)}
            todo += sorted(links - seen - set(todo))
    assert {"/", "/docs", "/docs/escalations", "/docs/gateway", "/docs/problems", "/openapi.json"} <= seen


async def test_each_document_stands_alone_and_the_whole_holds_all(gateway: Running) -> None:
    whole = (await gateway.http.get("/openapi.json")).json()
    for name in ("escalations", "gateway"):
        one = (await gateway.http.get(f"/openapi/{name}.json")).json()
        assert [server["url"] for server in one["servers"]] == [PUBLIC_URL]
        assert one["paths"].keys() <= whole["paths"].keys()
        assert all(path.startswith(f"/{name}/v1/") for path in one["paths"])
    assert (await gateway.http.get("/openapi/nothing.json")).status_code == 404
    assert (await gateway.http.get("/docs/nothing")).status_code == 404
    for reference in references(whole):
        _, components, kind, name = reference.split("/")
        assert name in whole[components][kind], reference
    ids = [one["operationId"] for at in whole["paths"].values() for one in at.values()]
    assert len(ids) == len(set(ids)) > 20


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    return [found for item in part for found in references(item)] if isinstance(part, list) else []


async def test_a_problems_type_leads_to_its_cause_and_cure(gateway: Running) -> None:
    problem = (await gateway.http.get("/escalations/v1/nothing")).json()
    page, _, code = problem["type"].partition("#")
    assert f'id="{code}"' in (await gateway.http.get(page)).text
