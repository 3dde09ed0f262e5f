"""Plays the made-up actions through the service's own commands, each step on its own day."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from services.governance.actions.commands import remind, tell_drifting
from services.governance.actions.domain import Decision, Do, Rating, Source
from services.governance.actions.models import Action, DueDate
from services.governance.body_decisions import commands as body_decisions
from services.governance.body_decisions.domain import How
from services.governance.claims import commands as claims
from services.governance.drift import commands as drift
from services.governance.due_dates import commands as due_dates
from services.governance.due_dates.domain import Do as DateDo
from services.governance.evidence import commands as evidence
from services.governance.evidence.commands import Wanted as Evidence
from services.governance.keeping.queries import KEEPING
from services.governance.letters.models import Letter
from services.governance.plans import commands as plans
from services.governance.plans.domain import EvidenceKind, Plan
from services.governance.plans.domain import Source as PlanSource
from services.governance.proposals import commands as proposals
from services.governance.sandbox.people import COUNCIL, ICB, POLICE, Past, acting, is_there, made_id, person_id, version
from services.governance.sandbox.scripts import SCRIPTS, Script
from services.governance.signatures import commands as signatures
from services.governance.updates import commands as updates
from shared.acting import LOADED, By
from shared.db import Tx
from shared.errands import settle
from shared.events import Cause
from shared.joint_decisions.domain import Partner
from shared.keeping import played as keeping
from shared.now import SANDBOX_BEGINS
from shared.policy import Action as Act
from shared.policy import Role
from shared.policy import governance as governance_policy
from shared.policy import governance_actions as acts

LI, QA, EXECUTIVE = "learning-and-improvement", "quality-assurance", "executive"
PLAN = Plan(
    code="made-up-review",
    title="What made-up escalations and a review taught",
    source_type=PlanSource.REVIEW,
    body_id=LI,
    signing="case_review",
    note="Made up: nobody said this, and nobody has done it.",
)
# Who signs which phase, for which body: three people of two agencies, none of whom does any of these actions.
SIGNERS = {
    Do.SIGN: (LI, POLICE, Role.LI_MEMBER, acts.SIGN_ACTIVITY),
    Do.MODERATE: (QA, ICB, Role.QA_MEMBER, acts.MODERATE_EVIDENCE),
    Do.SIGN_IMPACT: (EXECUTIVE, ICB, Role.EXECUTIVE_MEMBER, acts.SIGN_IMPACT),
    Do.CLOSE: (EXECUTIVE, COUNCIL, Role.DELEGATED_PARTNER, acts.CLOSE_ACTION),
}


async def play(tx: Tx) -> None:
    """Make them and do what was done, where they are not there."""
    if await is_there(tx, Action.__table__, _id(SCRIPTS[0].key)):
        return
    first = tx.now
    past = Past(tx)
    plan_id = await plans.make(past.ago(400), LOADED, PLAN)
    for script in SCRIPTS:
        await _Play(past, script, plan_id).perform()
    tx.now = first
    await _decide_upon_the_late_one(tx)
    await tell_drifting(tx)
    await updates.ask(tx)
    await remind(tx)
    await settle(tx, Letter)
    unit = acting(COUNCIL, Role.BUSINESS_UNIT, acts.AGREE_ACTION)
    await keeping.play(tx, KEEPING, unit.principal, "governance.action", _id(SCRIPTS[0].key))


@dataclass
class _Play:
    """One action being played; its transaction's `now` is the day that the play has reached."""

    past: Past
    script: Script
    plan_id: UUID

    @property
    def tx(self) -> Tx:
        """The transaction."""
        return self.past.tx

    async def perform(self) -> None:
        """Propose it, and take its steps."""
        tx = self.past.ago(-self.script.proposed)
        await proposals.propose(tx, self._lead(acts.PROPOSE_ACTION), self._wanted(), _id(self.script.key))
        for day, verb in self.script.steps:
            self.past.ago(-day)
            await self._take(verb)

    async def _take(self, verb: str) -> None:
        if verb in set(SIGNERS):
            await self._sign(Do(verb))
        else:
            await (self._begun(verb) or await self._steered(verb))

    def _begun(self, verb: str) -> Awaitable[object] | None:
        """What those do who do the action."""
        tx, key = self.tx, _id(self.script.key)
        match verb:
            case "start":
                return self._with(claims.start, acts.START_ACTION, "Begun.")
            case "update":
                return updates.add(tx, self._lead(acts.UPDATE_ACTION), key, "Two teams work so.", Rating.ON_TRACK)
            case "evidence":
                shows = Evidence(kind=EvidenceKind.QUALITATIVE, title="Minutes of one month", text="Made up.")
                return evidence.supply(tx, self._lead(acts.SUPPLY_EVIDENCE), key, shows)
            case "figures":
                shows = Evidence(kind=EvidenceKind.QUANTITATIVE, title="Count of one quarter", text="58 of 60.")
                return evidence.supply(tx, self._lead(acts.SUPPLY_EVIDENCE), key, shows)
            case "voices":
                shows = Evidence(kind=EvidenceKind.QUALITATIVE, title="What practitioners say", text="They are asked.")
                return evidence.supply(tx, self._lead(acts.SUPPLY_EVIDENCE), key, shows)
            case "claim":
                return self._with(claims.claim, acts.CLAIM_ACTIVITY, "It is done.")
            case "test":
                return self._with(claims.test, acts.TEST_IMPACT, "An audit of twenty.")
            case "claim_impact":
                return self._with(claims.claim_impact, acts.CLAIM_IMPACT, "58 of 60", "It is usual now.")
            case "amend":
                return self._with(proposals.amend, acts.AMEND_ACTION, {"target": "50 of 60"}, "It was too much.")
            case "ask":
                later = self.tx.now.date() + timedelta(days=50)
                return due_dates.move(tx, self._lead(acts.MOVE_DATE), key, later, "The post is vacant.")
        return None

    async def _steered(self, verb: str) -> Awaitable[object]:
        """What the business unit does, and who sends a claim back."""
        tx, key, at = self.tx, _id(self.script.key), await self._version()
        unit, today = acting(COUNCIL, Role.BUSINESS_UNIT, acts.AGREE_ACTION, at), tx.now.date()
        match verb:
            case "agree":
                return proposals.agree(tx, unit, key, "Taken on.")
            case "decline":
                return proposals.decline(tx, unit, key, "There is a form.")
            case "supersede":
                return proposals.supersede(tx, unit, key, _id("returned"), "One action for both.")
            case "reopen":
                reason = "An audit found that it is not so."
                return signatures.reopen(tx, unit, key, due_on=today + timedelta(60), measured_by=None, reason=reason)
            case "approve":
                asked = await tx.scalar(select(DueDate.id).where(DueDate.action_id == key, DueDate.status == "asked"))
                return due_dates.decide(tx, unit, key, asked, DateDo.APPROVE, "Once more.")
            case "return":
                member = acting(POLICE, Role.LI_MEMBER, acts.RETURN_CLAIM, at)
                return signatures.send_back(tx, member, key, "Minutes of one month are not enough.")
        raise ValueError(verb)

    async def _sign(self, do: Do) -> None:
        body_id, agency_id, role, act = SIGNERS[do]
        recorder = acting(COUNCIL, Role.BUSINESS_UNIT, governance_policy.RECORD_BODY_DECISION)
        decision = body_decisions.Wanted(
            body_id=body_id,
            taken_on=self.tx.now.date(),
            how=How.CORRESPONDENCE,
            text="It is as claimed.",
            partners_agreed=tuple(Partner),
        )
        decision_id = await body_decisions.record(self.tx, recorder, decision)
        signer = acting(agency_id, role, act, await self._version())
        await signatures.put(self.tx, signer, _id(self.script.key), do, decision_id, None)

    def _lead(self, act: Act, at: int = 0) -> By:
        return acting(self.script.lead, Role.AGENCY_LEAD, act, at)

    async def _with(self, command: object, act: Act, *said: object) -> None:
        """A move of the lead's, of the version as it is."""
        await command(self.tx, self._lead(act, await self._version()), _id(self.script.key), *said)  # type: ignore[operator]

    async def _version(self) -> int:
        return await version(self.tx, Action.__table__, _id(self.script.key))

    def _wanted(self) -> proposals.Wanted:
        learnt = made_id("learning", str(self.script.learnt)) if self.script.learnt else None
        return proposals.Wanted(
            text=self.script.text,
            source_type=Source.LEARNING if learnt else Source.REVIEW_RECOMMENDATION,
            source_id=str(learnt) if learnt else f"made-up-{self.script.key}",
            causes=[Cause("escalations.learning", str(learnt))] if learnt else (),
            plan_id=self.plan_id,
            theme=self.script.theme,
            lead_agency_id=self.script.lead,
            owner_id=person_id(self.script.lead, "practitioner"),
            owner_name="Robin Madeup",
            due_on=_day(self.script.due),
            evidence_required="Minutes of one month.",
            measured="How often it is so.",
            baseline="41 of 60",
            target="57 of 60",
            measured_by=_day(self.script.measured),
        )


async def _decide_upon_the_late_one(tx: Tx) -> None:
    unit = acting(COUNCIL, Role.BUSINESS_UNIT, acts.DECIDE_DRIFT)
    said = "The team has two vacancies: the council's director is asked."
    await drift.decide(tx, unit, _id("late"), Decision.SUPPORT, text=said, body_id=None, review_on=_day(30))


def _day(day: int) -> date:
    return SANDBOX_BEGINS.date() + timedelta(days=day)


def _id(key: str) -> UUID:
    return made_id("actions", key)
