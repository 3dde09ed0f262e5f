"""Risks: one that went to the Executive and came back, one that waits there, one of which it asks, one whose review is late, one closed."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.governance.risk_answers import commands as answers
from services.governance.risks import commands
from services.governance.risks.commands import Point, Wanted
from services.governance.risks.domain import Answer, Which
from services.governance.risks.models import Risk
from services.governance.sandbox.people import COUNCIL, ICB, POLICE, Past, acting, is_there, made_id, version
from shared.db import Tx
from shared.policy import Action, Role
from shared.policy import governance as actions

QA, LI = "quality-assurance", "learning-and-improvement"
TABLE = Risk.__table__


async def play(tx: Tx) -> None:
    """Enter them and do what was done, where they are not there."""
    past = Past(tx)
    for name, (days, wanted, history) in HISTORY.items():
        risk_id = made_id("risks", name)
        if await is_there(tx, TABLE, risk_id):
            continue
        unit = acting(COUNCIL, Role.BUSINESS_UNIT, actions.RAISE_RISK)
        await commands.raise_risk(past.ago(days), unit, wanted, risk_id)
        for ago, agency_id, role, action, do, given in history:
            then = past.ago(ago)
            by = acting(agency_id, role, action, await version(tx, TABLE, risk_id))
            await do(then, by, risk_id, *given)


Step = tuple[int, str, Role, Action, Callable[..., Awaitable[None]], tuple[Any, ...]]


def _scored(ago: int, likelihood: int, impact: int, reason: str) -> Step:
    given = (Which.CURRENT, Point(likelihood, impact), reason)
    return ago, COUNCIL, Role.QA_MEMBER, actions.SCORE_RISK, commands.score, given


def _reviewed(ago: int, text: str, point: Point | None = None) -> Step:
    return ago, COUNCIL, Role.QA_MEMBER, actions.REVIEW_RISK, commands.review, (text, point)


HISTORY: dict[str, tuple[int, Wanted, tuple[Step, ...]]] = {
    "health-visiting": (
        310,
        Wanted(
            title="Health visiting has a third of its posts vacant",
            description="Families are seen late, and early signs of neglect are missed.",
            owner_agency_id=ICB,
            owner_body_id=QA,
            inherent=Point(5, 4),
            current=Point(3, 3),
            target=Point(2, 3),
            reason="The service's own notice of its vacancies.",
            controls=("Visits go first to families with a plan", "A bank of staff"),
        ),
        (
            _reviewed(255, "Two more have left; the bank is nearly used up."),
            _scored(250, 3, 4, "A quarter of first visits came late."),
            (
                240,
                POLICE,
                Role.EXECUTIVE_MEMBER,
                actions.ANSWER_RISK,
                answers.ask,
                ("When will the posts be filled?",),
            ),
            (230, ICB, Role.AGENCY_LEAD, actions.REPLY_RISK, answers.reply, ("Four of nine by the summer.",)),
            (
                226,
                POLICE,
                Role.EXECUTIVE_MEMBER,
                actions.ANSWER_RISK,
                answers.answer,
                (Answer.TREAT, "Agency staff until the summer, and a figure every month."),
            ),
            _reviewed(198, "Agency staff have come."),
            _reviewed(140, "Late first visits have halved."),
            _reviewed(82, "Six of nine posts are filled.", Point(2, 4)),
            _reviewed(26, "As it was in the summer."),
        ),
    ),
    "young-peoples-beds": (
        33,
        Wanted(
            title="No local bed for young people in a crisis",
            description="They wait on wards for adults, some for days, far from home.",
            owner_agency_id=ICB,
            owner_body_id=LI,
            inherent=Point(4, 5),
            current=Point(4, 4),
            target=Point(2, 4),
            reason="Seven waits of more than a day since June.",
            controls=("A daily call of ward, social work and crisis team",),
        ),
        (),
    ),
    "custody-notes": (
        40,
        Wanted(
            title="Notes of children in custody reach social care a day late",
            description="Nobody can be there for them on the first evening.",
            owner_agency_id=POLICE,
            owner_body_id=QA,
            current=Point(3, 4),
            target=Point(1, 4),
            reason="Five of the twelve notes of September.",
        ),
        ((20, ICB, Role.EXECUTIVE_MEMBER, actions.ANSWER_RISK, answers.ask, ("Who sends them at night?",)),),
    ),
    "attendance-figures": (
        150,
        Wanted(
            title="Figures of missed schooling come a term late",
            description="Children who miss much schooling are not seen in time.",
            owner_agency_id=COUNCIL,
            owner_body_id=QA,
            current=Point(3, 2),
            target=Point(1, 2),
            reason="The last figures were of the term before.",
        ),
        (_reviewed(92, "The new system is ordered."),),
    ),
    "strategy-discussions": (
        280,
        Wanted(
            title="Strategy discussions are held without minutes",
            description="Nobody can tell later who was to do what.",
            owner_agency_id=POLICE,
            owner_body_id=QA,
            inherent=Point(4, 3),
            current=Point(3, 3),
            target=Point(1, 3),
            reason="The audit of the autumn.",
        ),
        (
            _scored(200, 2, 3, "A form is used since the spring."),
            _scored(120, 1, 3, "Nine of ten in the sample had minutes."),
            (118, COUNCIL, Role.BUSINESS_UNIT, actions.CLOSE_RISK, commands.close, ("At its target, and held there.",)),
        ),
    ),
}
