"""Reads joint decisions. Which of them a caller may see is the service's own clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Row,
    Text,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    select,
    true,
)

from shared.db import Tx
from shared.joint_decisions.domain import DecidedBy, Partner, Status, Vote
from shared.joint_decisions.models import JointDecision, JointRound, JointVote
from shared.policy import Principal
from shared.problems import NotFound
from shared.rules import calendar
from shared.scoping import narrowed, newest_first


class DecisionNotFound(NotFound):
    """There is no such joint decision, or the caller may not know of it."""

    code = "joint_decision_not_found"


@dataclass(frozen=True)
class Tables:
    """One service's tables of joint decisions."""

    decision: type[JointDecision]
    round: type[JointRound]
    vote: type[JointVote]


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: Status | None = None
    kind: str | None = None
    decided_by: DecidedBy | None = None
    subject_id: str | None = None
    concerned_agency_id: str | None = None
    overdue: bool | None = None
    mine_to_vote: bool | None = None


async def get(tx: Tx, tables: Tables, decision_id: UUID, visible: ColumnElement[bool] | None = None) -> Row[Any]:
    """One joint decision, with the partners who have voted in its present round. DecisionNotFound."""
    return _found(await tx.row(_all(tables).where(tables.decision.id == decision_id, _or_all(visible))))


async def for_update(tx: Tx, tables: Tables, decision_id: UUID, visible: ColumnElement[bool] | None = None) -> Row[Any]:
    """One joint decision, locked until the transaction ends: votes come one after the other. DecisionNotFound."""
    statement = select(*_columns(tables.decision)).where(tables.decision.id == decision_id, _or_all(visible))
    return _found(await tx.row(statement.with_for_update()))


async def rounds(tx: Tx, tables: Tables, decision_id: UUID) -> Sequence[Row[Any]]:
    """The rounds of a decision, oldest first. The caller has seen that it is visible."""
    statement = select(*_columns(tables.round)).where(tables.round.decision_id == decision_id)
    return await tx.rows(statement.order_by(tables.round.number))


async def votes(tx: Tx, tables: Tables, decision_id: UUID, number: int | None = None) -> Sequence[Row[Any]]:
    """The votes of a decision, or of one round of it, oldest first. The caller has seen that it is visible."""
    statement = select(*_columns(tables.vote)).where(tables.vote.decision_id == decision_id)
    if number is not None:
        statement = statement.where(tables.vote.round_number == number)
    return await tx.rows(statement.order_by(tables.vote.round_number, tables.vote.cast_at, tables.vote.partner))


async def partners(tx: Tx, agency: FromClause) -> dict[Partner, str]:
    """The agency of each of the three today, from a register of agencies; without those that it does not have."""
    day = calendar().date_of(tx.now)
    of_the_three = select(agency.c.id, agency.c.agency_type).where(
        agency.c.agency_type.in_([one.value for one in Partner]),
        func.coalesce(agency.c.effective_from, day) <= day,
        func.coalesce(agency.c.effective_to, day) >= day,
    )
    return {Partner(row.agency_type): row.id for row in await tx.rows(of_the_three.order_by(agency.c.id))}


async def running(tx: Tx, tables: Tables, now: datetime) -> Sequence[Row[Any]]:
    """The open decisions whose date has not passed, with who has voted and when the round was opened, the first due first."""
    decision, round_ = tables.decision, tables.round
    of_now = and_(round_.decision_id == decision.id, round_.number == decision.round_number)
    statement = _all(tables).add_columns(round_.opened_at.label("round_opened_at")).join(round_, of_now)
    waiting = statement.where(decision.status == Status.OPEN, decision.due_at > now)
    return await tx.rows(waiting.order_by(decision.due_at, decision.id))


def vote_from(row: Row[Any]) -> Vote:
    """A stored vote as the tally takes it."""
    return Vote(Partner(row.partner), row.voter, row.choice, row.reason, row.own_cause, row.as_deputy)


async def page(
    tx: Tx,
    tables: Tables,
    principal: Principal,
    filters: Filters,
    limit: int,
    after: Sequence[Any] | None,
    visible: ColumnElement[bool] | None = None,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` joint decisions, newest first, after a position."""
    statement = _all(tables).where(_or_all(visible), *_filtered(tables, principal, filters, tx.now))
    return await tx.rows(newest_first(statement, tables.decision.opened_at, tables.decision.id, limit, after))


def _filtered(tables: Tables, principal: Principal, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    decision = tables.decision
    return narrowed(
        filters,
        decision,
        concerned_agency_id=lambda one: literal(one) == any_(decision.concerned_agency_ids),
        overdue=and_(decision.status == Status.OPEN, decision.due_at < now),
        mine_to_vote=_mine(tables, principal),
    )


def _mine(tables: Tables, principal: Principal) -> ColumnElement[bool]:
    """What waits for the caller's vote: open, at her level, and her partner has not voted in this round."""
    held = [level for level in DecidedBy if level.value in principal.roles]
    if not held or principal.agency_type.value not in list(Partner):
        return false()
    decision, vote = tables.decision, tables.vote
    voted = exists().where(_of_this_round(tables), vote.partner == principal.agency_type.value)
    return and_(decision.status == Status.OPEN, decision.decided_by.in_(held), ~voted)


def _of_this_round(tables: Tables) -> ColumnElement[bool]:
    decision, vote = tables.decision, tables.vote
    return and_(vote.decision_id == decision.id, vote.round_number == decision.round_number)


def _all(tables: Tables) -> Any:
    empty = literal([], ARRAY(Text))
    voted = select(func.coalesce(func.array_agg(tables.vote.partner), empty)).where(_of_this_round(tables))
    return select(*_columns(tables.decision), voted.correlate(tables.decision).scalar_subquery().label("voted"))


def _columns(table: type[JointDecision | JointRound | JointVote]) -> Any:
    return table.__table__.c  # type: ignore[union-attr]


def _or_all(visible: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if visible is None else visible


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise DecisionNotFound("There is no such joint decision that you may see.")
    return row
