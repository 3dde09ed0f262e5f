"""The nouns whose reading and listing are measured: where each is, who reads it, and enough of them to fill a page."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.reviews.conduct.schemas import EXAMPLE as REVIEWER
from services.reviews.practice_reviews.schemas import EXAMPLE as COMMISSION
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.escalations import running as escalations
from tests.service.governance import running as governance
from tests.service.governance.acting import Life
from tests.service.reviews import cases
from tests.service.reviews import running as reviews
from tests.service.training import running as training

ROWS = 60


@dataclass(frozen=True)
class Noun:
    """A noun, by the name of its reference by hand; `fill` makes its rows in a new database, and gives the id of one to read."""

    name: str
    one: str
    service: str
    path: str
    status: str
    reader: tuple[Any, Role]
    fill: Callable[[OwnDatabase], Coroutine[Any, Any, str]]
    besides: tuple[str, ...] = ()  # what is measured with it for information


async def _escalations(database: OwnDatabase) -> str:
    await escalations.install(database)
    async with escalations.running(database) as suite:
        await suite.at(datetime.now(UTC))  # what is raised today is not overdue, and keeps no sweep busy
        officer = suite.person(escalations.POLICE)
        made = [await officer.raised(receiving_agency_id=escalations.COUNCIL[0]) for _ in range(ROWS)]
    return str(made[0]["id"])


async def _actions(database: OwnDatabase) -> str:
    await governance.install(database)
    now = datetime.now(UTC)
    days = {"due_on": now + timedelta(30), "measured_by": now + timedelta(200)}
    async with governance.running(database, now) as suite:
        lives = [Life(suite) for _ in range(ROWS)]
        for life in lives:
            await life.proposed(**{name: day.date().isoformat() for name, day in days.items()})
    return lives[0].id


async def _rapid_reviews(database: OwnDatabase) -> str:
    await reviews.install(database)
    async with reviews.running(database) as suite:
        incident = await cases.notified(suite)
        review = await cases.review_of(suite, incident)
        for agency in (reviews.ICB, reviews.TRUST):
            await cases.seated(suite, review, agency)
        for _ in range(ROWS):
            await suite.unit.made("/rapid-reviews", incident_ids=[incident["id"]], reason="We want to learn from it.")
    return str(review["id"])


async def _practice_reviews(database: OwnDatabase) -> str:
    await reviews.install(database)
    async with reviews.running(database) as suite:
        made = [await suite.unit.made("/practice-reviews", **COMMISSION) for _ in range(ROWS)]
        path = f"/practice-reviews/{made[0]['id']}"
        person = {"person_id": str(uuid4()), "agency_id": reviews.OUTSIDE[0]}
        await suite.unit.made(f"{path}/reviewers", **REVIEWER | person)
        await suite.unit.did(path, "terms", text="What is to be found out.")
        await suite.unit.did(path, "begin")
        for part in ("what_happened", "good_practice", "learning"):
            await suite.unit.did(path, "write", part=part, text="Nobody asked her what she wanted.")
    return str(made[0]["id"])


async def _sessions(database: OwnDatabase) -> str:
    await training.install(database)
    now = datetime.now(UTC)
    times: dict[str, Any] = {
        "starts_at": f"{now.year + 1}-03-03T12:00:00Z",
        "ends_at": f"{now.year + 1}-03-03T13:00:00Z",
    }
    trainers = [{"subject": "robin", "name": "Robin Madeup"}]
    async with training.running(database, now) as suite:
        made = [await suite.planned(**times, trainers=trainers) for _ in range(ROWS)]
    return str(made[0]["id"])


NOUNS = {
    noun.name: noun
    for noun in (
        Noun(
            name="escalations",
            one="escalation",
            service="escalations",
            path="/escalations/v1/escalations",
            status="open",
            reader=(escalations.POLICE, Role.PRACTITIONER),
            fill=_escalations,
            besides=("bare",),
        ),
        Noun(
            name="actions",
            one="action",
            service="governance",
            path="/governance/v1/actions",
            status="proposed",
            reader=(governance.COUNCIL, Role.AGENCY_LEAD),
            fill=_actions,
        ),
        Noun(
            name="rapid_reviews",
            one="rapid review",
            service="reviews",
            path="/reviews/v1/rapid-reviews",
            status="scoping",
            reader=(reviews.COUNCIL, Role.BUSINESS_UNIT),
            fill=_rapid_reviews,
        ),
        Noun(
            name="practice_reviews",
            one="practice review",
            service="reviews",
            path="/reviews/v1/practice-reviews",
            status="commissioned",
            reader=(reviews.COUNCIL, Role.BUSINESS_UNIT),
            fill=_practice_reviews,
        ),
        Noun(
            name="sessions",
            one="session",
            service="training",
            path="/training/v1/sessions",
            status="planned",
            reader=(training.POLICE, Role.PRACTITIONER),
            fill=_sessions,
        ),
    )
}
