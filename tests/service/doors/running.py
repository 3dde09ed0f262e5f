"""The whole suite in this process, each service to be reached by itself, with records of the council's in every noun."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from services.composition import SERVICES, suite_of
from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.state import Gateway
from services.governance.body_decisions.schemas import EXAMPLE as DECISION
from services.governance.briefs.schemas import EXAMPLE as BRIEF
from services.governance.challenges.schemas import EXAMPLE as CHALLENGE
from services.governance.expectations.schemas import EXAMPLE as EXPECTATION
from services.governance.meetings.schemas import EXAMPLE as MEETING
from services.governance.plans.schemas import EXAMPLE as PLAN
from services.governance.proposals.schemas import EXAMPLE as ACTION
from services.governance.risks.schemas import RAISE
from services.governance.terms_of_reference.schemas import EXAMPLE as TERMS
from services.governance.work_items.schemas import EXAMPLE as WORK_ITEM
from services.reviews.referrals.schemas import EXAMPLE as CASE
from shared import installation
from shared.now import wall
from shared.policy import AgencyType, Role
from shared.suite import Suite
from tests.calling import Caller
from tests.postgres import OwnDatabase
from tests.service.doors import (
    fill_children,
    fill_evaluations,
    fill_legal_holds,
    fill_national_reviews,
    practice_reviews,
)
from tests.service.escalations.running import COUNCIL, POLICE, SCHOOL, WEDNESDAY_NOON
from tests.service.gateway.running import KEY, PUBLIC_URL, environment
from tests.tokens import Tokens

Agency = tuple[str, AgencyType]
AWAY = "somewhere-else"
SETTLED = timedelta(minutes=10)  # after all that was filled, however slowly


@dataclass(eq=False)
class Doors:
    """Every service, answering; `ids` has for each parameter of a path the council's own record."""

    suite: Suite
    tokens: Tokens
    clients: Mapping[str, Caller]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def records(self) -> set[str]:
        """The parameters that name a record of an agency's, or of the register."""
        return {name for name in self.ids if name.endswith("_id")}

    def app(self, service: str) -> FastAPI:
        """One service's application."""
        return self.suite.apps[service]

    def bearer(self, agency: Agency, *roles: Role, **more: Any) -> dict[str, str]:
        """The header of somebody of an agency."""
        return self.tokens.bearer(*agency, roles or (Role.PRACTITIONER,), **more)

    async def made(self, who: Mapping[str, str], path: str, **body: Any) -> dict[str, Any]:
        """Something that was created."""
        headers = {**who, "idempotency-key": str(uuid4())}
        answer = await self.clients[path.split("/")[1]].post(path, json=body, headers=headers)
        assert answer.status_code == 201, (path, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    async def settle(self) -> None:
        """Let everybody hear of everything."""
        await self.suite.settle()


@dataclass(frozen=True)
class Filled:
    """A database with every schema, the suite's own reference data, and the council's records; the ids of one of each."""

    database: OwnDatabase
    ids: Mapping[str, str]


async def install(database: OwnDatabase) -> Filled:
    """Fill a database, from which each who proves something takes a copy."""
    await installation.prepare(list(SERVICES.values()), environment(database))
    async with _answering(database, PUBLIC_URL, WEDNESDAY_NOON) as started:
        for runtime in started.suite.runtimes.values():
            for load in runtime.service.loads.values():
                if load.own:
                    await load.run(runtime.database, runtime.settings, load.own, lambda done, of: None)
            await started.settle()
        await fill(started)
    return Filled(database, started.ids)


@asynccontextmanager
async def doors(filled: Filled, public_url: str = PUBLIC_URL) -> AsyncIterator[Doors]:
    """The suite on a database that was filled, its business time ten minutes after noon on Wednesday 7 October 2026."""
    async with _answering(filled.database, public_url, WEDNESDAY_NOON + SETTLED) as started:
        started.ids |= filled.ids
        yield started


@asynccontextmanager
async def _answering(database: OwnDatabase, public_url: str, now: datetime) -> AsyncIterator[Doors]:
    given = {"SAFER_PUBLIC_URL": public_url, "SAFER_POOL_SIZE": "4", "SAFER_REQUESTS_A_MINUTE": "999999"}
    suite = suite_of(environment(database) | given)
    for runtime in suite.runtimes.values():
        runtime.clock.restore(now - datetime.now(UTC))
    async with suite.alive():
        gateway: Gateway = suite.apps["gateway"].state.gateway
        key, _ = await gateway.ring.at(wall())
        clients = {name: Caller(app, public_url) for name, app in suite.apps.items()}  # without the gateway before it
        yield Doors(suite, Tokens(key, public_url), clients)


def own_address() -> tuple[socket.socket, str]:
    """A socket that nobody else has, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, "http://127.0.0.1:%d" % listener.getsockname()[1]  # noqa: UP031 - the address is a tuple


async def fill(started: Doors) -> None:
    """Two records of each noun, the council's or with the council as a party, and the ids of one of each."""
    await more_matters(started)
    await _register(started)
    await _questions(started)
    await _actions(started)
    await _meetings(started)
    await _accounts(started)
    await _training(started)
    await fill_evaluations.fill(started)
    await started.settle()
    await practice_reviews.fill(started)
    await fill_children.fill(started)
    await fill_national_reviews.fill(started)
    await fill_legal_holds.fill(started)
    await started.settle()
    started.ids |= {
        "year": "2026-27",
        "begins": "2026",
        "ends": "27",
        "quarter": "Q2",
        "format": "json",
        "number": "1",
        "size": "1",
        "code": "referrals",
        "token": "no-such-link",
        "record_type": "escalations.learning",
        "record": started.ids["learning_id"],
    }


async def more_matters(started: Doors) -> None:
    """The police challenge the council about children, learning is drawn, notes are written."""
    officer = started.bearer(POLICE, Role.AGENCY_LEAD)
    worker = started.bearer(COUNCIL, Role.AGENCY_LEAD)
    numbers = [{"type": "police_id", "value": "SANDBOX-0001"}, {"type": "social_care_id", "value": "SANDBOX-0002"}]
    for identifiers in ([numbers[0]], [numbers[1]], numbers):
        children = [{"identifiers": identifiers}]
        matter = await started.made(officer, "/escalations/v1/escalations", **EXAMPLE | {"children": children})
    path = f"/escalations/v1/escalations/{matter['id']}/learning"
    for route in ("training", "policy"):
        point = await started.made(worker, path, route=route, text="Referrers do not know what is needed.")
        note = await started.made(worker, "/escalations/v1/notes", kind="informal", text="A call settled it.")
    for number in numbers:
        opened = {"reason": "The child is alone with him tonight.", "identifiers": [number]}
        opening = await started.made(officer, "/escalations/v1/break_glass", **opened)
    matches = await started.clients["escalations"].get("/escalations/v1/children/matches", headers=worker)
    await more_incidents(started)
    started.ids |= {
        "escalation_id": matter["id"],
        "child_id": matter["children"][0]["child_id"],
        "match_id": matches.json()["items"][0]["id"],
        "learning_id": point["id"],
        "note_id": note["id"],
        "break_glass_id": opening["id"],
    }


async def more_incidents(started: Doors) -> None:
    """The council refers two cases, and the three are asked about each."""
    lead = started.bearer(COUNCIL, Role.AGENCY_LEAD)
    delegate = started.bearer(COUNCIL, Role.DELEGATED_PARTNER)
    for _ in range(2):
        incident = await started.made(lead, "/reviews/v1/incidents", **CASE | {"children": []})
        asked = {"reason": "A medical cause was found."}
        path = f"/reviews/v1/incidents/{incident['id']}/propose"
        answer = await started.clients["reviews"].post(path, json=asked, headers=delegate | {"if-match": '"1"'})
        assert answer.status_code == 200, answer.text
    started.ids |= {"incident_id": incident["id"], "decision_id": answer.json()["decision_id"]}
    await _more_rapid_reviews(started, incident["id"])


async def _more_rapid_reviews(started: Doors, incident_id: str) -> None:
    """Two reviews of a case, for each of which the council is asked and somebody is named."""
    unit, client = started.bearer(COUNCIL, Role.BUSINESS_UNIT), started.clients["reviews"]
    for _ in range(2):
        wanted = {"incident_ids": [incident_id], "reason": "We want to learn from it."}
        review = await started.made(unit, "/reviews/v1/rapid-reviews", **wanted)
        path = f"/reviews/v1/rapid-reviews/{review['id']}"
        named = {"person_id": str(uuid4()), "person_name": "Robin Madeup", "agency_id": COUNCIL[0]}
        asked = {"agency_id": COUNCIL[0], "asked": "What did you know, and what did you do?"}
        for version, (does, body) in enumerate((("name", named), ("ask", asked)), start=1):
            answer = await client.post(f"{path}/{does}", json=body, headers=unit | {"if-match": f'"{version}"'})
            assert answer.status_code == 200, answer.text
    started.ids |= {
        "rapid_review_id": review["id"],
        "member_id": answer.json()["panel"][0]["id"],
        "return_id": answer.json()["returns"][0]["id"],
    }


async def _register(started: Doors) -> None:
    unit, lead = started.bearer(COUNCIL, Role.BUSINESS_UNIT), started.bearer(COUNCIL, Role.AGENCY_LEAD)
    for purpose in ("single_point_of_contact", "out_of_hours"):
        contact = await started.made(
            lead,
            "/governance/v1/contacts",
            agency_id=COUNCIL[0],
            purpose=purpose,
            name="Robin Madeup",
            telephone="01632 960001",
        )
        delegation = await started.made(
            started.bearer(SCHOOL, Role.AGENCY_LEAD),
            "/governance/v1/delegations",
            agency_id=COUNCIL[0],
            for_agency_id=SCHOOL[0],
            purpose="stand_in",
            starts_on="2027-07-22" if purpose == "out_of_hours" else "2027-12-22",
            ends_on="2027-09-01" if purpose == "out_of_hours" else "2028-01-02",
        )
        seat = {"body_id": "learning-and-improvement", "person_id": str(uuid4()), "person_name": "Robin Madeup"}
        given = {"agency_id": COUNCIL[0], "seat": "member", "starts_on": "2026-10-08"}
        membership = await started.made(unit, "/governance/v1/memberships", **seat, **given)
    for text in ("The programme stands.", "The plan goes to Quality Assurance."):
        decision = await started.made(unit, "/governance/v1/body-decisions", **DECISION | {"text": text})
    started.ids |= {
        "agency_id": COUNCIL[0],
        "body_decision_id": decision["id"],
        "body_id": "learning-and-improvement",
        "contact_id": contact["id"],
        "delegation_id": delegation["id"],
        "membership_id": membership["id"],
    }


async def _questions(started: Doors) -> None:
    unit = started.bearer(COUNCIL, Role.BUSINESS_UNIT)
    for kind in ("publish", "commission"):
        decision = await started.made(unit, "/governance/v1/joint-decisions", kind=kind, question="Shall it be?")
        given = RAISE | {"owner_agency_id": COUNCIL[0], "title": "Too few visits"}
        risk = await started.made(unit, "/governance/v1/risks", **given)
        partner = started.bearer(POLICE, Role.DELEGATED_PARTNER)
        asked = CHALLENGE | {"agency_id": COUNCIL[0], "title": "Too few visits"}
        challenge = await started.made(partner, "/governance/v1/challenges", **asked)
    started.ids |= {"joint_decision_id": decision["id"], "risk_id": risk["id"], "challenge_id": challenge["id"]}


async def _training(started: Doors) -> None:
    manager, worker = started.bearer(COUNCIL, Role.TRAINING_MANAGER), started.bearer(COUNCIL, subject="council/booked")
    for number in (1, 2):
        said = {"code": f"course-{number}", "title": "Understanding neglect", "mode": "online", "evaluation": "short"}
        course = await started.made(manager, "/training/v1/courses", **said)
        listed = {"name": f"List {number}", "email": f"list-{number}@lists.example"}
        one = await started.made(manager, "/training/v1/distribution-lists", **listed)
        times = {"starts_at": "2026-11-04T12:00:00Z", "ends_at": "2026-11-04T13:00:00Z"}
        session = await started.made(
            manager, "/training/v1/sessions", course_id=course["id"], place="Westfields", places=20, **times
        )
        body = {"session_id": session["id"], "name": "Sam Sample", "email": "sam@council.example"}
        booking = await started.made(worker, "/training/v1/bookings", **body)
    started.ids |= {"distribution_list_id": one["id"]}
    started.ids |= {"course_id": course["id"], "session_id": session["id"], "booking_id": booking["id"]}


async def _actions(started: Doors) -> None:
    """Late ones of the council's, agreed to, with evidence, and a later date asked for."""
    unit, lead = started.bearer(COUNCIL, Role.BUSINESS_UNIT), started.bearer(COUNCIL, Role.AGENCY_LEAD)
    plan = await started.made(unit, "/governance/v1/plans", **PLAN)
    given = ACTION | {"plan_id": plan["id"], "due_on": "2026-10-01"}
    client = started.clients["governance"]
    for _ in range(2):
        action = await started.made(lead, "/governance/v1/actions", **given)
        path = f"/governance/v1/actions/{action['id']}"
        agreed = await client.post(f"{path}/agree", json={}, headers={**unit, "if-match": '"1"'})
        assert agreed.status_code == 200, agreed.text
        shows = {"kind": "qualitative", "title": "Minutes", "text": "Of one month."}
        evidence = await started.made(lead, f"{path}/evidence", **shows)
        asked = await started.made(lead, f"{path}/due-dates", due_on="2027-01-15", reason="The post was vacant.")
    started.ids |= {
        "plan_id": plan["id"],
        "action_id": action["id"],
        "evidence_id": evidence["evidence"][0]["id"],
        "due_date_id": asked["due_dates"][0]["id"],
    }


async def _meetings(started: Doors) -> None:
    """One meeting to come, and two of this morning to which nobody came who is expected."""
    unit, path = started.bearer(COUNCIL, Role.BUSINESS_UNIT), "/governance/v1"
    seat = {"body_id": "learning-and-improvement", "person_id": str(uuid4()), "person_name": "Robin Madeup"}
    given = {"agency_id": POLICE[0], "seat": "member", "starts_on": "2026-10-01"}
    member = await started.made(unit, f"{path}/memberships", **seat, **given)
    for agency in (COUNCIL, POLICE):
        wanted = {"agency_id": agency[0], "starts_on": "2026-10-01"}
        expectation = await started.made(unit, f"{path}/expectations", **EXPECTATION | wanted)
    for _ in range(2):
        await _held(started, unit, member["id"])
    for number in (1, 2):
        terms = await started.made(unit, f"{path}/terms-of-reference", **TERMS | {"adopted_on": f"2026-10-0{number}"})
        item = await started.made(unit, f"{path}/work-items", **WORK_ITEM)
        group = {"id": f"audit-group-{number}", "name": "Audit group", "kind": "task_and_finish"}
        await started.made(unit, f"{path}/bodies", **group, parent_ids=["quality-assurance"])
        brief = await started.made(unit, f"{path}/briefs", **BRIEF | {"body_id": group["id"]})
    asked = await started.clients["governance"].get(f"{path}/explanations", headers=unit)
    meeting = await started.made(unit, f"{path}/meetings", **MEETING)
    agenda = await started.made(unit, f"{path}/meetings/{meeting['id']}/agenda", title="The report of the quarter")
    started.ids |= {
        "agenda_item_id": next(item["id"] for item in agenda["items"] if item["id"]),
        "expectation_id": expectation["id"],
        "explanation_id": next(one["id"] for one in asked.json()["items"] if one["agency_id"] == COUNCIL[0]),
        "meeting_id": meeting["id"],
        "terms_of_reference_id": terms["id"],
        "work_item_id": item["id"],
        "brief_id": brief["id"],
    }


async def _held(started: Doors, unit: Mapping[str, str], seat_id: str) -> None:
    """A meeting of this morning, minuted, on which its chair has reported."""
    clock = started.app("governance").state.runtime.clock
    clock.restore(WEDNESDAY_NOON - timedelta(hours=4) - datetime.now(UTC))
    times = {"starts_at": "2026-10-07T09:00:00Z", "ends_at": "2026-10-07T10:00:00Z"}
    meeting = await started.made(unit, "/governance/v1/meetings", **MEETING | times)
    clock.restore(WEDNESDAY_NOON - datetime.now(UTC))
    path = f"/governance/v1/meetings/{meeting['id']}"
    attended = {"members": [{"membership_id": seat_id, "how": "apologies"}]}
    for version, (did, body) in enumerate((("hold", {}), ("attend", attended), ("minute", {})), start=1):
        headers = {**unit, "if-match": f'"{version}"'}
        answer = await started.clients["governance"].post(f"{path}/{did}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    await started.made(unit, f"{path}/report", text="The group has met.")


async def _accounts(started: Doors) -> None:
    lead = started.bearer(COUNCIL, Role.AGENCY_LEAD)
    for number in (1, 2):
        person = await started.made(
            lead,
            "/gateway/v1/people",
            agency_id=COUNCIL[0],
            name="Sam Sample",
            email=f"sam{number}@council.example",
            role="practitioner",
        )
        given = {"role": "trainer", "starts_on": "2026-01-01"}
        person = await started.made(lead, f"/gateway/v1/people/{person['person_id']}/terms", **given)
        system = await started.made(
            lead,
            "/gateway/v1/clients",
            agency_id=COUNCIL[0],
            name=f"System {number}",
            kind="private_key_jwt",
            scopes=["escalations.read"],
            roles=["agency_lead"],
            public_keys=[KEY.as_dict(private=False)],
        )
    started.ids |= {
        "person_id": person["person_id"],
        "term_id": next(term["term_id"] for term in person["terms"] if term["role"] == "trainer"),
        "client_id": system["client_id"],
    }
