"""The operations that show incidents; those that move them stand with what is done by them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.reviews.incidents import queries
from services.reviews.incidents.domain import BEFORE_THE_PANEL, Abuse, said_of_duty, said_of_year
from services.reviews.incidents.schemas import (
    DutyShown,
    FormShown,
    IncidentChildShown,
    IncidentHistory,
    IncidentPage,
    IncidentShown,
    IncidentStep,
    IncidentWhole,
    ListIncidents,
    PartnerViewShown,
    ReferralShown,
    YearShown,
    YearsShown,
)
from shared import kept_clocks
from shared.auth import Caller, Requires
from shared.calendar import Quarter
from shared.child_records.models import bound_to
from shared.child_records.schemas import IdentifierShown
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import STATUTORY, View
from shared.policy import incidents as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import ReadTx

router = Router(tags=["incidents"])

NOUN = "reviews.incident"


@router.get("/incidents", summary="List incidents")
async def list_incidents(
    caller: Annotated[Caller, Requires(policy.LIST_INCIDENTS)],
    tx: ReadTx,
    wanted: Annotated[ListIncidents, Query()],
    pages: Pages,
) -> IncidentPage:
    """Those that you may see, newest first: the three partners every one, another agency those that it referred."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.recorded_at, row.id), datetime.fromisoformat, UUID)
    items = [IncidentShown.model_construct(**_summary(row, caller, tx)) for row in found.rows]
    return IncidentPage.model_construct(items=items, next=found.next)


@router.get("/incidents/years", summary="Count incidents by year")
async def count_years(caller: Annotated[Caller, Requires(policy.COUNT_INCIDENTS)], tx: ReadTx) -> YearsShown:
    """April to March, newest first: what was referred, notified, late and decided. A year with none says so."""
    first = await queries.first_recorded(tx) or tx.now
    present = Quarter.of(tx.now).begins_in
    begins = range(present, Quarter.of(first).begins_in - 1, -1)
    return YearsShown.model_construct(as_at=tx.now, items=[await _year(tx, Quarter(year, 1)) for year in begins])


@router.get("/incidents/{incident_id:uuid}", summary="Read one incident")
async def read_incident(
    request: Request,
    incident_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_INCIDENT)],
    tx: ReadTx,
) -> IncidentWhole:
    """The case with its children, its clock from every possible start, who referred it, and what was decided and why.

    The three partners see who the children are; an agency that referred it sees that where it recorded the case.
    """
    return await show(tx, caller, incident_id, response, request.app.state.runtime.pseudonyms)


@router.get("/incidents/{incident_id}/history", summary="Read what was done to an incident")
async def read_incident_history(
    incident_id: UUID, caller: Annotated[Caller, Requires(policy.READ_INCIDENT_HISTORY)], tx: ReadTx
) -> IncidentHistory:
    """Every step, oldest first, for the three partners and those who oversee."""
    row = await queries.get(tx, caller.principal, caller.reach, incident_id)
    caller.shows(NOUN, row.id, queries.view_of(row, caller.reach))
    entries = await queries.HISTORY.of(tx, incident_id) if _all_of_it(caller) else ()
    own = caller.principal.agencies
    return IncidentHistory.model_construct(
        items=[
            IncidentStep.model_construct(**entry._asdict() | ({} if entry.agency_id in own else {"actor": None}))
            for entry in entries
        ]
    )


async def show(
    tx: Tx, caller: Caller, incident_id: UUID, response: Response, pseudonyms: Pseudonyms | None = None
) -> IncidentWhole:
    """The case as this caller may see it, with `pseudonyms` its children's numbers too; it is recorded."""
    row = await queries.get(tx, caller.principal, caller.reach, incident_id)
    response.headers["etag"] = etag(row.version)
    fields = _summary(row, caller, tx)
    identified = fields["view"] == View.IDENTIFIED
    everything = _all_of_it(caller)
    own = row.agency_id in caller.principal.agencies
    children = await queries.children(tx, [incident_id])
    opened = await numbers(tx, children, pseudonyms) if identified and (everything or own) else {}
    fields |= {
        "summary": row.summary if everything or own else None,
        "duty": _duty(row, children),
        "children": [one_child(child, opened) for child in children] if everything or own else [],
        "referrals": [
            ReferralShown.model_construct(**one._mapping)
            for one in await queries.referrals(tx, incident_id)
            if everything or one.agency_id in caller.principal.agencies
        ],
        "causes": [CauseShown.model_construct(**cause) for cause in row.causes],
    }
    return IncidentWhole.model_construct(**fields | await _of_the_three(tx, row, everything, identified=identified))


async def _of_the_three(tx: Tx, row: Row[Any], everything: bool, *, identified: bool) -> dict[str, Any]:
    """What only they see, and those who oversee: the clock, what each of them thinks, the forms."""
    if not everything:
        return {"clock": None, "partner_views": [], "decision_id": None, "forms": []}
    return {
        "clock": kept_clocks.read_shown(row.clock, tx.now),
        "partner_views": [
            PartnerViewShown.model_construct(**one._mapping) for one in await queries.partner_views(tx, row.id)
        ],
        "forms": [
            FormShown.model_construct(**one._asdict() | ({"text": None} if one.quarantined and not identified else {}))
            for one in await queries.forms(tx, row.id)
        ],
    }


async def numbers(tx: Tx, children: Any, pseudonyms: Pseudonyms | None) -> dict[str, IdentifierShown]:
    """The numbers that were given with these children, opened, by their pseudonyms; none without the keys."""
    if pseudonyms is None:
        return {}
    given = {pseudonym for child in children for pseudonym in child["given"]}
    return {
        one.pseudonym: IdentifierShown.of(one.type, pseudonyms.open(one.sealed, bound_to(one.type, one.pseudonym)))
        for one in await queries.sealed(tx, given)
    }


def one_child(child: Any, opened: Mapping[str, IdentifierShown]) -> IncidentChildShown:
    """A child, with its numbers where they were opened."""
    found = [opened[pseudonym] for pseudonym in child["given"] if pseudonym in opened]
    return IncidentChildShown.model_construct(**child, identifiers=found or None)


def _all_of_it(caller: Caller) -> bool:
    """Whether the caller works on the case, or oversees it; an agency that referred it hears what became of it."""
    return queries.oversees(caller.reach) or caller.principal.agency_type in STATUTORY


def _summary(row: Row[Any], caller: Caller, tx: Tx) -> dict[str, Any]:
    view = queries.view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    overdue = row.due_at is not None and row.due_at < tx.now
    return row._asdict() | {"view": view.value, "overdue": overdue}


def _duty(row: Row[Any], children: Any) -> DutyShown:
    binding = queries.duties(row.rules_version).binding(queries.facts_of(children), Abuse(row.abuse))
    another_form = row.status in BEFORE_THE_PANEL and row.due_at is not None
    return DutyShown.model_construct(
        in_words=said_of_duty(row.harm, row.abuse, row.place, binding, another_form=another_form),
        always=binding is not None,
        source=binding.source if binding else None,
        verified=binding.verified if binding else None,
    )


async def _year(tx: Tx, first: Quarter) -> YearShown:
    last = Quarter(first.begins_in, 4)
    found = await queries.counts(tx, first.starts, last.ends)
    return YearShown.model_construct(
        **found._mapping,
        year=first.year,
        begins=first.first_day,
        ends=last.last_day,
        running=tx.now < last.ends,
        in_words=said_of_year(first.year, found.notified, found.recorded, found.not_notified),
    )
