"""The thread's dark twin: at each moment of the story somebody tries what nobody may do, and the bus goes away in between."""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx

from tests.e2e.dark import bus_is, nothing_lost_nothing_twice
from tests.e2e.modes import Mode
from tests.e2e.thread_action import ACTIONS
from tests.e2e.thread_cast import AGENCIES, SPINE, Cast, Person
from tests.e2e.thread_review import RAPID_REVIEWS, RETURNS, THEME
from tests.e2e.thread_story import THREADS, Moment, thread
from tests.post_office import PostOffice

HOLDS = "/reviews/v1/holds"
TOLD = "SELECT count(*) FROM {}.outbox WHERE subject = '{}'"

Attempt = Callable[[Cast], Awaitable[None]]


async def tempted(mode: Mode, office: PostOffice) -> None:
    """Tell the story, and at each of its moments try what belongs there; nothing of it leaves a trace."""
    async with httpx.AsyncClient(timeout=30) as client:
        cast, met = Cast(client, mode, office), set[Moment]()
        async for moment in thread(cast):
            met.add(moment)
            for attempt in TRIED.get(moment, ()):
                await attempt(cast)
        assert met >= TRIED.keys()
    await nothing_lost_nothing_twice(mode)


@asynccontextmanager
async def unmoved(cast: Cast, path: str, reader: Person) -> AsyncIterator[None]:
    """What is done within changes nothing of a record, and no event tells of it."""
    before = await state(cast, path, reader)
    yield
    assert await state(cast, path, reader) == before


async def state(cast: Cast, path: str, reader: Person) -> tuple[str, str, int]:
    """A record as it is read, with its version, and how many events have told of it."""
    answer = await reader.asks(path)
    assert answer.status_code == 200, answer.text
    service, record_id = path.split("/")[1], path.rpartition("/")[2]
    [told] = await cast.mode.ask(TOLD.format(service, record_id))
    return answer.headers["etag"], answer.text, told["count"]


def is_refused(answer: httpx.Response, status: int, code: str) -> None:
    """The answer is this refusal, and a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def another_agencys_return(cast: Cast) -> None:
    """The police have sent their own return; what the ICB has returned does not exist for them, and is not counted."""
    path = cast.paths["return of icb"]
    async with unmoved(cast, path, cast.named_nurse):
        is_refused(await cast.police_lead.asks(path), 404, "return_not_found")
        words = "We add to what they said."
        is_refused(await cast.police_lead.tries(path, "submit", known=True, text=words), 404, "return_not_found")
    seen = (await cast.police_lead.reads(RETURNS, rapid_review_id=cast.id("review")))["items"]
    assert [one["agency_id"] for one in seen] == [AGENCIES["police"]]


async def two_votes(cast: Cast) -> None:
    """The council's delegated partner has voted, and would rather have voted otherwise."""
    voter, path = cast.delegates[0], cast.paths["decision"]
    async with unmoved(cast, path, voter):
        vote = {"round": 1, "choice": "practice_review", "reason": "We have thought again."}
        is_refused(await voter.sends(f"{path}/vote", **vote), 409, "already_voted")


async def after_the_case(cast: Cast) -> None:
    """A member of the panel opens the case once more, with the token that she has: it is nothing of hers now."""
    member, path = cast.panel[1], cast.paths["review"]
    for gone, code in {path: "rapid_review_not_found", cast.paths["return of icb"]: "return_not_found"}.items():
        is_refused(await member.asks(gone), 404, code)
    is_refused(await member.asks(f"{path}/history"), 404, "rapid_review_not_found")
    assert (await member.reads(RAPID_REVIEWS))["items"] == (await member.reads(RETURNS))["items"] == []
    assert "panel_member" in roles(await member.agency.headers(member.role))


async def the_day_after(cast: Cast) -> None:
    """She signs in again: nothing says any more that she sat on a panel, and the gateway lets her ask no more."""
    member = cast.panel[1]
    member.agency.tokens.pop((member.role, False))
    assert "panel_member" not in roles(await member.agency.headers(member.role))
    is_refused(await member.asks(cast.paths["review"]), 403, "role_not_granted")


def roles(headers: Mapping[str, str]) -> list[str]:
    """The roles in a token."""
    claims = headers["authorization"].split(".")[1]
    found: list[str] = json.loads(urlsafe_b64decode(claims + "=="))["roles"]
    return found


async def a_hold_of_others(cast: Cast) -> None:
    """The police hold the publication of a review that followed; the council would lift it, and cannot."""
    review = await cast.unit.makes(
        "/reviews/v1/practice-reviews",
        kind="lcspr",
        children=1,
        decided_on=cast.day.isoformat(),
        reason="The same stood in two earlier rapid reviews.",
        agency_ids=[AGENCIES["council"], AGENCIES["police"], AGENCIES["icb"]],
        causes=[{"type": SPINE["review"], "id": cast.id("review")}],
    )
    stated = await cast.police_lead.makes(
        f"/reviews/v1/practice-reviews/{review['id']}/holds",
        proceedings="criminal",
        authority="police",
        reason="Witnesses are still to be heard.",
        evidence="The officer in charge has said so in writing.",
        review_on="2027-01-29",
    )
    path = f"{HOLDS}/{stated['id']}"
    async with unmoved(cast, path, cast.police_lead):
        for other in (cast.social_worker, cast.unit):
            is_refused(await other.tries(path, "lift", reason="It has been long enough."), 403, "not_your_hold")
    assert (await cast.police_lead.does(path, "lift", reason="They have been heard."))["status"] == "lifted"


async def bus_goes_away(cast: Cast) -> None:
    """From now on the services hear nothing of each other."""
    await cast.mode.take_bus_away()
    await bus_is(cast.client, cast.mode, away=True)


async def bus_comes_back(cast: Cast) -> None:
    """What was recommended is accepted meanwhile, and governance has not heard of it. It dies, where it can die alone."""
    wanted = {"source_id": cast.id("recommendation")}
    assert (await cast.unit.reads(ACTIONS, **wanted))["items"] == []
    await cast.mode.bring_bus_back()
    if "governance" in cast.mode.victims:
        await asyncio.to_thread(cast.mode.kill, "governance")
    await bus_is(cast.client, cast.mode, away=False)


async def own_work(cast: Cast) -> None:
    """The action's owner sits on the body that is to sign it."""
    path = cast.paths["action"]
    async with unmoved(cast, path, cast.unit):
        decision = {"decision_id": str(uuid4())}
        is_refused(await cast.owner.tries(path, "sign", **decision), 403, "own_work")
        is_refused(await cast.teacher.tries(path, "sign", **decision), 404, "action_not_found")


async def changed_since(cast: Cast) -> None:
    """Phase 1 is signed, and what was signed changes: the next signature is refused until it is again what it was."""
    path, decision_id = cast.paths["action"], cast.decisions["sign"]
    more = {"kind": "qualitative", "title": "One more word", "text": "It went well.", "phase": "activity"}
    after = await cast.owner.makes(f"{path}/evidence", **more)
    assert [one["stale"] for one in after["signatures"]] == [True]
    moderator = Person(cast.council, "qa_member")
    async with unmoved(cast, path, cast.unit):
        is_refused(await moderator.tries(path, "moderate", decision_id=decision_id), 409, "signature_stale")
    evidence_id = next(one["id"] for one in after["evidence"] if one["title"] == more["title"])
    back = await cast.owner.does(path, f"evidence/{evidence_id}/withdraw", reason="It shows nothing.")
    assert [one["stale"] for one in back["signatures"]] == [False]


async def the_same_person_again(cast: Cast) -> None:
    """Whoever signed phase 1 is given a seat on the body that moderates, and would sign there too."""
    seat = {"body_id": "quality-assurance", "seat": "member", "starts_on": cast.day.isoformat()}
    await cast.unit.makes("/governance/v1/memberships", **seat, **cast.li_police.named, agency_id=AGENCIES["police"])
    path, decision_id = cast.paths["action"], cast.decisions["sign"]
    async with unmoved(cast, path, cast.unit):
        is_refused(await cast.li_police.tries(path, "moderate", decision_id=decision_id), 403, "signed_by_one")


async def too_early(cast: Cast) -> None:
    """On the day after phase 1 nobody can say that practice has changed."""
    path = cast.paths["action"]
    async with unmoved(cast, path, cast.unit):
        claim = {"result": "30 of 30 were there.", "text": "They liked it."}
        is_refused(await cast.owner.tries(path, "claim_impact", **claim), 409, "impact_too_early")
        sign = {"decision_id": cast.decisions["moderate"]}
        is_refused(await cast.executive.tries(path, "sign_impact", **sign), 409, "not_in_this_status")


async def one_agency_alone(cast: Cast) -> None:
    """Phase 1 was signed by the police, so they do not sign phase 2; who may, cannot by what another body has decided."""
    path, decision = cast.paths["action"], {"decision_id": cast.decisions["moderate"]}
    async with unmoved(cast, path, cast.unit):
        police = Person(cast.police, "executive_member")
        is_refused(await police.tries(path, "sign_impact", **decision), 403, "signed_by_one")
        earlier = await cast.executive.tries(path, "sign_impact", **decision)
        is_refused(earlier, 422, "invalid")
        assert earlier.json()["errors"][0]["code"] == "no_decision"


async def nothing_of_theirs(cast: Cast) -> None:
    """A school that has to do with none of it: it sees that there is a course, and nothing tells it why."""
    teacher = cast.teacher
    for hidden in ("incident", "review", "learning", "recommendation", "action"):
        answer = await teacher.asks(f"{THREADS}/{SPINE[hidden]}/{cast.id(hidden)}")
        is_refused(answer, 404, "thread_not_found")
    seen = await teacher.reads(f"{THREADS}/{SPINE['course']}/{cast.id('course')}")
    course, session = seen["records"]
    assert (course["type"], course["causes"], session["type"]) == (SPINE["course"], [], SPINE["session"])
    assert (seen["stations"], seen["furthest"]) == (["training"], "training")
    asked = {"theme": THEME, "begun_from": "2026-10-19", "begun_to": "2026-12-31"}
    for first in ("origin", "review", "learning", "action"):
        counted = await teacher.reads(THREADS, first=first, **asked)
        assert (counted["begun"], counted["by_agency"], counted["stopped"]) == (0, [], [])


TRIED: Mapping[Moment, Sequence[Attempt]] = {
    Moment.RETURNED: (another_agencys_return,),
    Moment.FIRST_VOTE: (two_votes,),
    Moment.REVIEW_CLOSED: (after_the_case, a_hold_of_others),
    Moment.LEARNT: (bus_goes_away,),
    Moment.RECOMMENDED: (bus_comes_back,),
    Moment.AGREED: (the_day_after,),
    Moment.CLAIMED: (own_work,),
    Moment.ACTIVITY_SIGNED: (changed_since, the_same_person_again),
    Moment.TESTING: (too_early,),
    Moment.IMPACT_CLAIMED: (one_agency_alone,),
    Moment.CLOSED: (nothing_of_theirs,),
}
