"""Every operation × every role, at an agency that may hold it and at one that may not × person or system × own or other row.

The operations come from the OpenAPI document; what is expected comes from the policy; the answers come from requests.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.escalations.app import SERVICE
from shared.openapi import openapi
from shared.policy import ACTIONS, GRANTS, HOLDING, Access, Action, AgencyType, Role, Scope, may_hold
from tests.bodies import body_for
from tests.service.escalations.running import COUNCIL, POLICE, Running

pytestmark = pytest.mark.anyio

CLASSES = (AgencyType.COUNCIL, AgencyType.POLICE, AgencyType.INDEPENDENT, AgencyType.INSPECTORATE, AgencyType.ACADEMY)
AWAY = "somewhere-else"
PARAMETER = re.compile(r"\{(\w+)\}")
VALUES = {"year": "2026-27", "quarter": "Q2", "format": "json", "number": "1", "token": "none"}


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Action, dict[str, Any]]]:
    """Method, path, action and description of each operation that needs a token."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["x-action"]:
                yield method, path, ACTIONS[operation["x-action"]], operation


def holders() -> Iterator[tuple[Role, AgencyType]]:
    """Each role at a class of agency that may hold it and, where there is one, at a class that may not."""
    for role in Role:
        yield role, next(kind for kind in CLASSES if may_hold(role, kind))
        yield from ((role, kind) for kind in CLASSES[:1] + CLASSES[2:3] if not may_hold(role, kind))


def scopes_granted(role: Role, kind: AgencyType, action: Action, access: Access) -> set[Scope]:
    """What the policy's data give, read without the policy's own functions."""
    if access is Access.APPLICATION and not action.system:
        return set()
    if kind not in HOLDING[role].types:
        return set()
    return {grant.scope for grant in GRANTS if grant.role is role and action in grant.actions}


async def test_the_matrix(suite: Running) -> None:
    """Each cell of the matrix answers as the policy says."""
    matter = await suite.person(POLICE).raised()
    document = openapi(suite.app)
    asked = 0
    for method, path, action, operation in operations(document):
        for role, kind in holders():
            for access in Access:
                for agency in (COUNCIL[0], AWAY):
                    asked += 1
                    await _one(suite, matter, document, (method, path, action, operation), role, kind, access, agency)
    assert asked > 1000


async def _one(
    suite: Running,
    matter: Mapping[str, Any],
    document: Mapping[str, Any],
    asked: tuple[str, str, Action, dict[str, Any]],
    role: Role,
    kind: AgencyType,
    access: Access,
    agency: str,
) -> None:
    method, path, action, operation = asked
    headers = suite.tokens.bearer(agency, kind, [role], access=access)
    # If-Match of a version that never was: who is let through is stopped before anything changes.
    headers |= {"idempotency-key": str(uuid4()), "if-match": '"0"'}
    url = PARAMETER.sub(lambda name: VALUES.get(name[1], str(uuid4())), path.replace("{escalation_id}", matter["id"]))
    body = body_for(document, operation)
    answer = await suite.client.request(method, url, headers=headers, json=body)
    granted = scopes_granted(role, kind, action, access)
    cell = f"{role} of {kind} ({access}, {agency}): {method} {path} -> {answer.status_code} {answer.content[:300]!r}"
    if not granted:
        assert answer.status_code == 403, cell
        assert answer.json()["code"] == "role_not_granted", cell
        return
    assert answer.status_code not in {401, 500}, cell
    assert answer.status_code == 200 or answer.json().get("code") != "role_not_granted", cell
    reaches = Scope.ALL in granted or (Scope.OWN in granted and agency == COUNCIL[0])
    if "{escalation_id}" in path and not reaches:
        assert answer.status_code == 404, cell
    elif "{escalation_id}" in path:
        assert answer.status_code != 404, cell


async def test_nobody_without_a_token(suite: Running) -> None:
    """Every operation that is not declared public answers 401 without a token."""
    document = openapi(suite.app)
    found = list(operations(document))
    assert {action for _, _, action, _ in found} <= set(ACTIONS.values())
    assert len(found) > 10
    for method, path, _, _ in found:
        answer = await suite.client.request(method, path.replace("{escalation_id}", str(uuid4())), json={})
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_every_action_of_this_service_is_an_operation(suite: Running) -> None:
    """An action that no operation asks for would be a grant of nothing."""
    offered = {action.name for _, _, action, _ in operations(openapi(suite.app))}
    assert {name for name in ACTIONS if name.startswith(f"{SERVICE.name}.")} == offered
