"""What is an agency's own: its matters with all that belongs to them, its notes and learning, what was opened in an emergency."""

from typing import Any

from sqlalchemy import Select, Text, case, cast, func, literal, or_, select, union

from services.escalations.break_glass.models import BreakGlass, Opened
from services.escalations.challenges.models import BroughtIn
from services.escalations.children.models import Child, Concerned, Match
from services.escalations.decisions.models import VoteEntry
from services.escalations.escalations.domain import Do, Related
from services.escalations.escalations.models import Escalation, HistoryEntry, Party
from services.escalations.keeping.models import LegalHold, LegalHoldEntry
from services.escalations.learning.models import LearningAction, LearningEntry, LearningParty, LearningPoint
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note, NoteParty
from services.escalations.reports.models import Denominator
from services.escalations.stages.models import ClockEntry, StageEntry
from services.escalations.tables import Base
from shared.exports import AGENCY, Part, columns, own, rows, rows_of

NOUN = "escalations.escalation"
MATTERS = select(Party.escalation_id).where(Party.agency_id == AGENCY)
NOTES = select(NoteParty.note_id).where(NoteParty.agency_id == AGENCY)
LEARNING = select(LearningParty.learning_id).where(LearningParty.agency_id == AGENCY)


def _history() -> Select[Any]:
    h, e = HistoryEntry, Escalation
    # As where it is read: to where a matter was redirected, and why, is told to who raised it.
    told = or_(h.did != Do.REDIRECT, e.raising_agency_id == AGENCY)
    shown = [
        case((told, c)).label(c.name) if c.name in {"text", "facts"} else c for c in columns(h, {"actor": "agency_id"})
    ]
    ours = select(*shown).join(e, e.id == h.escalation_id).where(e.id.in_(MATTERS))
    return ours.order_by(h.escalation_id, h.id)


def _related() -> Select[Any]:
    """Each pair of the agency's matters from both sides, as where one is read: by a challenge that goes back, or by a child."""
    counters = Escalation.id.in_(MATTERS) & Escalation.counter_to.in_(MATTERS)
    child = select(Concerned.child_id).where(Concerned.escalation_id.in_(MATTERS))
    up = select(Child.id.label("start"), Child.id, Child.merged_into).where(Child.id.in_(child)).cte(recursive=True)
    up = up.union_all(select(up.c.start, Child.id, Child.merged_into).where(Child.id == up.c.merged_into))
    about = (
        select(Concerned.escalation_id, up.c.id.label("child_id"))
        .join(up, (up.c.start == Concerned.child_id) & up.c.merged_into.is_(None))
        .where(Concerned.escalation_id.in_(MATTERS))
        .cte()
    )
    one, other = about.alias("one"), about.alias("other")
    pairs = union(
        select(Escalation.id, Escalation.counter_to, literal(Related.COUNTERS)).where(counters),
        select(Escalation.counter_to, Escalation.id, literal(Related.COUNTERED_BY)).where(counters),
        select(one.c.escalation_id, other.c.escalation_id, literal(Related.SAME_CHILD)).where(
            one.c.child_id == other.c.child_id, one.c.escalation_id != other.c.escalation_id
        ),
    ).subquery("pair")
    columns = [column.label(name) for column, name in zip(pairs.c, ("escalation_id", "related_id", "how"), strict=True)]
    return select(*columns).order_by(*columns)


def _access() -> Select[Any]:
    record = Base.plumbing.access_record.c
    people = {"subject", "client_id", "reason"}
    shown = [own(c, record.agency_id) if c.name in people else c for c in record]
    ours = select(cast(Party.escalation_id, Text)).where(Party.agency_id == AGENCY)
    return select(*shown).where(record.record_type == NOUN, record.record_id.in_(ours)).order_by(record.id)


def _openings() -> Select[Any]:
    """As where they are read: of its own people's every matter that was shown, of others' those that are its own."""
    known = or_(BreakGlass.agency_id == AGENCY, Opened.escalation_id.in_(MATTERS))
    of_it = select(func.array_agg(Opened.escalation_id)).where(Opened.break_glass_id == BreakGlass.id, known)
    shown = columns(BreakGlass, {"used_by": "agency_id", "reviewed_by": None})
    ours = select(Opened.break_glass_id).where(Opened.escalation_id.in_(MATTERS))
    return (
        select(*shown, of_it.correlate(BreakGlass).scalar_subquery().label("escalation_ids"))
        .where(or_(BreakGlass.agency_id == AGENCY, BreakGlass.id.in_(ours)))
        .order_by(BreakGlass.used_at, BreakGlass.id)
    )


def _of_matters(table: Any, *order: Any) -> Select[Any]:
    return rows(table, table.escalation_id.in_(MATTERS), table.escalation_id, *order)


PARTS = (
    Part(
        "escalations",
        "Matters to which the agency is party; where one was redirected to, if it raised it.",
        rows(
            Escalation,
            Escalation.id.in_(MATTERS),
            Escalation.raised_at,
            Escalation.id,
            raiser="raising_agency_id",
            redirected_to="raising_agency_id",
        ),
        shows=(NOUN, "id"),
    ),
    Part(
        "own_references",
        "The agency's own references of matters that it brought in.",
        rows(BroughtIn, BroughtIn.agency_id == AGENCY, BroughtIn.own_reference),
    ),
    Part("children", "The children concerned, by pseudonym.", _of_matters(Concerned, Concerned.child_id)),
    Part(
        "child_matches",
        "Children of these matters who are perhaps one, until it is decided; and what the agency decided.",
        rows(
            Match,
            Match.escalation_id.in_(MATTERS) & or_(Match.verdict.is_(None), Match.decided_agency_id == AGENCY),
            decided_by="decided_agency_id",
        ),
    ),
    Part("related", "Which of these matters counter each other or are about the same child.", _related()),
    Part("stages", "The stages entered.", _of_matters(StageEntry, StageEntry.number)),
    Part("clocks", "What was due when, and when it was done.", _of_matters(ClockEntry, ClockEntry.due_at)),
    Part(
        "history",
        "What was done, by which agency; by whom, where it was the own; why it was redirected, if the agency raised it.",
        _history(),
    ),
    Part(
        "letters",
        "Letters to the agency's contacts, and to those who act for it.",
        rows(
            Letter,
            Letter.escalation_id.in_(MATTERS) & or_(Letter.agency_id == AGENCY, Letter.contact_agency_id == AGENCY),
        ),
    ),
    Part(
        "votes",
        "Votes that the agency cast about these matters.",
        rows(
            VoteEntry,
            VoteEntry.escalation_id.in_(MATTERS) & (VoteEntry.agency_id == AGENCY),
            VoteEntry.cast_at,
            VoteEntry.escalation_id,
            VoteEntry.stage_number,
        ),
    ),
    Part("access_records", "Who was shown these matters, or refused, and when.", _access()),
    Part(
        "openings",
        "What the agency's people opened in an emergency, and who opened its matters; and what the review found.",
        _openings(),
        shows=("escalations.break_glass", "id"),
    ),
    Part(
        "notes",
        "One-minute notes that the agency wrote, or that name it.",
        rows(Note, Note.id.in_(NOTES), noted_by="agency_id", retracted_by=None),
    ),
    Part(
        "learning",
        "Learning points of these matters, or the agency's to take up.",
        rows(LearningPoint, LearningPoint.id.in_(LEARNING)),
    ),
    Part(
        "learning_history",
        "What was done to them.",
        rows(
            LearningEntry,
            LearningEntry.learning_id.in_(LEARNING),
            LearningEntry.learning_id,
            LearningEntry.id,
            actor="agency_id",
        ),
    ),
    Part(
        "learning_actions",
        "The actions that came of them, as they stand.",
        rows(
            LearningAction,
            LearningAction.learning_id.in_(LEARNING),
            LearningAction.learning_id,
            LearningAction.action_id,
        ),
    ),
    Part(
        "denominators",
        "What the agency supplied for the rates of a quarter.",
        rows(Denominator, Denominator.supplied_by == AGENCY, Denominator.quarter, Denominator.code),
    ),
    Part(
        "legal_holds",
        "Legal holds that the agency placed, with the matters that they keep.",
        rows(LegalHold, LegalHold.agency_id == AGENCY, LegalHold.placed_at, LegalHold.id, placed_by="agency_id"),
    ),
    Part(
        "legal_hold_steps",
        "What was done to them.",
        rows_of(LegalHoldEntry.legal_hold_id, LegalHold.agency_id == AGENCY, LegalHoldEntry.id, actor="agency_id"),
    ),
)
