"""Supplies evidence, and withdraws it; what was withdrawn stays readable, with the reason."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import insert, select, update

from services.governance.actions import commands as actions
from services.governance.actions.domain import Beside
from services.governance.actions.models import Evidence
from services.governance.evidence.domain import check
from services.governance.plans.domain import EvidenceKind, Phase
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.db import Tx, new_id
from shared.problems import NotFound


class EvidenceNotFound(NotFound):
    """The action has no such evidence, or it was withdrawn."""

    code = "evidence_not_found"
    cure = "Look in the action."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Evidence to be supplied; without a phase it is of the activity until that is signed, then of impact."""

    kind: EvidenceKind
    title: str
    text: str | None = None
    link: str | None = None
    sha256: str | None = None
    phase: Phase | None = None


async def supply(tx: Tx, by: By, action_id: UUID, wanted: Wanted, evidence_id: UUID | None = None) -> UUID:
    """Supply evidence; its id. A signature that was put to less shows as stale from then on."""
    row = await actions.begin(tx, by, action_id, works=True, adds=True)
    actions.must_run(row)
    check(wanted.text, wanted.link, wanted.sha256, wanted.phase)
    phase = wanted.phase or (Phase.ACTIVITY if row.impact_from is None else Phase.IMPACT)
    evidence = asdict(wanted) | {
        "id": evidence_id or new_id(),
        "action_id": row.id,
        "phase": phase,
        "supplied_at": tx.now,
        "actor": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(Evidence), evidence)
    facts = {"evidence_id": evidence["id"], "phase": phase, "kind": wanted.kind}
    told = events.ActionEvidenceSupplied
    await actions.finish(
        tx, by, row, Beside.SUPPLY, facts=facts, told=told, tells={"phase": phase, "kind": wanted.kind}
    )
    found: UUID = evidence["id"]
    return found


async def withdraw(tx: Tx, by: By, action_id: UUID, evidence_id: UUID, reason: str) -> None:
    """Withdraw evidence that does not show what it was to show. EvidenceNotFound."""
    row = await actions.begin(tx, by, action_id, works=True)
    actions.must_run(row)
    standing = (Evidence.id == evidence_id, Evidence.action_id == row.id, Evidence.withdrawn_at.is_(None))
    found = await tx.row(select(Evidence.phase, Evidence.kind).where(*standing))
    if found is None:
        raise EvidenceNotFound("This action has no such evidence, or it was withdrawn.")
    gone = {"withdrawn_at": tx.now, "withdrawn_by": by.subject, "withdrawn_why": reason}
    await tx.execute(update(Evidence).where(Evidence.id == evidence_id).values(**gone))
    facts = {"evidence_id": evidence_id}
    told = events.ActionEvidenceWithdrawn
    await actions.finish(
        tx,
        by,
        row,
        Beside.WITHDRAW,
        text=reason,
        facts=facts,
        told=told,
        tells={"phase": found.phase, "kind": found.kind},
    )
