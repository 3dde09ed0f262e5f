"""Reads ladders: the versions that are loaded, and the one under which a matter begins."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Text, bindparam, or_, select

from services.escalations.ladders.domain import (
    Allowance,
    Duty,
    Formality,
    Kind,
    Ladder,
    OnBreach,
    Priority,
    Stage,
    StageClock,
)
from services.escalations.ladders.models import LadderVersion
from shared.clocks import Unit
from shared.db import Tx
from shared.joint_decisions.domain import DecidedBy, OnDissent
from shared.policy import Seniority
from shared.prepared import Prepared
from shared.problems import Invalid, NotFound

_read: dict[tuple[str, int], Ladder] = {}  # a version never changes once it is loaded


class LadderNotFound(NotFound):
    """There is no such version of a ladder."""

    code = "ladder_not_found"
    cure = "Look in `/escalations/v1/ladders`."


def ladder_from(document: Mapping[str, Any]) -> Ladder:
    """The ladder that a document describes. Invalid where it breaks a rule; KeyError, ValueError where it is malformed."""
    return Ladder(
        code=document["code"],
        version=int(document["version"]),
        name=document["name"],
        kind=Kind(document["kind"]),
        verified=bool(document["verified"]),
        source=document["source"],
        effective_from=_day(document["effective_from"]),
        effective_to=_day(document["effective_to"]) if document.get("effective_to") else None,
        default=bool(document.get("default", False)),
        stages=tuple(_stage(stage) for stage in document["stages"]),
    )


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _stage(document: Mapping[str, Any]) -> Stage:
    return Stage(
        order=int(document["order"]),
        name=document["name"],
        formality=Formality(document["formality"]),
        seniority=Seniority(document["seniority"]),
        form_required=bool(document.get("form_required", False)),
        tells=tuple(document.get("tells", ())),
        decided_by=DecidedBy(document["decided_by"]) if document.get("decided_by") else None,
        on_dissent=OnDissent(document["on_dissent"]) if document.get("on_dissent") else None,
        clocks=tuple(_clock(Duty(duty), clock) for duty, clock in document["clocks"].items()),
    )


def _clock(duty: Duty, document: Mapping[str, Any]) -> StageClock:
    allowances = {
        Priority(name): Allowance(int(given["amount"]), Unit(given["unit"]))
        for name, given in document.items()
        if name != "on_breach"
    }
    return StageClock(duty, allowances, OnBreach(document["on_breach"]))


async def ladder(tx: Tx, code: str, version: int) -> Ladder:
    """One version. LadderNotFound where it was never loaded."""
    if (code, version) not in _read:
        statement = select(LadderVersion.document).where(LadderVersion.code == code, LadderVersion.version == version)
        document = await tx.scalar(statement)
        if document is None:
            raise LadderNotFound(f"There is no version {version} of a ladder {code!r}.")
        _read[code, version] = ladder_from(document)
    return _read[code, version]


_DAY = bindparam("day", type_=Date)
_IN_FORCE = Prepared(
    select(LadderVersion.code, LadderVersion.version)
    .where(
        LadderVersion.kind == bindparam("of_kind", type_=Text),
        LadderVersion.effective_from <= _DAY,
        or_(LadderVersion.effective_to.is_(None), LadderVersion.effective_to >= _DAY),
    )
    .order_by(LadderVersion.effective_from.desc(), LadderVersion.version.desc())
)


async def in_force(tx: Tx, kind: Kind, day: date, code: str | None = None) -> Ladder:
    """The ladder under which a matter of this kind begins on that day: the one named, or the default of its kind.

    Invalid where there is none.
    """
    rows = await tx.rows(_IN_FORCE, {"of_kind": kind, "day": day})
    found = [await ladder(tx, row.code, row.version) for row in rows]
    for one in found:
        if one.code == code or (code is None and one.default):
            return one
    choices = ", ".join(sorted({one.code for one in found})) or "none"
    raise Invalid.field("ladder", "ladder", f"No such ladder is in force for {kind} on {day}. In force: {choices}.")


async def every(tx: Tx) -> list[Ladder]:
    """Every version that is loaded, by code and version."""
    rows = await tx.rows(
        select(LadderVersion.code, LadderVersion.version).order_by(LadderVersion.code, LadderVersion.version)
    )
    return [await ladder(tx, row.code, row.version) for row in rows]
