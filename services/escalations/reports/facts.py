"""The rows that figures count: each relation holds one kind of thing that happened or stood in a period.

What a row says is what was so just before the period's end: later resolutions, rejections and passings on are undone.
"""

from __future__ import annotations

from sqlalchemy import CTE, Integer, Text, and_, case, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.ladders.domain import Duty
from services.escalations.register.models import Agency
from services.escalations.reports.working_time import (
    OPENED_DAYS,
    SINCE,
    UNTIL,
    calendar,
    hours,
    london,
    worked,
    working,
)
from services.escalations.stages.models import ClockEntry, StageEntry

ANSWERS = ("respond", "resolve", "decide")
RESOLUTIONS = ("resolve", "decide")
ADVANCES = ("advance", "dissent", "silence")  # to the next stage; a skip leaves stages out, and is counted apart
CLIMBED = (*ADVANCES, "skip", "bring_in")  # what runs already is brought in at the stage where it stands
NOT_RECORDED = literal_column("'not_recorded'", Text)
THE_THREE = literal_column("'Police, ICB and council together'", Text)  # whose votes are due at some stages
LEFT_AT = func.coalesce(Escalation.closed_at, Escalation.withdrawn_at, Escalation.redirected_at)


def _passed_on_later() -> CTE:
    """With whom a matter was that has been passed on since."""
    return (
        select(
            HistoryEntry.escalation_id,
            HistoryEntry.facts["from_name"].astext.label("name"),
            HistoryEntry.facts["from"].astext.label("agency_id"),
        )
        .where(HistoryEntry.did == "pass_on", HistoryEntry.at >= UNTIL)
        .ext(distinct_on(HistoryEntry.escalation_id))
        .order_by(HistoryEntry.escalation_id, HistoryEntry.id)
        .cte("passed_on_later")
    )


def _happened() -> CTE:
    """What was done in the period."""
    return (
        select(HistoryEntry.id, HistoryEntry.escalation_id, HistoryEntry.at, HistoryEntry.did, HistoryEntry.stage_order, HistoryEntry.facts)
        .where(
            HistoryEntry.at >= SINCE,
            HistoryEntry.at < UNTIL,
            HistoryEntry.did.in_((*RESOLUTIONS, *CLIMBED, "reject", "tell", "close", "pass_on", "respond")),
        )
        .cte("happened").prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip


passed_on_later = _passed_on_later()
happened = _happened()


def _climbed() -> CTE:
    """How high the matters of the period climbed in it; one raised in it and not here is at the first stage."""
    return (
        select(happened.c.escalation_id, func.max(happened.c.stage_order).label("highest"))
        .where(happened.c.did.in_(CLIMBED))
        .group_by(happened.c.escalation_id)
        .cte("climbed")
    )


def _matter() -> CTE:
    """Every matter that was open for a moment of the period."""
    e, climbed = Escalation, _climbed()
    opened = e.raised_at >= SINCE
    left_at = case((LEFT_AT < UNTIL, LEFT_AT))
    last = (
        select(HistoryEntry.did)
        .where(HistoryEntry.escalation_id == e.id, HistoryEntry.at < UNTIL, HistoryEntry.did.in_((*RESOLUTIONS, "reject", "tell")))
        .order_by(HistoryEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    passed_on = e.id.in_(select(happened.c.escalation_id).where(happened.c.did == "pass_on"))
    rested = and_(working.c.closes > working.c.opens, e.raised_at > working.c.closes)
    age = func.greatest(OPENED_DAYS - 1 - working.c.nth - cast(rested, Integer), 0)
    ages = case((age <= 5, "0-5"), (age <= 10, "6-10"), (age <= 20, "11-20"), (age <= 40, "21-40"), else_="41-")
    how = case(
        (e.closed_at < UNTIL, "closed"), (e.withdrawn_at < UNTIL, "withdrawn"), (e.redirected_at < UNTIL, "redirected")
    )
    # What was skipped has become immediate since.
    raised_as = select(StageEntry.priority).where(StageEntry.escalation_id == e.id, StageEntry.number == 1)
    rung = func.concat(e.ladder_code, ".", e.ladder_version, ".", func.coalesce(climbed.c.highest, 1))
    return (
        select(
            e.id,
            e.kind,
            raised_as.scalar_subquery().label("priority"),
            e.level_of_need.label("level"),
            e.primary_theme.label("theme"),
            e.secondary_themes,
            e.raising_agency_id,
            e.raising_name.label("raising"),
            func.coalesce(passed_on_later.c.name, e.receiving_name).label("receiving"),
            e.raised_at,
            e.safety_action.is_not(None).label("safe"),
            opened.label("opened"),
            (e.entered_at >= SINCE).label("entered_in_period"),
            how.label("how"),
            case((how == "redirected", e.redirected_to)).label("redirected_to"),
            case((opened, rung)).label("rung"),
            case((left_at.is_(None), last.in_(RESOLUTIONS)), else_=False).label("untold"),
            and_(opened, passed_on).label("passed_on"),
            case((left_at.is_(None), ages)).label("age"),
            worked(working, e.raised_at).label("worked_before"),
        )
        .join(working, working.c.day == london(e.raised_at))
        .outerjoin(passed_on_later, passed_on_later.c.escalation_id == e.id)
        .outerjoin(climbed, climbed.c.escalation_id == e.id)
        .where(e.raised_at < UNTIL, or_(LEFT_AT.is_(None), LEFT_AT >= SINCE))
        .cte("matter")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


matter = _matter()


def _resolution() -> CTE:
    """The resolutions of the period that stand, with what was told of them; a rejected one is undone."""
    settled = (
        select(happened)
        .where(happened.c.did.in_((*RESOLUTIONS, "reject")))
        .ext(distinct_on(happened.c.escalation_id))
        .order_by(happened.c.escalation_id, happened.c.id.desc())
        .subquery("settled")
    )
    told = (
        select(happened)
        .where(happened.c.did == "tell")
        .ext(distinct_on(happened.c.escalation_id))
        .order_by(happened.c.escalation_id, happened.c.id.desc())
        .subquery("told")
    )
    closing = select(happened.c.escalation_id, happened.c.facts).where(happened.c.did == "close").subquery("closing")
    day = calendar("resolved_on")
    satisfied = told.c.facts["satisfied"].astext
    return (
        select(
            settled.c.escalation_id,
            matter.c.kind,
            matter.c.priority,
            cast(settled.c.stage_order, Text).label("stage"),
            (settled.c.stage_order <= 2).label("early"),
            settled.c.facts["outcome"].astext.label("outcome"),
            func.coalesce(closing.c.facts["impact"].astext, settled.c.facts["impact"].astext, NOT_RECORDED).label(
                "impact"
            ),
            told.c.id.is_not(None).label("told"),
            satisfied.label("satisfied"),
            told.c.facts["asked"].astext.label("asked"),
            (worked(day, settled.c.at) - matter.c.worked_before).label("working_hours"),
            hours(settled.c.at - matter.c.raised_at).label("clock_hours"),
        )
        .join(matter, matter.c.id == settled.c.escalation_id)
        .join(day, day.c.day == london(settled.c.at))
        .outerjoin(told, and_(told.c.escalation_id == settled.c.escalation_id, told.c.id > settled.c.id))
        .outerjoin(closing, closing.c.escalation_id == settled.c.escalation_id)
        .where(settled.c.did.in_(RESOLUTIONS))
        .cte("resolution")
    )


resolution = _resolution()


def _response() -> CTE:
    """The respond clocks that fell due in the period; a clock whose stage had ended before is none of them."""
    c = ClockEntry
    due = func.least(c.due_at, c.agreed_due_at)
    answered = c.stopped_by.in_(ANSWERS)
    in_time = and_(answered, c.stopped_at <= due)
    entry = StageEntry
    reason = case((entry.responded_at < UNTIL, func.coalesce(entry.overrun_reason, NOT_RECORDED)), else_=NOT_RECORDED)
    # A duty that lies on nobody of the register: on the three together, or on an agency that is not in it.
    on_nobody = case((entry.receiving_agency_id.is_not(None), THE_THREE), else_=Escalation.receiving_name)
    return (
        select(
            c.escalation_id,
            cast(c.stage_order, Text).label("stage"),
            c.priority,
            func.coalesce(Agency.name, c.agency_id, on_nobody).label("agency"),
            func.coalesce(in_time, False).label("in_time"),
            reason.label("overrun"),
        )
        .join(Escalation, Escalation.id == c.escalation_id)
        .join(entry, and_(entry.escalation_id == c.escalation_id, entry.number == c.stage_number))
        .outerjoin(Agency, Agency.id == c.agency_id)
        .where(
            c.duty == Duty.RESPOND,
            due >= SINCE,
            due < UNTIL,
            or_(c.stopped_at.is_(None), c.stopped_at >= due, answered),
        )
        .cte("response")
    )


response = _response()


def _wait() -> CTE:
    """The whole wait of a child whose matter was passed on: from raising to the right agency's first answer."""
    h = HistoryEntry
    passed = (
        select(h.escalation_id, func.max(h.id).label("id"))
        .where(h.did == "pass_on", h.at < UNTIL)
        .group_by(h.escalation_id)
        .subquery("passed")
    )
    first = (
        select(h.escalation_id, func.min(h.at).label("at"))
        .join(passed, and_(passed.c.escalation_id == h.escalation_id, h.id > passed.c.id))
        .where(h.did.in_(ANSWERS), h.at < UNTIL)
        .group_by(h.escalation_id)
        .subquery("first")
    )
    began, ended = calendar("began"), calendar("ended")
    return (
        select(
            first.c.escalation_id,
            (worked(ended, first.c.at) - worked(began, Escalation.raised_at)).label("working_hours"),
        )
        .select_from(first)
        .join(Escalation, Escalation.id == first.c.escalation_id)
        .join(began, began.c.day == london(Escalation.raised_at))
        .join(ended, ended.c.day == london(first.c.at))
        .where(first.c.at >= SINCE)
        .cte("wait")
    )


wait = _wait()
