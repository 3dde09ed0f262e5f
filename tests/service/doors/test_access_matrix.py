"""Every operation × every role, at an agency that may hold it and at one that may not × person or system × own or other row.

The operations come from the OpenAPI documents; what is expected comes from the policy's data; the answers come from requests.
"""

from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from services.composition import SERVICES
from shared.policy import ACTIONS, GRANTS, HOLDING, Access, Action, AgencyType, Role, Scope, may_hold
from tests.service.doors.operations import GUARDED, Operation, of
from tests.service.doors.running import AWAY, Doors
from tests.service.escalations.running import COUNCIL

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

CLASSES = (AgencyType.COUNCIL, AgencyType.POLICE, AgencyType.INDEPENDENT, AgencyType.INSPECTORATE, AgencyType.ACADEMY)
Holder = tuple[Role, AgencyType, Access, str]


def holders() -> Iterator[Holder]:
    """Each role at a class of agency that may hold it and, where there is one, at a class that may not."""
    for role in Role:
        able = next(kind for kind in CLASSES if may_hold(role, kind))
        unable = [kind for kind in CLASSES[:1] + CLASSES[2:3] if not may_hold(role, kind)]
        for kind in (able, *unable):
            for access in Access:
                yield from ((role, kind, access, agency) for agency in (COUNCIL[0], AWAY))


@cache
def scopes_granted(action: Action, role: Role, kind: AgencyType, access: Access) -> set[Scope]:
    """What the policy's data give, read without the policy's own functions."""
    if access is Access.APPLICATION and not action.system:
        return set()
    if kind not in HOLDING[role].types:
        return set()
    return {grant.scope for grant in GRANTS if grant.role is role and action in grant.actions}


def _reaches(operation: Operation, holder: Holder) -> bool:
    """Whether these grants reach a record of the council's."""
    assert operation.action
    granted = scopes_granted(operation.action, *holder[:3])
    return Scope.ALL in granted or (Scope.OWN in granted and holder[3] == COUNCIL[0])


@cache
def reading(operation: Operation) -> Operation:
    """The operation that reads the record of an operation's path; itself where none does."""
    until = len(operation.path)
    while (until := operation.path.rfind("}", 0, until)) > 0:
        path = operation.path[: until + 1]
        if found := [one for one in GUARDED if (one.method, one.path) == ("GET", path)]:
            return found[0]
    return operation


@pytest.mark.parametrize("service", SERVICES)
async def test_the_matrix(suite: Doors, service: str) -> None:
    """Each cell of the matrix answers as the policy says."""
    asked, wrong = 0, []
    for operation in of(service):
        for holder in holders():
            if holder[3] == AWAY and not _row_matters(suite, operation, holder):
                continue
            answer = await _asked(suite, operation, holder)
            if not _as_granted(suite, operation, holder, answer):
                wrong.append(f"{'/'.join(holder)}: {operation} -> {answer.status_code} {answer.text[:200]}")
            asked += 1
    assert not wrong, "\n".join(wrong)
    assert asked > 100


def _row_matters(suite: Doors, operation: Operation, holder: Holder) -> bool:
    assert operation.action
    return bool(suite.records & set(operation.parameters) and scopes_granted(operation.action, *holder[:3]))


async def _asked(suite: Doors, operation: Operation, holder: Holder) -> httpx.Response:
    client, url = suite.clients[operation.service], operation.url(suite.ids)
    headers = _token(suite, holder) | operation.headers()
    reader = reading(operation)
    if "if-match" in operation.asked_headers() and not _reaches(operation, holder) and _reaches(reader, holder):
        # Who may read but not change it sends the right version: nothing else than her place must stop her.
        headers["if-match"] = (await client.get(reader.url(suite.ids), headers=headers)).headers["etag"]
    answer = await client.request(operation.method, url, headers=headers, json=operation.body())
    if url.endswith("/suspend") and answer.is_success:  # or the callers of the next cells would be suspended
        unit = suite.bearer((AWAY, AgencyType.COUNCIL), Role.BUSINESS_UNIT)
        again = await client.post(url.replace("/suspend", "/resume"), headers=unit, json={})
        assert again.is_success, again.text
    return answer


@cache
def _token(suite: Doors, holder: Holder) -> dict[str, str]:
    role, kind, access, agency = holder
    return suite.bearer((agency, kind), role, access=access, exp=2**40)


def _as_granted(suite: Doors, operation: Operation, holder: Holder, answer: httpx.Response) -> bool:
    code = answer.json().get("code") if "problem" in answer.headers.get("content-type", "") else None
    assert operation.action
    if not scopes_granted(operation.action, *holder[:3]):
        return (answer.status_code, code) == (403, "role_not_granted")
    if answer.status_code >= 500 or answer.status_code == 401 or code == "role_not_granted":
        return False
    if not suite.records & set(operation.parameters):
        return True
    if _reaches(operation, holder):
        return answer.status_code != 404
    return answer.status_code == (403 if _reaches(reading(operation), holder) else 404)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_operation_is_in_the_matrix(suite: Doors, service: str) -> None:
    """The documents list what the applications answer, and every action of the policy is asked for by an operation."""
    offered = {(one.method, one.documented_path) for one in suite.app(service).state.operations if one.action}
    assert len(offered) >= 3
    assert {(one.method, one.path) for one in of(service)} == offered
    asked = {one.action.name for one in of(service) if one.action}
    assert asked == {name for name in ACTIONS if name.startswith(f"{service}.")}


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_without_a_token(suite: Doors, service: str) -> None:
    """Every operation that is not declared public answers 401 without a token."""
    for operation in of(service):
        url = operation.url(suite.ids)
        answer = await suite.clients[service].request(
            operation.method, url, headers=operation.headers(), json=operation.body()
        )
        assert answer.status_code == 401, str(operation)
        assert answer.headers["www-authenticate"] == "Bearer"
