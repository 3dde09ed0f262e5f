"""Submits, acknowledges and withdraws the council's notification."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.reviews.incidents import queries as incidents
from services.reviews.incidents.commands import begin, begun, finish, publish, stopped, timed
from services.reviews.incidents.domain import (
    Abuse,
    Do,
    NothingToNotify,
    Status,
    check_happened,
    must_be_council,
    step,
)
from services.reviews.incidents.models import Form
from services.reviews.joint_decisions.commands import overtaken
from shared import kept_clocks, rules
from shared.acting import By
from shared.child_records.models import RETENTION
from shared.clocks import is_late
from shared.contracts import incidents as events
from shared.db import Tx
from shared.problems import Invalid

NOTIFIED = "The council has notified the national Panel."


async def notify(
    tx: Tx, by: By, incident_id: UUID, *, text: str | None, submitted_at: datetime | None, in_doubt: bool
) -> None:
    """Write down that the council has notified: one form for each child who died, and one for the others.

    Nothing of ours stands in its way: no version that was read, no votes that are awaited (the question is taken back),
    no field that is not known yet, and no text that seems to identify somebody, which is taken and kept to the parties.
    IncidentNotFound; NotTheCouncil; NothingToNotify where every child stands on a form already.
    """
    assert by.principal is not None, "a person notifies"
    row = await incidents.get(tx, by.principal, by.reach, incident_id)
    must_be_council(row.council_id, by.principal)
    at = submitted_at or tx.now
    check_happened("submitted_at", at, tx.now, rules.calendar())
    await overtaken(tx, by, row.decision_id, NOTIFIED)
    row = await incidents.for_update(tx, by.principal, by.reach, incident_id)
    step(Status(row.status), Do.NOTIFY)
    known = await incidents.children(tx, [incident_id])
    submitted = await incidents.forms(tx, incident_id)
    wanted = await incidents.unsubmitted(tx, incident_id)
    if not wanted:
        raise NothingToNotify(
            "Each child of this incident stands on a form: amend the incident where there is another."
        )
    for number, children in enumerate(wanted, start=len(submitted) + 1):
        form = {
            "incident_id": incident_id,
            "number": number,
            "children": list(children),
            "text": text,
            "quarantined": in_doubt,
            "submitted_at": at,
            "submitted_by": by.subject,
            "retention_class": RETENTION,
        }
        await tx.execute(insert(Form), form)
    clock = kept_clocks.read(row.clock) if row.clock else begun(tx, by, row._asdict())
    if clock.stopped is None:
        clock = stopped(clock, at, by)
    duties = incidents.duties(row.rules_version)
    exempt = duties.exempting(incidents.facts_of(known), Abuse(row.abuse))
    first: dict[str, Any] = {}
    if row.notified_at is None:
        first = {"notified_at": at, "late": is_late(clock, at)}
    values = (
        timed(clock)
        | first
        | {
            "review_needed": exempt is None,
            "decision_reason": NOTIFIED if in_doubt or not text else text,
            "decided_at": tx.now,
        }
    )
    after = await finish(tx, by, row._asdict(), Do.NOTIFY, values, text=None, facts={"forms": len(wanted)})
    said = {"forms": len(wanted), "late": after["late"], "review_needed": after["review_needed"]}
    await publish(tx, after, events.IncidentNotified, **said)


async def acknowledge(tx: Tx, by: By, incident_id: UUID, *, form: int, panel_reference: str) -> None:
    """Write down the reference that the national Panel has given a form. Invalid where there is no such form."""
    row = await begin(tx, by, incident_id, Do.ACKNOWLEDGE)
    assert by.principal is not None
    must_be_council(row.council_id, by.principal)
    wanted = Form.incident_id == incident_id, Form.number == form, Form.withdrawn_at.is_(None)
    values = {"panel_reference": panel_reference, "acknowledged_at": tx.now}
    if not (await tx.execute(update(Form).where(*wanted).values(**values))).rowcount:
        raise Invalid.field("form", "unknown_form", f"No form of this incident that stands has the number {form}.")
    after = await finish(tx, by, row._asdict(), Do.ACKNOWLEDGE, {}, text=None, facts={"form": form})
    await publish(tx, after, events.IncidentAcknowledged, form=form)


async def withdraw(tx: Tx, by: By, incident_id: UUID, *, reason: str) -> None:
    """Withdraw the notification: every form of it."""
    row = await begin(tx, by, incident_id, Do.WITHDRAW)
    assert by.principal is not None
    must_be_council(row.council_id, by.principal)
    standing = Form.incident_id == incident_id, Form.withdrawn_at.is_(None)
    await tx.execute(update(Form).where(*standing).values(withdrawn_at=tx.now))
    values = {"review_needed": False, "decision_reason": reason, "decided_at": tx.now, "due_at": None}
    after = await finish(tx, by, row._asdict(), Do.WITHDRAW, values, text=reason)
    await publish(tx, after, events.IncidentWithdrawn)
