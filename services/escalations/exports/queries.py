"""Reads what is an agency's own, part by part and in batches, so that the largest needs no more memory than the smallest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, case, or_, select

from services.escalations.challenges.models import BroughtIn
from services.escalations.children.models import Concerned
from services.escalations.decisions.models import VoteEntry
from services.escalations.escalations.domain import Do
from services.escalations.escalations.models import Escalation, HistoryEntry, Party
from services.escalations.learning.models import LearningParty, LearningPoint
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note, NoteParty
from services.escalations.stages.models import ClockEntry, StageEntry
from shared import exports
from shared.db import Tx
from shared.exports import AGENCY, Batches, columns, own
from shared.plumbing import Plumbing

NOUN = "escalations.escalation"
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
TEXT_IDS: BindParameter[Any] = bindparam("text_ids", expanding=True)


@dataclass(frozen=True)
class Part:
    """One kind of record: its name, what it is, and how a batch of it is read, by matters or by the agency alone."""

    name: str
    about: str
    statement: Callable[[Plumbing], Select[Any]]
    by_matter: bool = True


def _of_matters(table: Any, *order: Any) -> Callable[[Plumbing], Select[Any]]:
    """Every column of a table for the matters of a batch."""
    statement = select(*columns(table)).where(table.escalation_id.in_(IDS)).order_by(table.escalation_id, *order)
    return lambda _: statement


def _matters(_: Plumbing) -> Select[Any]:
    e = Escalation
    return (
        select(*columns(e, {"raiser": "raising_agency_id", "redirected_to": "raising_agency_id"}))
        .where(e.id.in_(IDS))
        .order_by(e.raised_at, e.id)
    )


def _own_references(_: Plumbing) -> Select[Any]:
    ours = BroughtIn.escalation_id.in_(IDS), BroughtIn.agency_id == AGENCY
    return select(*BroughtIn.__table__.c).where(*ours).order_by(BroughtIn.own_reference)


def _history(_: Plumbing) -> Select[Any]:
    h, e = HistoryEntry, Escalation
    # As where it is read: to where a matter was redirected, and why, is told to who raised it.
    told = or_(h.did != Do.REDIRECT, e.raising_agency_id == AGENCY)
    shown = [
        case((told, c)).label(c.name) if c.name in {"text", "facts"} else c for c in columns(h, {"actor": "agency_id"})
    ]
    ours = select(*shown).join(e, e.id == h.escalation_id).where(e.id.in_(IDS))
    return ours.order_by(h.escalation_id, h.id)


def _letters(_: Plumbing) -> Select[Any]:
    ours = or_(Letter.agency_id == AGENCY, Letter.contact_agency_id == AGENCY)
    return select(*Letter.__table__.c).where(Letter.escalation_id.in_(IDS), ours).order_by(Letter.id)


def _votes(_: Plumbing) -> Select[Any]:
    cast_by_us = VoteEntry.escalation_id.in_(IDS), VoteEntry.agency_id == AGENCY
    return select(*VoteEntry.__table__.c).where(*cast_by_us).order_by(VoteEntry.cast_at)


def _access(plumbing: Plumbing) -> Select[Any]:
    record = plumbing.access_record.c
    people = {"subject", "client_id", "reason"}
    shown = [own(c, record.agency_id) if c.name in people else c for c in record]
    return select(*shown).where(record.record_type == NOUN, record.record_id.in_(TEXT_IDS)).order_by(record.id)


def _notes(_: Plumbing) -> Select[Any]:
    party = select(NoteParty.note_id).where(NoteParty.agency_id == AGENCY)
    return select(*columns(Note, {"noted_by": "agency_id"})).where(Note.id.in_(party)).order_by(Note.id)


def _learning(_: Plumbing) -> Select[Any]:
    party = select(LearningParty.learning_id).where(LearningParty.agency_id == AGENCY)
    return select(*LearningPoint.__table__.c).where(LearningPoint.id.in_(party)).order_by(LearningPoint.id)


PARTS = (
    Part(
        "escalations", "Matters to which the agency is party; where one was redirected to, if it raised it.", _matters
    ),
    Part("own_references", "The agency's own references of matters that it brought in.", _own_references),
    Part("children", "The children concerned, by pseudonym.", _of_matters(Concerned, Concerned.child_id)),
    Part("stages", "The stages entered.", _of_matters(StageEntry, StageEntry.number)),
    Part("clocks", "What was due when, and when it was done.", _of_matters(ClockEntry, ClockEntry.due_at)),
    Part(
        "history",
        "What was done, by which agency; by whom, where it was the own; why it was redirected, if the agency raised it.",
        _history,
    ),
    Part("letters", "Letters to the agency's contacts, and to those who act for it.", _letters),
    Part("votes", "Votes that the agency cast in joint decisions.", _votes),
    Part("access_records", "Who was shown these matters, or refused, and when.", _access),
    Part("notes", "One-minute notes that the agency wrote, or that name it.", _notes, by_matter=False),
    Part("learning", "Learning points of these matters, or the agency's to take up.", _learning, by_matter=False),
)


async def own_matters(tx: Tx, agency_id: str) -> Sequence[UUID]:
    """The ids of all matters to which the agency is party, oldest first."""
    statement = select(Party.escalation_id).where(Party.agency_id == AGENCY)
    ordered = statement.order_by(Party.raised_at, Party.escalation_id)
    return [row.escalation_id for row in await tx.rows(ordered, {"agency_id": agency_id})]


async def batches(tx: Tx, part: Part, agency_id: str, matters: Sequence[UUID]) -> Batches:
    """The records of one part, batch by batch."""
    statement = part.statement(tx.plumbing)
    if not part.by_matter:
        async for batch in exports.batches(tx, statement, {"agency_id": agency_id}):
            yield batch
        return
    for start in range(0, len(matters), exports.BATCH):
        ids = matters[start : start + exports.BATCH]
        values = {"ids": ids, "text_ids": [str(one) for one in ids], "agency_id": agency_id}
        yield [dict(row._mapping) for row in await tx.rows(statement, values)]
