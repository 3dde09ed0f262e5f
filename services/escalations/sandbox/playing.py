"""Plays the made-up matters through the service's own commands, each at its own instant, up to the sandbox's beginning."""

from collections.abc import Awaitable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select

from services.escalations.advances import commands as advances
from services.escalations.challenges import commands as challenges
from services.escalations.challenges.commands import Challenge
from services.escalations.children.commands import Described
from services.escalations.decisions import commands as decisions
from services.escalations.escalations.commands import NOUN, By
from services.escalations.escalations.domain import AWAITING_ANSWER, Impact, Outcome
from services.escalations.escalations.models import Escalation
from services.escalations.jobs import JOBS
from services.escalations.keeping.queries import KEEPING
from services.escalations.ladders.domain import Kind, Priority
from services.escalations.letters.models import Letter
from services.escalations.resolutions import commands as resolutions
from services.escalations.responses import commands as responses
from services.escalations.rulebook import CALENDAR
from services.escalations.sandbox.batching import Batching
from services.escalations.sandbox.lessons import learn, note
from services.escalations.sandbox.people import acting, person
from services.escalations.sandbox.scripts import COUNCIL, ICB, POLICE, Course, Script, scripts
from services.escalations.stages.queries import next_due_of
from shared.children import IdentifierType
from shared.db import Database
from shared.errands import settle
from shared.jobs import sweep_all
from shared.keeping import played as keeping
from shared.now import SANDBOX_BEGINS
from shared.policy import Action, AgencyType, Role
from shared.policy import escalations as actions
from shared.pseudonym import Pseudonyms
from shared.settings import Settings
from shared.vault import Vault

PARTNERS = ((POLICE, AgencyType.POLICE), (ICB, AgencyType.ICB), (COUNCIL, AgencyType.COUNCIL))
STANDS = select(
    Escalation.status,
    Escalation.version,
    Escalation.stage_number,
    Escalation.stage_order,
    Escalation.stage_decided_by,
    Escalation.due_at,
    next_due_of(Escalation.id).label("runs_out_at"),
).where(Escalation.id == bindparam("id"))
LAST = 4  # stages of the ladders on which made-up matters climb
WRONG_AGENCY = "cheshire-fire-and-rescue-service"


class Begun(Exception):
    """The sandbox has begun: what would follow has not happened yet."""


async def fill(database: Database, settings: Settings) -> None:
    """Fill a new sandbox; nothing where there is anything already."""
    async with database.reading() as tx:
        if await tx.scalar(select(func.count()).select_from(Escalation)):
            return
    pseudonyms = Pseudonyms(settings.pseudonym_keys, Vault(*settings.seal_keys))
    async with database.transaction() as opened:
        tx = Batching.of(opened)
        for script in scripts(SANDBOX_BEGINS, CALENDAR):
            await _Play(tx, script, pseudonyms).perform()
        await tx.send()
        tx.now = SANDBOX_BEGINS
        await settle(tx, Letter)
        oldest = await tx.scalar(select(Escalation.id).order_by(Escalation.raised_at).limit(1))
        unit = person(COUNCIL, Role.BUSINESS_UNIT)
        await keeping.play(tx, KEEPING, unit, NOUN, oldest, {"note": 12})
    await sweep_all(database, JOBS)


@dataclass
class _Play:
    """One matter being played; `tx.now` is the instant that the play has reached."""

    tx: Batching
    script: Script
    pseudonyms: Pseudonyms
    id: UUID = field(init=False)
    known: Row[Any] | None = field(init=False, default=None)  # where it stands, as long as nothing has happened since
    waits: Iterator[timedelta] = field(init=False)
    receiving: str = field(init=False)

    async def perform(self) -> None:
        """Raise it and let it take its course, as far as the sandbox's beginning allows."""
        self.waits, self.receiving = iter(self.script.waits), self.script.receiving
        self.tx.now = self.script.raised_at + self.script.entered_late
        self.id = await challenges.raise_escalation(
            self.tx, person(self.script.raising), self._challenge(), CALENDAR, self.pseudonyms
        )
        await note(self.tx, self.script)
        with suppress(Begun):
            await self._take_its_course()

    async def _take_its_course(self) -> None:
        match self.script.course:
            case Course.WITHDRAWN:
                await self._wait()
                by = await self._raiser(actions.WITHDRAW)
                await self._done(resolutions.withdraw(self.tx, by, self.id, reason="Settled informally."))
                return
            case Course.REDIRECTED:
                await self._wait()
                by = await self._by(COUNCIL, actions.REDIRECT, Role.BUSINESS_UNIT)
                to = self.script.redirected_to
                await self._done(resolutions.redirect(self.tx, by, self.id, to=to, reason="Not an escalation."))
                return
            case Course.DISPUTED:
                await self._dispute()
                await self._conclude()
                return
            case Course.PASSED_ON:
                await self._pass_on()
            case Course.SKIPPED:
                await self._until(self.tx.now + timedelta(minutes=10))
                by, reason = await self._raiser(actions.SKIP), "A child was at immediate risk."
                safe = "The child is with a safe adult."
                await self._done(
                    advances.skip(self.tx, by, self.id, CALENDAR, to_stage=3, reason=reason, safety_action=safe)
                )
                await self._until(self.tx.now + timedelta(hours=1))
                await self._respond("A strategy discussion is held today.")
            case Course.SILENT:
                await self._stay_silent()
            case Course.CLIMBS:
                await self._answer("We keep to our decision.")
                await self._advance()
            case Course.LATE:
                await self._wait(timedelta(days=9))
            case _:
                pass
        await self._answer("We have looked at it again.")
        await self._wait()
        await self._resolve(self.script.outcome)
        if self.script.course is Course.REJECTED:
            await self._wait()
            by = await self._raiser(actions.REJECT)
            await self._done(resolutions.reject(self.tx, by, self.id, reason="Nothing has changed."))
            await self._wait()
            await self._resolve(Outcome.NEW_PLAN)
        await self._conclude()

    async def _conclude(self) -> None:
        if self.script.course is Course.UNTOLD:
            return
        await self._wait()
        by, satisfied = await self._raiser(actions.TELL), self.script.satisfied
        asked = satisfied is not None or self.script.number % 2 == 0
        await self._done(
            resolutions.tell(self.tx, by, self.id, text="Told in person.", asked=asked, satisfied=satisfied)
        )
        await self._wait()
        by, impact, vignette = await self._raiser(actions.CLOSE), self.script.impact, self._vignette()
        await self._done(resolutions.close(self.tx, by, self.id, impact=impact, impact_text=None, vignette=vignette))
        await learn(self.tx, self.script, self.id, self.receiving, self._wait)

    def _vignette(self) -> str | None:
        if self.script.number % 5:
            return None
        theme = self.script.themes[0].replace("_", " ")
        return f"Two agencies saw the same family differently ({theme}). Talking at the right level changed the plan."

    async def _dispute(self) -> None:
        """The two agencies, then the partnership; then the three vote, and their chiefs where they differ or are silent."""
        await self._answer("We keep to our decision.")
        for _ in range(2):
            await self._advance()
        for votes in self.script.rounds:
            number = (await self._stands()).stage_number
            role = Role((await self._stands()).stage_decided_by)
            for partner, outcome in zip(PARTNERS, votes, strict=False):
                if outcome:
                    await self._wait()
                    await self._vote(*partner, role, number, outcome)
            if None in votes:
                await self._until((await self._stands()).due_at + timedelta(minutes=30))

    async def _vote(self, agency_id: str, agency_type: AgencyType, role: Role, number: int, outcome: Outcome) -> None:
        by = acting(agency_id, role, actions.VOTE, agency_type=agency_type)
        said = f"As we see it: {outcome.replace('_', ' ')}."
        await self._done(
            decisions.vote(self.tx, by, self.id, CALENDAR, stage_number=number, outcome=outcome, reason=said)
        )

    async def _answer(self, text: str) -> None:
        if not await self._awaited():
            return
        await self._wait()
        if not await self._awaited():
            return
        await self._respond(text)

    async def _respond(self, text: str) -> None:
        by, overrun = await self._by(self.receiving, actions.RESPOND), self.script.overrun
        await self._done(responses.respond(self.tx, by, self.id, CALENDAR, text=text, overrun_reason=overrun))

    async def _awaited(self) -> bool:
        return (await self._stands()).status in AWAITING_ANSWER

    async def _resolve(self, outcome: Outcome) -> None:
        by = await self._raiser(actions.RESOLVE)
        impact = None if self.script.impact is Impact.TOO_EARLY else self.script.impact
        await self._done(
            resolutions.resolve(
                self.tx, by, self.id, CALENDAR, outcome=outcome, text="Both sides agree.", impact=impact
            )
        )

    async def _stay_silent(self) -> None:
        for _ in range(1 + self.script.number % 2):
            await self._until((await self._stands()).due_at + timedelta(minutes=30))

    async def _advance(self) -> None:
        await self._wait()
        if (await self._stands()).stage_order < LAST:
            by = await self._raiser(actions.ADVANCE)
            await self._done(advances.advance(self.tx, by, self.id, CALENDAR, text="The risk is not answered."))

    async def _pass_on(self) -> None:
        await self._wait()
        to = "cheshire-and-wirral-partnership-nhs-foundation-trust"
        if to in {self.script.raising, self.script.receiving}:
            to = "east-cheshire-nhs-trust" if self.script.raising != "east-cheshire-nhs-trust" else WRONG_AGENCY
        by = await self._by(self.receiving, actions.PASS_ON)
        await self._done(
            advances.pass_on(self.tx, by, self.id, CALENDAR, to=to, reason="The child is with their team.")
        )
        self.receiving = to

    async def _wait(self, more: timedelta = timedelta(0)) -> None:
        await self._until(CALENDAR.effective_start(self.tx.now + next(self.waits) + more))

    async def _until(self, instant: datetime) -> None:
        """Let time pass for this matter, with the silences on the way; Begun where the sandbox begins before."""
        runs_out = (await self._stands()).runs_out_at
        if runs_out and runs_out < min(instant, SANDBOX_BEGINS):
            await self._done(advances.run_out_of(self.tx, self.id, min(instant, SANDBOX_BEGINS)))
        if instant >= SANDBOX_BEGINS:
            raise Begun
        self.tx.now = instant

    async def _stands(self) -> Row[Any]:
        """Where the matter stands, and when the next duty of it runs out."""
        if self.known is None:
            self.known = (await self.tx.execute(STANDS, {"id": self.id})).one()
        return self.known

    async def _done(self, move: Awaitable[None]) -> None:
        await move
        self.known = None

    async def _raiser(self, action: Action) -> By:
        return await self._by(self.script.raising, action)

    async def _by(self, agency_id: str, action: Action, role: Role = Role.PRACTITIONER) -> By:
        return acting(agency_id, role, action, version=(await self._stands()).version)

    def _challenge(self) -> Challenge:
        script = self.script
        immediate = script.priority is Priority.IMMEDIATE
        return Challenge(
            kind=script.kind,
            raised_at=script.raised_at,
            decision_date=(script.raised_at - timedelta(days=2)).date(),
            raising_agency_id=script.raising,
            raiser_role="Conference chair" if script.kind is Kind.PRACTICE_ALERT else "Safeguarding lead",
            raiser_team=None,
            receiving_agency_id=script.receiving,
            receiving_name=None,
            receiving_team=script.team,
            priority=script.priority,
            priority_reason="A made-up reason." if script.priority is Priority.URGENT else None,
            primary_theme=script.themes[0],
            secondary_themes=script.themes[1:],
            summary=f"Made-up matter {script.number} of the sandbox.",
            wanted="A decision that answers the risk.",
            guidance=None,
            safety_action="The child is with a safe adult." if immediate else None,
            child_views="Wants to be listened to." if script.number % 3 == 0 else None,
            children=tuple(
                Described(((IdentifierType.SOCIAL_CARE_ID, f"SANDBOX-{which:04d}"),), band, need, around)
                for which, band, need, around in {child[0]: child for child in script.children}.values()
            ),
            ladder=script.ladder,
            counter_to=None,
            causes=(),
        )
