"""What a caller may not see does not exist: not by its id, nor by a filter, a cursor, a reference, or a count."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.policy import Access, AgencyType, Role, Scope, may_hold
from tests.service.doors.operations import GUARDED, Operation
from tests.service.doors.running import AWAY, Doors, more_matters
from tests.service.doors.test_access_matrix import CLASSES, reading, scopes_granted
from tests.service.escalations.running import COUNCIL, ICB, POLICE

pytestmark = pytest.mark.anyio

# What differs between two answers to the same question.
OWN_TO_EACH = {"traceparent", "date"}
# Only escalations has records that are read by the case, and so records of who read them; heads come by the hour.
LISTS = [
    one
    for one in GUARDED
    if one.method == "GET" and "cursor" in one.asked_query()
    if "/access-records" not in one.path or one.path == "/escalations/v1/access-records"
]


def outsiders(operation: Operation) -> Iterator[tuple[Role, AgencyType]]:
    """The roles that reach rows of their own agency alone, each at a class of agency that may hold it."""
    assert operation.action
    for role in Role:
        kind = next(kind for kind in CLASSES if may_hold(role, kind))
        granted = scopes_granted(operation.action, role, kind, Access.USER)
        if granted and Scope.ALL not in granted:
            yield role, kind


AS_AT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")  # what is drawn says when it was


def said(answer: httpx.Response, *ids: str) -> tuple[int, dict[str, str], str]:
    """An answer without what is each one's own, and without the ids that were asked for."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_TO_EACH}
    text = AS_AT.sub("…", answer.text)
    for one in ids:
        text = text.replace(one, "…")
    return answer.status_code, headers, text


def absent(name: str) -> str:
    """An id of the same form, of nothing."""
    return "no-such-agency" if name in {"agency_id", "body_id"} else str(uuid4())


async def test_anothers_record_is_answered_as_none(suite: Doors) -> None:
    """Every operation with an id, every role that reaches its own agency's: 404, byte for byte as for what never was."""
    asked = 0
    for operation in GUARDED:
        for name in suite.records & set(operation.parameters):
            for role, kind in outsiders(operation):
                if any(one == (role, kind) for one in _who_may_read(operation)):
                    continue
                token = suite.bearer((AWAY, kind), role)
                answers = []
                for record in (suite.ids[name], absent(name)):
                    headers = token | operation.headers() | {"if-match": '"1"'}
                    url = operation.url(suite.ids | {name: record})
                    client = suite.clients[operation.service]
                    answers.append(
                        said(
                            await client.request(operation.method, url, headers=headers, json=operation.body()), record
                        )
                    )
                assert answers[0] == answers[1], f"{role} of {kind}: {operation}"
                assert answers[0][0] == 404, f"{role} of {kind}: {operation}: {answers[0]}"
                asked += 1
    assert asked > 60


def _who_may_read(operation: Operation) -> list[tuple[Role, AgencyType]]:
    reader = reading(operation)
    assert reader.action
    kinds = [(role, next(kind for kind in CLASSES if may_hold(role, kind))) for role in Role]
    return [one for one in kinds if Scope.ALL in scopes_granted(reader.action, *one, Access.USER)]


async def test_a_filter_does_not_tell_what_there_is(suite: Doors) -> None:
    """Whoever filters by the id of what she may not see is answered as for an id of nothing."""
    hidden = {name: suite.ids[name] for name in suite.records} | {
        "raising_agency_id": POLICE[0],
        "receiving_agency_id": COUNCIL[0],
        "for_agency_id": COUNCIL[0],
    }
    asked = 0
    for operation in GUARDED:
        for name in hidden.keys() & operation.asked_query():
            for role, kind in outsiders(operation) if operation.method == "GET" else ():
                client, token = suite.clients[operation.service], suite.bearer((AWAY, kind), role)
                there, nowhere = hidden[name], absent("agency_id" if "agency" in name else name)
                url = operation.url(suite.ids)
                answers = [await client.get(url, params={name: one}, headers=token) for one in (there, nowhere)]
                assert said(answers[0], there) == said(answers[1], nowhere), f"{role} of {kind}: {operation} by {name}"
                asked += 1
    assert asked > 10


REFERENCES = {"counter_to": "escalation_id", "escalation_id": "escalation_id", "deputy_for": "membership_id"}


async def test_a_reference_does_not_tell_what_there_is(suite: Doors) -> None:
    """Whoever names in a body what she may not see is answered as for what never was."""
    lead, asked = suite.bearer(ICB, Role.AGENCY_LEAD), 0
    for operation in GUARDED:
        for field in REFERENCES.keys() & (operation.asked_fields().keys() if operation.writes else set()):
            answers = []
            for one in (suite.ids[REFERENCES[field]], str(uuid4())):
                body = operation.body() | {field: one}
                headers = lead | operation.headers()
                client = suite.clients[operation.service]
                answer = await client.request(operation.method, operation.url(suite.ids), headers=headers, json=body)
                assert 400 <= answer.status_code < 500, answer.text
                answers.append(said(answer, one))
            assert answers[0] == answers[1], f"{operation}: {field}"
            asked += 1
    assert asked >= 2


async def test_what_others_do_changes_no_answer(suite: Doors) -> None:
    """Lists, counts, trackers and exports of an agency that has no part in it say the same before and after."""
    reads = [one for one in GUARDED if one.method == "GET" and not one.parameters and one.answer_fields()]
    reads = [one for one in reads if "/access-records" not in one.path]  # their head moves with everybody's entries
    callers = [(one, holder) for one in reads for holder in outsiders(one)]
    assert len(callers) > 10

    async def answers() -> list[Any]:
        return [
            said(await suite.clients[one.service].get(one.path, headers=suite.bearer((AWAY, kind), role)))
            for one, (role, kind) in callers
        ]

    before = await answers()
    await more_matters(suite)
    for (one, holder), was, now in zip(callers, before, await answers(), strict=True):
        assert was == now, f"{holder}: {one}"


async def pages(suite: Doors, operation: Operation, token: Mapping[str, str], **query: str) -> httpx.Response:
    """The first page, of one row."""
    figure = {"figure": "ways" if "learning-points" in operation.path else "opened"}
    wanted = {"limit": "1"} | (figure if "figure" in operation.asked_query() else {}) | query
    url = operation.url(suite.ids | {"quarter": "Q3"})  # which runs, and in which the matters were raised
    return await suite.clients[operation.service].get(url, params=wanted, headers=dict(token))


@pytest.mark.parametrize("operation", LISTS, ids=str)
async def test_a_cursor_serves_its_reader_and_its_list(suite: Doors, operation: Operation) -> None:
    """Not another agency's, person's or role's, not another filter, not with a letter changed."""
    mine: dict[str, Any] = {"subject": "somebody", "exp": 2**40}
    reader = suite.bearer(COUNCIL, *Role, **mine)
    # Each matter shown is an entry of the access record, which has several then, whichever test came first.
    await suite.clients["escalations"].get("/escalations/v1/escalations", headers=reader)
    first = await pages(suite, operation, reader)
    cursor = first.json()["next"]
    assert cursor, f"{operation} has one record or none"
    assert (await pages(suite, operation, reader, cursor=cursor)).status_code == 200
    others = {
        "another agency": suite.bearer((POLICE[0], COUNCIL[1]), *Role, **mine),
        "another person": suite.bearer(COUNCIL, *Role, exp=2**40, subject="somebody else"),
        "another role": suite.bearer(COUNCIL, *(role for role in Role if role is not Role.TRAINER), **mine),
    }
    for who, token in others.items():
        refused = await pages(suite, operation, token, cursor=cursor)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "cursor"), who
    for name, value in _filters(operation).items():
        refused = await pages(suite, operation, reader, cursor=cursor, **{name: value})
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "cursor"), name
    changed = cursor[:-5] + ("A" if cursor[-5] != "A" else "B") + cursor[-4:]
    assert (await pages(suite, operation, reader, cursor=changed)).status_code == 422


def _filters(operation: Operation) -> dict[str, str]:
    """A value for each of its filters that the schema gives one for."""
    found = {}
    for name, schema in operation.asked_query().items():
        choices = [operation.resolved(one) for one in schema.get("anyOf", [schema])]
        value = next((one["enum"][-1] for one in choices if "enum" in one), None)
        if name not in {"limit", "cursor", "figure"} and value not in {None, schema.get("default")}:
            found[name] = value
    return found
