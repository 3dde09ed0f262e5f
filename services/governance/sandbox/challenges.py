"""Challenges: one followed to its impact, one whose change is to be looked at, one not answered in time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from services.governance.challenges import commands
from services.governance.challenges.commands import Wanted
from services.governance.challenges.domain import Impact, Outcome
from services.governance.challenges.models import Challenge
from services.governance.sandbox.people import (
    COUNCIL,
    ICB,
    POLICE,
    SCRUTINEER,
    Past,
    acting,
    is_there,
    made_id,
    version,
)
from shared.days import today
from shared.db import Tx
from shared.policy import Action, Role
from shared.policy import governance as actions

TABLE = Challenge.__table__
FOLLOW, RESPOND, RECHECK = actions.FOLLOW_CHALLENGE, actions.RESPOND_CHALLENGE, actions.RECHECK_CHALLENGE
SCRUTINISES, CHAIRS = (SCRUTINEER, Role.SCRUTINEER), (ICB, Role.BODY_CHAIR)


async def play(tx: Tx) -> None:
    """Make them and do what was done, where they are not there."""
    past = Past(tx)
    for name, (days, (agency_id, role), wanted, history) in HISTORY.items():
        challenge_id = made_id("challenges", name)
        if await is_there(tx, TABLE, challenge_id):
            continue
        await commands.make(past.ago(days), acting(agency_id, role, actions.MAKE_CHALLENGE), wanted, challenge_id)
        for ago, (whose, part), action, do, given in history:
            then = past.ago(ago)
            by = acting(whose, part, action, await version(tx, TABLE, challenge_id))
            await do(then, by, challenge_id, *given)


async def _agree(tx: Tx, by: Any, challenge_id: Any, text: str, days: int) -> None:
    """Agree on a change that is made within so many days."""
    day = today(tx.now) + timedelta(days=days)
    await commands.agree(tx, by, challenge_id, text, day)


Step = tuple[int, tuple[str, Role], Action, Callable[..., Awaitable[None]], tuple[Any, ...]]
LEADS_ICB, LEADS_POLICE = (ICB, Role.AGENCY_LEAD), (POLICE, Role.AGENCY_LEAD)

HISTORY: dict[str, tuple[int, tuple[str, Role], Wanted, tuple[Step, ...]]] = {
    "health-at-discussions": (
        330,
        SCRUTINISES,
        Wanted(
            title="Strategy discussions without a health professional",
            text="In a third of the discussions sampled nobody from health took part.",
            wanted="A named health professional for every discussion, and the figure each quarter.",
            agency_id=ICB,
        ),
        (
            (310, LEADS_ICB, RESPOND, commands.respond, ("A rota of named professionals is possible.",)),
            (305, SCRUTINISES, FOLLOW, _agree, ("A rota, and the figure each quarter.", 60)),
            (250, LEADS_ICB, RESPOND, commands.change, ("The rota stands since the first of the month.",)),
            (
                64,
                (COUNCIL, Role.QA_MEMBER),
                RECHECK,
                commands.recheck,
                (Impact.IMPROVED, "In nine of ten discussions sampled somebody from health took part."),
            ),
            (60, SCRUTINISES, FOLLOW, commands.close, (Outcome.CHANGED, "It holds; the figure stays on the agenda.")),
        ),
    ),
    "notices-at-night": (
        240,
        SCRUTINISES,
        Wanted(
            title="Notices of domestic abuse wait until Monday",
            text="What happens on Friday night reaches schools on Monday afternoon.",
            wanted="Notice before the first lesson, on every school day.",
            agency_id=POLICE,
        ),
        (
            (220, LEADS_POLICE, RESPOND, commands.respond, ("The team works on Sundays from the summer.",)),
            (214, SCRUTINISES, FOLLOW, _agree, ("A Sunday shift, tried for a term.", 45)),
            (190, LEADS_POLICE, RESPOND, commands.change, ("The Sunday shift has begun.",)),
        ),
    ),
    "letters-to-gps": (
        44,
        CHAIRS,
        Wanted(
            title="Minutes of conferences reach practices late",
            text="Half of the practices asked had none within a month.",
            wanted="The date on which each is sent, and what will be done about the late ones.",
            agency_id=COUNCIL,
            body_id="quality-assurance",
        ),
        (),
    ),
}
