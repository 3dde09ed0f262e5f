"""Reads bodies. Everybody with a token may: which bodies there are is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from services.governance.bodies.domain import Body, Kind, MemberRole
from services.governance.bodies.models import BodyRow
from services.governance.terms.domain import Standing, Term
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.problems import Invalid, NotFound
from shared.scoping import in_order, narrowed


class BodyNotFound(NotFound):
    """No body has this id."""

    code = "body_not_found"
    cure = "Look in `/governance/v1/bodies`."


@dataclass(frozen=True)
class Filters:
    """Which bodies."""

    kind: Kind | None = None
    in_effect_on: date | None = None


COLUMNS = tuple(BodyRow.__table__.c)
_ONE = select(*COLUMNS).where(BodyRow.id == bindparam("id"))
_LOCKED = _ONE.with_for_update()


async def get(tx: Tx, body_id: str) -> Row[Any]:
    """One body. BodyNotFound."""
    return _found(await tx.row(_ONE, {"id": body_id}), body_id)


async def for_update(tx: Tx, body_id: str) -> Row[Any]:
    """One body, locked: its seats are given one at a time. BodyNotFound."""
    return _found(await tx.row(_LOCKED, {"id": body_id}), body_id)


async def as_read(tx: Tx, body_id: str, if_match: str | None) -> Row[Any]:
    """One body, locked, in the version that the caller read. BodyNotFound."""
    row = await for_update(tx, body_id)
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` bodies in the order of their ids."""
    clauses = narrowed(
        filters,
        BodyRow,
        in_effect_on=lambda day: and_(
            func.coalesce(BodyRow.effective_from, day) <= day, func.coalesce(BodyRow.effective_to, day) >= day
        ),
    )
    return await tx.rows(in_order(select(*COLUMNS).where(*clauses), (BodyRow.id,), limit, after))


async def known(tx: Tx) -> Mapping[str, Body]:
    """Every body by its id, locked, so that where they report can be judged as a whole."""
    rows = await tx.rows(select(*COLUMNS).order_by(BodyRow.id).with_for_update())
    return {row.id: body_of(row) for row in rows}


async def in_effect(tx: Tx, field: str, body_id: str) -> Body:
    """A body that exists today. Invalid names `field` where it does not."""
    row = await tx.row(_ONE, {"id": body_id})
    if row is None or standing(row, tx) is not Standing.CURRENT:
        raise Invalid.field(field, "not_established", f"There is no body {body_id!r} today.")
    return body_of(row)


def standing(row: Row[Any], tx: Tx) -> Standing:
    """How the body stands today."""
    return Term(row.effective_from, row.effective_to).standing(today(tx.now))


def body_of(row: Row[Any]) -> Body:
    """The body in a row."""
    given = {field.name: getattr(row, field.name) for field in fields(Body)}
    several = {name: tuple(given[name]) for name in ("also_known_as", "parent_ids", "unverified")}
    role = MemberRole(row.member_role) if row.member_role else None
    return Body(**given | several | {"kind": Kind(row.kind), "member_role": role})


def _found(row: Row[Any] | None, body_id: str) -> Row[Any]:
    if row is None:
        raise BodyNotFound(f"There is no body {body_id!r}.")
    return row
