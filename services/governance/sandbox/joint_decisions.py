"""Questions to the three: one decided by their chiefs, one on which the delegates differed, one that awaits votes."""

from services.governance.joint_decisions import commands
from services.governance.joint_decisions.models import Decision
from services.governance.sandbox.people import COUNCIL, ICB, POLICE, Past, acting, is_there, made_id
from shared.db import Tx
from shared.joint_decisions.commands import Ballot, Question
from shared.policy import Role
from shared.policy import governance as actions

DELEGATE, CHIEF = Role.DELEGATED_PARTNER, Role.LEAD_PARTNER
# Kind, question, how many days ago it was asked; then the votes: days ago, agency, role, round, choice, reason.
HISTORY = {
    "yearly-report": (
        Question(kind="sign_yearly_report", text="Is the yearly report for 2025/26 signed as it stands?"),
        62,
        (
            (55, POLICE, CHIEF, 1, "sign", "It says plainly what did not change."),
            (50, ICB, CHIEF, 1, "sign", "Agreed, with thanks to the young people who read it first."),
            (48, COUNCIL, CHIEF, 1, "sign", "Agreed."),
        ),
    ),
    "forum": (
        Question(
            kind="publish", text="Is the report of the stakeholder forum published this month?", concerned=(COUNCIL,)
        ),
        15,
        (
            (12, COUNCIL, DELEGATE, 1, "publish", "It was promised to those who came."),
            (11, ICB, DELEGATE, 1, "do_not_publish", "Two figures in it are being restated; next month they stand."),
            (6, POLICE, CHIEF, 2, "publish", "With a note on the two figures."),
        ),
    ),
    "training-review": (
        Question(kind="commission", text="Is an independent look at training on neglect commissioned?"),
        5,
        ((2, POLICE, DELEGATE, 1, "commission", "Three audits in a row have asked for it."),),
    ),
}


async def play(tx: Tx) -> None:
    """Ask, and vote, where it has not been asked."""
    past = Past(tx)
    for name, (asked, days, votes) in HISTORY.items():
        decision_id = made_id("joint-decisions", name)
        if await is_there(tx, Decision.__table__, decision_id):
            continue
        unit = acting(COUNCIL, Role.BUSINESS_UNIT, actions.OPEN_JOINT_DECISION)
        await commands.ask(past.ago(days), unit, asked, decision_id)
        for ago, agency_id, role, number, choice, reason in votes:
            voter = acting(agency_id, role, actions.VOTE_JOINT_DECISION)
            await commands.vote(past.ago(ago), voter, decision_id, Ballot(number, choice, reason))
