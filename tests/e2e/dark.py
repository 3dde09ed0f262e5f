"""The dark twin: silence at every stage, the wrong agency, an agency that ends in the middle, and a bus that goes away."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.composition import SERVICES
from services.gateway.sandbox.cast import PARTS
from services.gateway.sandbox.token import token
from shared.events import topic_of
from shared.startup import CannotStart
from tests.e2e.modes import Mode
from tests.e2e.story import ESCALATIONS, NAMES, PATIENCE, Agency, Cut, figures, let_time_pass, resolve_and_close
from tests.post_office import PostOffice

AGENCIES = {part.short: part.agency_id for part in PARTS}
TRACKER = "/escalations/v1/tracker/matters"
LEDGER = "SELECT event_id, type, subject, published_at FROM {}.outbox ORDER BY id"


def cuts(*given: Mapping[str, str]) -> set[Cut]:
    """How a figure is cut where the matter stands behind it; behind the uncut figure it stands as well."""
    return {frozenset(one.items()) for one in ({}, *given)}


POLICE, COUNCIL, TRUST = NAMES["police"], NAMES["council"], NAMES["trust"]
SILENT = cuts({"stage": "1"}, {"stage": "2"}, {"stage": "3"})
WHOSE = [{"agency": POLICE, "stage": "1"}, *({"agency": COUNCIL, "stage": stage} for stage in "234")]
LATE = [*WHOSE, {"agency": POLICE}, {"agency": COUNCIL}, {"priority": "urgent"}]
LATE += [cut for stage in "1234" for cut in ({"stage": stage}, {"stage": stage, "priority": "urgent"})]
PLACES = {
    "opened": cuts(
        {"kind": "casework"},
        {"priority": "urgent"},
        {"raising": TRUST},
        {"receiving": COUNCIL},
        {"raising": TRUST, "receiving": COUNCIL},
        {"rung": "neutral-casework.1.4"},
        {"theme": "strategy_discussion_or_section_47"},
    ),
    "need": cuts({"level": "complex"}),
    "passed_on": cuts({"receiving": COUNCIL}, {"raising": TRUST, "receiving": COUNCIL}),
    "waited": cuts(),
    "advances": SILENT,
    "advances_silent": SILENT,
    "matters_silent": cuts(),
    "silent_at_last": cuts(),
    "responses_due": cuts(*LATE),
    "responses_late": cuts(*LATE, {"overrun": "not_recorded"}, {"overrun": "workload"}),
    "resolved": cuts({"stage": "4"}, {"priority": "urgent"}, {"outcome": "decision_changed"}),
    "impact": cuts({"impact": "safer"}),
    "told": cuts(),
    "satisfied": cuts(),
    "closed": cuts({"kind": "casework"}),
    "left": cuts({"kind": "casework"}),
}
LETTERS = {
    "police": ["an answer is needed", "overdue", "a reminder", "at stage 2", "a reminder"],
    "trust": ["at stage 2", "passed on"],
    "council": ["passed on", "overdue", "a reminder"]
    + [said for stage in (3, 4) for said in (f"at stage {stage}", "overdue", "a reminder")]
    + ["overdue", "an outcome"]
    + ["a successor takes over"]
    + ["at stage 3", "at stage 4"],  # its business unit too, which is told of formal stages
    "icb": ["a successor takes over", "at stage 3", "at stage 4", "answered", "an outcome"],
}


class Cast:
    """Everybody in it: the trust raises with the police, whom it does not concern; it is the council's. The ICB takes over."""

    def __init__(self, client: httpx.AsyncClient, mode: Mode, office: PostOffice) -> None:
        self.client, self.mode, self.office = client, mode, office
        self.trust, self.police, self.council, self.icb = (
            Agency(client, mode.url, short) for short in ("trust", "police", "council", "icb")
        )

    async def until(self, instant: str) -> None:
        """Let time pass."""
        await let_time_pass(self.client, self.mode.url, instant)


async def dark(mode: Mode, office: PostOffice) -> None:
    """Nobody answers, and it is put right at the end all the same."""
    async with httpx.AsyncClient(timeout=30) as client:
        cast = Cast(client, mode, office)
        matter = await wrong_agency(cast)
        await without_a_bus(cast)
        await nothing_lost_nothing_twice(mode)
        await silent_to_the_top(cast, matter)
        await put_right(cast, matter)
        assert await figures(cast.council, matter) == PLACES
        await told_by_letter(cast, matter)
        await nothing_lost_nothing_twice(mode)


async def wrong_agency(cast: Cast) -> dict[str, Any]:
    """The police are silent at the first stage, find at the second that it is not theirs, and pass it on."""
    matter = await cast.trust.raises(
        receiving_agency_id=AGENCIES["police"],
        receiving_team=None,
        raiser_role="Named nurse",
        children=[{"identifiers": [{"type": "nhs_number", "value": "SANDBOX-9000"}], "level_of_need": "complex"}],
    )
    await cast.until("2026-10-09T08:30:00Z")
    assert await tracked(cast, matter) == ("answer", AGENCIES["police"], 2, 1)
    passed = await cast.police.moves(
        matter, "pass_on", receiving_agency_id=AGENCIES["council"], reason="The council decided it, not we."
    )
    assert (passed["status"], passed["stage_order"]) == ("open", 2)
    assert await tracked(cast, matter) == ("answer", AGENCIES["council"], 2, 1)
    return matter


async def without_a_bus(cast: Cast) -> None:
    """The bus is away: writes and letters go on, nothing is told. It comes back, and a service dies at its work."""
    contact = await contact_of(cast.icb)
    await cast.mode.take_bus_away()
    await bus_is(cast.client, cast.mode, away=True)
    await ends(cast.council, AGENCIES["trust"], "2026-10-09", AGENCIES["icb"])
    for number in range(3):
        changed = await cast.icb.changes(contact, "agency_lead", "PATCH", telephone=f"01632 96099{number}")
        assert changed.status_code == 200, changed.text
    meanwhile = await cast.police.raises(priority="standard")
    await cast.council.moves(meanwhile, "respond", text="It is at 14:00 today.", seniority="practitioner")
    await resolve_and_close(cast.police, meanwhile, "practitioner")
    assert await untold(cast.mode) >= 9
    await all_letters_sent(cast)  # one that is on its way when its sender dies is sent again, later
    await cast.mode.bring_bus_back()
    await asyncio.to_thread(cast.mode.kill, "escalations")
    await bus_is(cast.client, cast.mode, away=False)
    await cast.until("2026-10-09T09:00:00Z")
    assert await untold(cast.mode) == 0
    [kept] = await cast.mode.ask(f"SELECT telephone FROM escalations.contact WHERE id = '{contact.rpartition('/')[2]}'")
    assert kept["telephone"] == "01632 960992"


async def silent_to_the_top(cast: Cast, matter: Mapping[str, Any]) -> None:
    """The trust ends; the ICB has its matter on the next day. The council is silent at every stage, the last one too."""
    await cast.until("2026-10-12T08:30:00Z")
    found = await cast.icb.reads(f"{ESCALATIONS}/{matter['id']}")
    assert (found["raising_agency_id"], found["raising_name"]) == (AGENCIES["icb"], NAMES["trust"])
    with pytest.raises(CannotStart):
        await token(cast.mode.url, "trust", "practitioner")
    await cast.until("2026-10-15T09:00:00Z")
    found = await cast.icb.reads(f"{ESCALATIONS}/{matter['id']}")
    assert [stage["opened_by"] for stage in found["stages"]] == ["raise", "silence", "pass_on", "silence", "silence"]
    assert found["overdue"]
    history = await cast.icb.reads(f"{ESCALATIONS}/{matter['id']}/history")
    done = [entry["did"] for entry in history["items"]]
    assert done == ["raise", "silence", "pass_on", "succeed", "silence", "silence", "silence"]
    assert await tracked(cast, matter) == ("answer", AGENCIES["council"], 4, 3)


async def put_right(cast: Cast, matter: Mapping[str, Any]) -> None:
    """A late answer with its reason; the successor resolves, tells and closes what its predecessor raised."""
    late = await cast.council.does(matter, "respond", text="We are sorry.", seniority="director")
    assert (late.status_code, late.json()["errors"][0]["path"]) == (422, "overrun_reason")
    await cast.council.moves(matter, "respond", text="We are sorry.", seniority="director", overrun_reason="workload")
    assert await tracked(cast, matter) == ("next_step", AGENCIES["icb"], 4, 3)
    await resolve_and_close(cast.icb, matter, "director")
    assert await tracked(cast, matter) is None


async def tracked(cast: Cast, matter: Mapping[str, Any]) -> tuple[str, str, int, int] | None:
    """What the tracker says that the matter waits for, of whom, at which stage, after how many silences."""
    rows = (await cast.council.reads(TRACKER, "operational_member", limit=200))["items"]
    found = [row for row in rows if row["id"] == matter["id"]]
    return next(((row["waits_for"], row["on_whom"], row["stage_order"], row["silences"]) for row in found), None)


async def contact_of(agency: Agency) -> str:
    """The path of an agency's single point of contact."""
    wanted = {"agency_id": AGENCIES[agency.short], "purpose": "single_point_of_contact"}
    [contact] = (await agency.reads("/governance/v1/contacts", "agency_lead", **wanted))["items"]
    return f"/governance/v1/contacts/{contact['id']}"


async def ends(council: Agency, agency_id: str, last_day: str, successor_id: str) -> None:
    """The business unit ends an agency, whose successor takes over on the next day."""
    ended = await council.changes(
        f"/governance/v1/agencies/{agency_id}",
        "business_unit",
        "POST",
        "/end",
        effective_to=last_day,
        successor_ids=[successor_id],
    )
    assert ended.status_code == 200, ended.text


async def bus_is(client: httpx.AsyncClient, mode: Mode, *, away: bool) -> None:
    """Wait until the suite says so of itself."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        checks = (await client.get(f"{mode.url}/health/ready")).json()["checks"]
        if checks["database"] and checks["bus"] != away and (away or checks["consumer"]):
            return
        assert asyncio.get_running_loop().time() < deadline, checks
        await asyncio.sleep(0.1)


async def untold(mode: Mode) -> int:
    """How many events wait in the outboxes."""
    rows = [row for name in SERVICES for row in await mode.ask(LEDGER.format(name))]
    return sum(row["published_at"] is None for row in rows)


async def nothing_lost_nothing_twice(mode: Mode) -> None:
    """Every event of the ledgers is on the bus, for each record in order; whoever listens has handled it once."""
    bus, ledger = mode.bus(), list[Any]()
    try:
        for name in SERVICES:
            rows = await mode.ask(LEDGER.format(name))
            wanted = defaultdict(list)
            for row in rows:
                wanted[row["subject"]].append(str(row["event_id"]))
            found = await on_the_bus(bus, topic_of(name))
            assert found == wanted, f"{name}: {differing(found, wanted)}"
            ledger += rows
    finally:
        await bus.close()
    for name, service in SERVICES.items():
        types = {event.type for event in service.consumes}
        handled = await mode.ask(f"SELECT event_id FROM {name}.inbox")
        assert {row["event_id"] for row in handled} == {row["event_id"] for row in ledger if row["type"] in types}
        assert await mode.ask(f"SELECT error FROM {name}.dead_letter WHERE redelivered_at IS NULL") == []


def differing(found: Mapping[str, list[str]], wanted: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """By what it is: the records of which the bus lacks events, has others, or has the same in another order."""
    pairs = {key: (found.get(key, []), wanted.get(key, [])) for key in found.keys() | wanted.keys()}
    return {
        "lost": {key: lost for key, (bus, ledger) in pairs.items() if (lost := [e for e in ledger if e not in bus])},
        "in no ledger": {
            key: more for key, (bus, ledger) in pairs.items() if (more := [e for e in bus if e not in ledger])
        },
        "out of order": {
            key: bus for key, (bus, ledger) in pairs.items() if sorted(bus) == sorted(ledger) and bus != ledger
        },
    }


async def on_the_bus(bus: Any, topic: str) -> dict[str, list[str]]:
    """The ids of a topic's events by record, each where it came first: what was not marked in time is sent again."""
    await bus.ensure_topics([topic])
    left = sum((await bus.ends([topic])).values())
    subscription = bus.subscribe(f"ledger-{uuid4()}", [topic])
    found: dict[str, dict[str, None]] = defaultdict(dict)
    try:
        while left:
            deliveries = await subscription.receive(500, 1.0)
            left -= len(deliveries)
            for message in (delivery.message for delivery in deliveries):
                found[message.key].setdefault(message.headers["ce_id"])
    finally:
        await subscription.close()
    return {key: list(ids) for key, ids in found.items()}


async def told_by_letter(cast: Cast, matter: Mapping[str, Any]) -> None:
    """Each letter came once, to whom it was for; none is left over."""
    await all_letters_sent(cast)
    ids = [letter["Message-ID"] for letter in cast.office.letters]
    assert len(ids) == len(set(ids))
    about = [letter for letter in cast.office.letters if matter["reference"] in letter["Subject"]]
    came = Counter((str(one["To"]).partition("@")[2], str(one["Subject"]).partition(": ")[2]) for one in about)
    assert came == Counter((f"{AGENCIES[short]}.example", said) for short, told in LETTERS.items() for said in told)


async def all_letters_sent(cast: Cast) -> None:
    """Wait until no letter waits."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while await cast.mode.ask("SELECT FROM escalations.letter WHERE attempt_at IS NOT NULL"):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.1)
