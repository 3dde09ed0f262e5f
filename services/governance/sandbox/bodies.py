"""How bodies are kept: terms of reference, one overdue for its review; a year's work, some of it late; a group with its brief."""

from datetime import date
from typing import Any

from services.governance.bodies import commands as bodies
from services.governance.bodies.domain import Kind
from services.governance.briefs import commands as briefs
from services.governance.sandbox.people import COUNCIL, Past, acting, is_there, made_id, version
from services.governance.terms_of_reference import commands as terms
from services.governance.terms_of_reference.models import TermsOfReference
from services.governance.work_items import commands as work
from services.governance.work_items.domain import Do
from services.governance.work_items.models import WorkItem
from shared.acting import By
from shared.db import Tx
from shared.policy import Action, Role
from shared.policy import governance_bodies as actions

EXECUTIVE, LI, QA = "executive", "learning-and-improvement", "quality-assurance"
TERMS = {
    LI: (180, "Sees the action plans of reviews through, and says what the front line is to learn."),
    QA: (400, "Moderates evidence, directs audits, and scrutinises the scorecard."),
}
# Body, year, quarter, title; then what was done with it, how many days ago.
WORK: tuple[tuple[str, str, str, str, tuple[tuple[Do, int], ...]], ...] = (
    (LI, "2026/27", "Q1", "The programme of the year", ((Do.BEGIN, 180), (Do.FINISH, 120))),
    (LI, "2026/27", "Q2", "A briefing on what inspections elsewhere found", ((Do.BEGIN, 60),)),
    (LI, "2026/27", "Q3", "Half-days on strategy discussions", ()),
    (QA, "2026/27", "Q2", "Audit of plans that use the neglect tool", ((Do.BEGIN, 90), (Do.FINISH, 20))),
    (QA, "2026/27", "Q4", "The sample of section 11 answers", ()),
)
GROUP: dict[str, Any] = {
    "id": "threshold-guidance-group",
    "name": "Threshold guidance group",
    "kind": Kind.TASK_AND_FINISH,
    "parent_ids": (EXECUTIVE,),
    "source": "Made up for the sandbox",
}


async def play(tx: Tx) -> None:
    """Enter them, where they are not there."""
    if await is_there(tx, TermsOfReference.__table__, made_id("terms", LI)):
        return
    past = Past(tx)
    for body_id, (ago, text) in TERMS.items():
        then = past.ago(ago)
        adopted = terms.Wanted(body_id=body_id, adopted_on=then.now.date(), text=text)
        await terms.adopt(then, _unit(actions.ADOPT_TERMS), adopted, made_id("terms", body_id))
    for body_id, year, quarter, title, moves in WORK:
        item_id = made_id("work", body_id, title)
        planned = work.Wanted(body_id=body_id, year=year, quarter=quarter, title=title)
        await work.plan(past.ago(200), _unit(actions.PLAN_WORK), planned, item_id)
        for do, ago in moves:
            then = past.ago(ago)
            at = await version(then, WorkItem.__table__, item_id)
            await work.move(then, _unit(actions.MOVE_WORK, at), item_id, do)
    await bodies.establish(past.ago(290), **GROUP)
    given = briefs.Wanted(
        body_id=GROUP["id"],
        objective="Threshold guidance that a school understands at first reading, tried in three agencies.",
        lead_name="Robin Madeup",
        lead_agency_id=COUNCIL,
        overseen_by=EXECUTIVE,
        due_on=date(2026, 6, 30),
    )
    brief_id = made_id("briefs", GROUP["id"])
    await briefs.give(past.ago(290), _unit(actions.GIVE_BRIEF), given, brief_id)
    until, why = date(2026, 12, 18), "It is adopted; the trial in schools goes on until Christmas."
    await briefs.extend(past.ago(110), _unit(actions.EXTEND_BRIEF, 1), brief_id, until, why)


def _unit(action: Action, version: int = 0) -> By:
    return acting(COUNCIL, Role.BUSINESS_UNIT, action, version)
