"""Writes letters in the transaction of what they tell of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.escalations.ladders.domain import Ladder, OnBreach, Priority, Stage
from services.escalations.letters.domain import (
    ASKS_FOR_AN_ANSWER,
    LINK_LASTS,
    Facts,
    Occasion,
    Side,
)
from services.escalations.letters.models import Letter
from services.escalations.register.models import CONTACTS
from shared.child_records.models import RETENTION
from shared.contracts import escalations as events
from shared.db import Tx, new_id
from shared.directory import Contact, Directory, Purpose
from shared.errands import queued
from shared.events import Event, instant
from shared.policy import STATUTORY

TELLS: Mapping[type[Event], tuple[tuple[Occasion, Side], ...]] = {
    events.EscalationRaised: ((Occasion.RAISED, Side.RECEIVING),),
    events.EscalationAdvanced: ((Occasion.ADVANCED, Side.RECEIVING), (Occasion.ADVANCED, Side.RAISING)),
    events.EscalationPassedOn: ((Occasion.PASSED_ON, Side.RECEIVING), (Occasion.PASSED_ON, Side.RAISING)),
    events.EscalationSucceeded: ((Occasion.SUCCEEDED, Side.RECEIVING), (Occasion.SUCCEEDED, Side.RAISING)),
    events.EscalationOverdue: ((Occasion.OVERDUE, Side.RECEIVING),),
    events.EscalationResponded: ((Occasion.RESPONDED, Side.RAISING),),
    events.EscalationResolved: ((Occasion.RESOLVED, Side.RAISING), (Occasion.RESOLVED, Side.RECEIVING)),
    events.EscalationRejected: ((Occasion.REJECTED, Side.RECEIVING),),
    events.EscalationWithdrawn: ((Occasion.WITHDRAWN, Side.RECEIVING),),
    events.EscalationRedirected: ((Occasion.REDIRECTED, Side.RAISING), (Occasion.REDIRECTED, Side.RECEIVING)),
}


async def tell(tx: Tx, matter: Mapping[str, Any], event: Event, steps: Ladder, known: Directory | None = None) -> None:
    """Write to the contacts of whoever has to know of an event about a matter; of some events nobody has.

    `known` are the contacts where they have been read already.
    """
    stage = steps.stage(getattr(event, "stage_order", 1))
    asks_for_votes = isinstance(event, events.DecisionOpened)
    told = [] if _goes_on_at_once(event, stage, steps) else list(TELLS.get(type(event), ()))
    if isinstance(event, events.EscalationAdvanced) and event.by != "silence":
        told.remove((Occasion.ADVANCED, Side.RAISING))  # it did so itself
    if isinstance(event, events.EscalationSucceeded) and event.raising_agency_id == event.receiving_agency_id:
        told.pop()  # both sides have come to one agency
    if not told and not asks_for_votes:
        return
    matter = dict(matter) | {
        "receiving_agency_id": getattr(event, "receiving_agency_id", None),
        "due_at": getattr(event, "due_at", matter.get("due_at")),
        "duty": getattr(event, "duty", None),
    }
    found = known or await CONTACTS.directory(tx, _agencies(matter), stage.tells)
    letters = _Letters(tx, matter, stage, found)
    if asks_for_votes:
        letters.write_to_partners()
    for occasion, side in told:
        letters.write(occasion, side)
    if isinstance(event, events.EscalationRaised | events.EscalationAdvanced):
        letters.write_to_those_told(told[0][0])
    await letters.keep()


async def remind(
    tx: Tx, matter: Mapping[str, Any], duty: str, due_at: datetime, stage: Stage, found: Directory
) -> None:
    """Write a reminder to the contacts of the agency on which a duty lies."""
    letters = _Letters(tx, {**matter, "duty": duty, "due_at": due_at}, stage, found)
    letters.write(Occasion.REMINDED, Side.RECEIVING)
    await letters.keep()


async def ask_for_votes(
    tx: Tx, matter: Mapping[str, Any], stage: Stage, found: Directory, besides: Collection[str]
) -> None:
    """Write once more to the three that are to vote, besides those agencies that have."""
    letters = _Letters(tx, matter, stage, found)
    letters.write_to_partners(besides)
    await letters.keep()


async def chase(tx: Tx, matter: Mapping[str, Any], side: Side, needs: str, stage: Stage, found: Directory) -> None:
    """Write to the side that has the next step that it is asked for."""
    letters = _Letters(tx, {**matter, "needs": needs, "due_at": None}, stage, found)
    letters.write(Occasion.CHASED, side, answers=side is Side.RECEIVING)
    await letters.keep()


async def alert(tx: Tx, matter: Mapping[str, Any], steps: Ladder) -> None:
    """Write to both sides' contacts and the business unit that the matter was opened in an emergency."""
    stage = steps.stage(matter["stage_order"])
    found = await CONTACTS.directory(tx, _agencies(matter), (Purpose.BUSINESS_UNIT,))
    letters = _Letters(tx, matter, stage, found)
    for side in Side:
        letters.write(Occasion.OPENED_IN_EMERGENCY, side)
    for contact in found.named_for((Purpose.BUSINESS_UNIT,)):
        letters.add(Occasion.OPENED_IN_EMERGENCY, contact.agency_id, [contact], answers=False)
    await letters.keep()


async def follow_up(tx: Tx, matter: Mapping[str, Any], contact_id: str, steps: Ladder) -> None:
    """Write once more to a contact whose link was used to acknowledge: the answer needs another."""
    found = await CONTACTS.directory(tx, _agencies(matter))
    letters = _Letters(tx, matter, steps.stage(matter["stage_order"]), found)
    contact = next((one for one in found.contacts if one.id == contact_id), None)
    if contact:
        letters.add(Occasion.ACKNOWLEDGED, matter["receiving_agency_id"], [contact])
        await letters.keep()


async def pass_on_learning(tx: Tx, matter: Mapping[str, Any], agency_id: str, steps: Ladder) -> None:
    """Write to the contacts of an agency that has come to own what another was to learn from a matter."""
    stage = steps.stage(matter["stage_order"])
    found = await CONTACTS.directory(tx, _agencies(matter) | {agency_id})
    letters = _Letters(tx, matter, stage, found)
    contacts = found.whom(agency_id, tx.now, stage.seniority, immediate=False)
    letters.add(Occasion.LEARNING_SUCCEEDED, agency_id, contacts, answers=False)
    await letters.keep()


def _goes_on_at_once(event: Event, stage: Stage, steps: Ladder) -> bool:
    """Whether a duty that ran out takes the matter to the next stage, of which there is a letter anyway."""
    if not isinstance(event, events.EscalationOverdue):
        return False
    clock = next((clock for clock in stage.clocks if clock.duty == event.duty), None)
    return clock is not None and clock.on_breach is OnBreach.ADVANCE and stage.order < steps.last


def _agencies(matter: Mapping[str, Any]) -> set[str]:
    return {one for one in (matter["raising_agency_id"], matter["receiving_agency_id"]) if one}


class _Letters:
    """The letters of one event about one matter."""

    def __init__(self, tx: Tx, matter: Mapping[str, Any], stage: Stage, found: Directory) -> None:
        self._tx, self._matter, self._stage, self._directory = tx, matter, stage, found
        self._written: list[dict[str, Any]] = []
        names = found.names
        facts = Facts(
            reference=matter["reference"],
            raising_name=names.get(matter["raising_agency_id"], matter["raising_name"]),
            receiving_name=names.get(matter["receiving_agency_id"], matter["receiving_name"]),
            priority=matter["priority"],
            stage_order=stage.order,
            stage_name=stage.name,
            due_at=matter["due_at"],
            duty=matter.get("duty"),
            needs=matter.get("needs"),
        )
        self._facts = asdict(facts) | {"due_at": instant(facts.due_at) if facts.due_at else None}
        if facts.needs is None:
            del self._facts["needs"]  # the version before, which may still send it, reads no such fact

    async def keep(self) -> None:
        """Store what was written."""
        if self._written:
            await self._tx.add(Letter, self._written)

    def write(self, occasion: Occasion, side: Side, *, answers: bool = True) -> None:
        """To one side; where it has nobody to tell, the raising side hears of that."""
        agency_id = self._matter[f"{side}_agency_id"]
        contacts = self._whom(agency_id) if agency_id else ()
        self.add(occasion, agency_id, contacts, answers=answers)
        if not contacts and side is Side.RECEIVING:
            raising = self._matter["raising_agency_id"]
            self.add(Occasion.NOBODY_TOLD, raising, self._whom(raising))

    def write_to_partners(self, besides: Collection[str] = ()) -> None:
        """To the statutory three, whose votes are asked for."""
        for agency_id, kind in self._directory.types.items():
            if kind in STATUTORY and agency_id not in besides:
                self.add(Occasion.VOTES_ASKED, agency_id, self._whom(agency_id))

    def write_to_those_told(self, occasion: Occasion) -> None:
        """To those whom the ladder tells of this stage besides the two agencies; they are not asked for an answer."""
        for contact in self._directory.named_for(self._stage.tells):
            self.add(occasion, contact.agency_id, [contact], answers=False)

    def _whom(self, agency_id: str) -> tuple[Contact, ...]:
        immediate = self._matter["priority"] == Priority.IMMEDIATE
        return self._directory.whom(agency_id, self._tx.now, self._stage.seniority, immediate=immediate)

    def add(
        self, occasion: Occasion, agency_id: str | None, contacts: Iterable[Contact], *, answers: bool = True
    ) -> None:
        """One row for each contact, or one that says that there is none."""
        answers = answers and self._asks(occasion, agency_id)
        rows = [self._row(occasion, agency_id, answers) | self._to(contact) for contact in contacts]
        nobody = self._row(occasion, agency_id, answers=False) | NOBODY | {"failed_at": self._tx.wall}
        self._written += rows or [nobody]

    def _asks(self, occasion: Occasion, agency_id: str | None) -> bool:
        receives = agency_id == self._matter["receiving_agency_id"]
        if occasion is Occasion.SUCCEEDED and self._matter["due_at"] is None:
            return False
        return occasion in ASKS_FOR_AN_ANSWER and receives and self._stage.decided_by is None

    def _row(self, occasion: Occasion, agency_id: str | None, answers: bool) -> dict[str, Any]:
        return {
            "id": new_id(),
            "escalation_id": self._matter["id"],
            "occasion": occasion,
            "agency_id": agency_id,
            "facts": self._facts,
            "stage_order": self._stage.order,
            "written_at": self._tx.now,
            **queued(self._tx),
            "failed_at": None,
            "link_expires_at": self._tx.wall + LINK_LASTS if answers else None,
            "retention_class": RETENTION,
        }

    def _to(self, contact: Contact) -> dict[str, Any]:
        reached = {
            "contact_id": contact.id,
            "contact_agency_id": contact.agency_id,
            "name": contact.name,
            "address": contact.email,
        }
        unreachable = {"attempt_at": None, "failed_at": self._tx.wall, "failure": "no_address"}
        return reached | ({} if contact.email else unreachable)


NOBODY: dict[str, Any] = {
    "contact_id": None,
    "contact_agency_id": None,
    "name": None,
    "address": None,
    "attempt_at": None,
    "failure": "no_contact",
}
