"""A made-up child, staff and nonsense, planted in whatever a caller can send; and where they are found again."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pypdf

from services.composition import SERVICES
from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.token import token
from tests.bodies import body_for
from tests.e2e.modes import Mode

CHILD = "Wumpus Quimby, born 29 February 2013, NHS 999 470 0017, wumpus@leak.example, 07700 900471"
NUMBER = "9994700014"  # the child's, as an identifier: sealed at once
NONSENSE = "grumbold"  # in what is refused or ignored: addresses, headers, bodies that are none
STAFF = "Pettifer Oddly"
STAFF_EMAIL, STAFF_TELEPHONE = "pettifer@staff.example", "07700 900822"

OF_CHILD = re.compile("wumpus|quimby|29 february 2013|999 470 0017|leak.example|07700 900471", re.IGNORECASE)
OF_NOBODY = re.compile(f"{NUMBER}|{NONSENSE}", re.IGNORECASE)
OF_STAFF = re.compile(f"pettifer|{STAFF_TELEPHONE}", re.IGNORECASE)
ANYTHING = re.compile("|".join(one.pattern for one in (OF_CHILD, OF_NOBODY, OF_STAFF)), re.IGNORECASE)

V1 = "/escalations/v1"
CHECKED: dict[str, Any] = {"text_checked": True}
FREE = {r"^[^\x00]*$", r"^[^\x00-\x1f\x7f]*$", None}  # what patterns leave a text free


class Caller:
    """People who send what they should not; every answer is kept."""

    def __init__(self, client: httpx.AsyncClient, mode: Mode) -> None:
        self.client, self.mode = client, mode
        self.answers: list[httpx.Response] = []
        self._bearers: dict[str, str] = {}

    async def send(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        """As `agency/role`."""
        agency, _, role = who.partition("/")
        if who not in self._bearers:
            self._bearers[who] = await token(self.mode.url, agency, role or "practitioner")
        own = {"authorization": f"Bearer {self._bearers[who]}", "idempotency-key": str(uuid4())}
        headers = own | more.pop("headers", {})
        answer = await self.client.request(method, self.mode.url + path, headers=headers, **more)
        self.answers.append(answer)
        return answer

    async def must(self, who: str, path: str, *, method: str = "POST", **body: Any) -> Any:
        """Something that works; what it answers, with the version under `etag`."""
        version = {}
        if "/escalations/" in path or "/learning/" in path or "/governance/" in path:
            record = re.sub(r"/(?!v1|escalations|learning|governance|contacts)[a-z_]+$", "", path)
            read = await self.send(who, "GET", record)
            version = {"if-match": read.headers.get("etag", '"0"')}
        answer = await self.send(who, method, path, json=body, headers=version)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None


async def lives(caller: Caller) -> None:
    """Everything that can be done to matters, each with the child in every text that it takes."""
    texts = dict.fromkeys(("summary", "wanted", "guidance", "priority_reason", "safety_action", "child_views"), CHILD)
    texts |= dict.fromkeys(("raiser_role", "raiser_team", "receiving_team"), CHILD) | CHECKED
    numbers = [{"type": "nhs_number", "value": NUMBER}, {"type": "police_id", "value": f"P{NUMBER}"}]
    whole = EXAMPLE | texts | {"children": [{"identifiers": numbers}]}

    async def raised(**more: Any) -> str:
        return f"{V1}/escalations/{(await caller.must('police', f'{V1}/escalations', **whole | more))['id']}"

    said = {"seniority": "director", "text": CHILD, **CHECKED}
    one = await raised()
    await caller.must("council", f"{one}/respond", **said)
    await caller.must("police", f"{one}/meet", **said)
    await caller.must("police", f"{one}/advance", **said)
    await caller.must("police", f"{one}/resolve", outcome="decision_changed", **said)
    await caller.must("police", f"{one}/reject", reason=CHILD, **CHECKED)
    await caller.must("police", f"{one}/resolve", outcome="decision_changed", **said)
    await caller.must("police", f"{one}/tell", text=CHILD, **CHECKED)
    await caller.must("police", f"{one}/close", impact="safer", impact_text=CHILD, vignette=CHILD, **CHECKED)
    await caller.must("police", f"{await raised()}/skip", to_stage=3, reason=CHILD, safety_action=CHILD, **CHECKED)
    await caller.must("police", f"{await raised()}/withdraw", reason=CHILD, **CHECKED)
    await caller.must("council/business_unit", f"{await raised()}/redirect", to="complaint", reason=CHILD, **CHECKED)
    passed = {"receiving_agency_id": "nhs-cheshire-and-merseyside-icb", "reason": CHILD, **CHECKED}
    await caller.must("council", f"{await raised(priority='immediate', text_checked=False)}/pass_on", **passed)
    stale = {"if-match": '"1"'}
    await caller.send("police", "POST", f"{one}/advance", json=said, headers=stale)
    latest = {"if-match": (await caller.send("police", "GET", one)).headers["etag"]}
    await caller.send("police", "POST", f"{one}/advance", json=said, headers=latest)
    await learns(caller, one)
    found = await caller.must("police", f"{V1}/children/search", identifiers=numbers[:1])
    await caller.must(
        "police/agency_lead", f"{V1}/children/{found['items'][0]['child_id']}/reveal", reason=CHILD, **CHECKED
    )


async def learns(caller: Caller, matter: str) -> None:
    """Learning, notes and what the report asks for."""
    drawn = await caller.must("police", f"{matter}/learning", route="training", text=CHILD, **CHECKED)
    point = f"{V1}/learning/{drawn['id']}"
    unit = "council/business_unit"
    await caller.must(unit, f"{point}/route", route="policy", reason=CHILD, **CHECKED)
    await caller.must(unit, f"{point}/take", text=CHILD, **CHECKED)
    await caller.must(unit, f"{point}/close", changed=True, text=CHILD, **CHECKED)
    for _ in range(2):
        note = await caller.must("police", f"{V1}/notes", kind="informal", text=CHILD, **CHECKED)
    await caller.must("police", f"{V1}/notes/{note['id']}/retract", reason=CHILD, **CHECKED)
    decision = f"{V1}/reports/2026-27/Q2/decisions/1"
    await caller.must(unit, decision, method="PUT", text=CHILD, **CHECKED)
    await caller.must(unit, f"{decision}/became", text=CHILD, **CHECKED)


async def staff(caller: Caller) -> None:
    """Contacts and accounts, which are of people too."""
    named = {"name": STAFF, "post": STAFF, "email": STAFF_EMAIL, "telephone": STAFF_TELEPHONE}
    contacts = await caller.send("police/agency_lead", "GET", "/governance/v1/contacts?agency_id=cheshire-constabulary")
    for one in contacts.json()["items"]:
        if one["purpose"] == "out_of_hours":
            await caller.must("police/agency_lead", f"/governance/v1/contacts/{one['id']}", method="PATCH", **named)
    invited = {"agency_id": "cheshire-constabulary", "name": STAFF, "email": STAFF_EMAIL, "role": "practitioner"}
    await caller.must("police/agency_lead", "/gateway/v1/people", **invited)


async def refused(caller: Caller) -> None:
    """Whatever a caller may get wrong, with the child or nonsense in it."""
    url, one = f"{V1}/escalations", f"{V1}/escalations/{uuid4()}"
    for field in ("priority", "kind", "primary_theme", "raised_at", "decision_date", "counter_to", "ladder", "causes"):
        await caller.send("police", "POST", url, json=EXAMPLE | {field: f"{CHILD} {NONSENSE}"})
    await caller.send("police", "POST", url, json=EXAMPLE | {"summary": CHILD})
    await caller.send("police", "POST", url, json=EXAMPLE | {"summary": [CHILD], "children": [{"identifiers": CHILD}]})
    odd = {"identifiers": [{"type": NUMBER, "value": NUMBER}], "age_band": NUMBER}
    await caller.send("police", "POST", url, json=EXAMPLE | {"children": [odd]})
    for body in (f'{{"summary": "{CHILD}"', f'{{"summary": "{CHILD}", "summary": 1}}', CHILD, f"\xff{CHILD}"):
        await caller.send(
            "police", "POST", url, content=body.encode("latin-1"), headers={"content-type": "application/json"}
        )
    await caller.send(
        "police", "POST", url, content=CHILD.encode() * 5000, headers={"content-type": "application/json"}
    )
    key = {"idempotency-key": NONSENSE}
    for summary in ("The same.", "Another."):
        await caller.send("police", "POST", url, json=EXAMPLE | {"summary": summary}, headers=key)
    for query in ("status", "raising_agency_id", "raised_from", "cursor", "limit"):
        await caller.send("police", "GET", url, params={query: NONSENSE})
    for path in (f"{url}/{NONSENSE}", f"/{NONSENSE}/v1", f"{V1}/links/{NONSENSE}", f"{V1}/reports/{NONSENSE}/Q2", one):
        await caller.send("police", "GET", f"{path}?q={NONSENSE}")
    names = ("authorization", "user-agent", "referer", "traceparent", "if-match", "accept", "cookie", "x-forwarded-for")
    for name in names:
        await caller.send("police", "GET", url, headers={name: NONSENSE})
        await caller.send("police", "POST", f"{one}/respond", json={"text": CHILD}, headers={name: NONSENSE})
    for path in ("/oauth/token", "/oauth/par", "/oauth/introspect", "/oauth/revoke"):
        fields = dict.fromkeys(("grant_type", "client_id", "client_assertion", "code", "token", "state"), NONSENSE)
        await caller.send("police", "POST", path, data=fields)
    await caller.send("police", "GET", f"/oauth/authorize?client_id={NONSENSE}&request_uri={NONSENSE}")
    await caller.mode.ask(
        "ALTER TABLE escalations.escalation ADD CONSTRAINT planted CHECK (wanted <> 'To fail.') NOT VALID"
    )
    failed = await caller.send("police", "POST", url, json=EXAMPLE | {"wanted": "To fail.", "summary": CHILD} | CHECKED)
    await caller.mode.ask("ALTER TABLE escalations.escalation DROP CONSTRAINT planted")
    assert failed.status_code == 500


async def every_operation(caller: Caller) -> set[str]:
    """Every text that any operation takes, sent to a record that is not there; the names of the fields."""
    fields = set()
    for service in ("escalations", "governance", "gateway"):
        document = (await caller.client.get(f"{caller.mode.url}/openapi/{service}.json")).json()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                body = body_for(document, operation)
                if not isinstance(body, dict):
                    continue
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                free = set(texts_of(document, schema))
                fields |= {f"{service} {field}" for field in free}
                filled = re.sub(r"\{[^}]+\}", lambda _: str(uuid4()), path)
                planted = (
                    body
                    | dict.fromkeys(free, CHILD if service == "escalations" else STAFF)
                    | ({"text_checked": True} if free else {})
                )
                for who in ("police/agency_lead", "police/practitioner"):
                    await caller.send(who, method.upper(), filled, json=planted, headers={"if-match": '"1"'})
    return fields


def texts_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """The fields of a body whose text is free."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    for name, of in schema.get("properties", {}).items():
        kinds = [of, *of.get("anyOf", [])]
        if any(
            k.get("type") == "string" and not k.keys() & {"enum", "format", "const"} and k.get("pattern") in FREE
            for k in kinds
        ):
            yield name


async def columns(mode: Mode, pattern: re.Pattern[str]) -> set[str]:
    """Every column of every schema in which the pattern is found, bytes too."""
    statement = """SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3"""
    rows = await mode.ask(statement)
    shown = [
        (
            row,
            f"encode(\"{row['column_name']}\", 'escape')"
            if row["data_type"] == "bytea"
            else f'"{row["column_name"]}"::text',
        )
        for row in rows
    ]
    selects = [
        f"SELECT '{row['table_schema']}.{row['table_name']}.{row['column_name']}' AS place WHERE EXISTS "
        f"(SELECT FROM {row['table_schema']}.\"{row['table_name']}\" WHERE {text} ~* '{pattern.pattern}')"
        for row, text in shown
    ]
    return {row["place"] for row in await mode.ask(" UNION ALL ".join(selects))}


def readable(answer: httpx.Response) -> str:
    """All text of an answer, whatever its format, with its headers."""
    content, kind = answer.content, answer.headers.get("content-type", "")
    text = content.decode("utf-8", errors="replace")
    if "pdf" in kind:
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            text = "\n".join(opened.read(name).decode("utf-8", errors="replace") for name in opened.namelist())
    return f"{dict(answer.headers)}\n{text}"


async def settled(mode: Mode) -> None:
    """Wait until every letter has left and every event has been told."""
    waits = [f"SELECT FROM {name}.outbox WHERE published_at IS NULL" for name in SERVICES]
    waits.append("SELECT FROM escalations.letter WHERE attempt_at IS NOT NULL")
    async with asyncio.timeout(30):
        while [row for statement in waits for row in await mode.ask(statement)]:  # noqa: ASYNC110 - in other processes
            await asyncio.sleep(0.2)
