"""Reads what is kept until when, worked out in the database, and the legal holds upon it.

KEEPING = Keeping(LegalHold, LegalHoldEntry, RetentionPeriod, (
    Kept(Escalation, "escalations.escalation", ended=day_of(…), reference=Escalation.reference, own=IS_PARTY),
    Kept(Letter, within=(Within(Escalation, Letter.escalation_id),)),
))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Row,
    Select,
    Text,
    Update,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.acting import By
from shared.days import today
from shared.db import Tx, table_of
from shared.etag import must_match
from shared.history import History
from shared.keeping.domain import SOON_DAYS, LegalHoldNotFound, MatterNotFound, Standing, Status
from shared.policy import Principal, Reach
from shared.problems import Invalid
from shared.scoping import AGENCIES, in_order, narrowed, newest_first, values, within

BATCH = 10_000
NEVER = date.max
IDS: Any = bindparam("ids", type_=ARRAY(Uuid))
MONTHS: Any = bindparam("months", type_=JSONB)


def day_of(instant: Any) -> ColumnElement[date]:
    """The day of an instant in London."""
    return cast(func.timezone("Europe/London", instant), Date)


def last_step(entries: Any, key: Any, record_id: Any) -> ColumnElement[date]:
    """The day of the last thing that was done to a record, by its history."""
    return day_of(select(func.max(entries.at)).where(key == record_id).scalar_subquery())


@dataclass(frozen=True)
class Within:
    """What a record belongs to: it is kept as long, and held as well.

    `key` says to which record of `parent`: its id; or, where a table stands between the two, the column that this one
    has in common with `through`, whose second column is the id.
    """

    parent: type[Any]
    key: Any
    through: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Kept:
    """A table of records that are kept for some time.

    `ended` is the day on which a record was over, null while it runs; a table without it is kept as what it belongs to.
    A legal hold may be placed on a `noun`, by whoever reaches all, or whose `own` the record is.
    """

    table: type[Any]
    noun: str = ""
    ended: ColumnElement[date] | None = None
    within: Sequence[Within] = ()
    reference: Any = None
    own: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class HoldFilters:
    """What the list of legal holds may be narrowed by; None leaves it open."""

    status: str | None = None
    matter_type: str | None = None
    matter_id: UUID | None = None
    overdue: bool | None = None


@dataclass(frozen=True)
class Filters:
    """What the list of records may be narrowed by; None leaves it open."""

    standing: str | None = None
    retention_class: str | None = None
    type: str | None = None


class Keeping:
    """One service's tables: in their order, what others belong to before these."""

    def __init__(self, hold: type[Any], entry: type[Any], period: type[Any], kept: Sequence[Kept]) -> None:
        self.hold, self.entry, self.period, self.kept = hold, entry, table_of(period), tuple(kept)
        self.history = History(hold, entry, keeps=("review_on",))
        self.any_held = select(exists().where(hold.status == Status.LIVE))
        self._columns = (*table_of(hold).c, self.history.beside(hold.id).label("steps"))

    @property
    def nouns(self) -> dict[str, Kept]:
        """What a legal hold may be placed on."""
        return {one.noun: one for one in self.kept if one.noun}

    def matter(self, noun: str) -> Kept:
        """The table of a noun. Invalid for one that is none."""
        if noun not in self.nouns:
            raise Invalid.field("matter_type", "unknown", f"One of {', '.join(sorted(self.nouns))}.")
        return self.nouns[noun]

    async def lock_matter(self, tx: Tx, by: By, kept: Kept, matter_id: UUID) -> str | None:
        """Lock a matter that the caller reaches; its reference, where it has one. MatterNotFound otherwise."""
        table = kept.table
        reference = kept.reference if kept.reference is not None else null()
        statement = select(reference.label("reference")).select_from(table).where(table.id == matter_id)
        if by.principal:
            statement = statement.where(within(by.reach, false() if kept.own is None else kept.own))
        row = await tx.row(statement.with_for_update(of=table), values(by.principal) if by.principal else None)
        if row is None:
            raise MatterNotFound("There is no such record that you may see.")
        found: str | None = row.reference
        return found

    # The holds.

    def _seen(self, reach: Reach) -> Select[Any]:
        return select(*self._columns).where(within(reach, self.hold.agency_id == any_(AGENCIES)))

    async def get(self, tx: Tx, principal: Principal, reach: Reach, hold_id: UUID) -> Row[Any]:
        """One legal hold with its steps. LegalHoldNotFound where there is none to be seen."""
        return _found(await tx.row(self._seen(reach).where(self.hold.id == hold_id), values(principal)))

    async def as_read(self, tx: Tx, by: By, hold_id: UUID) -> Row[Any]:
        """One legal hold as the caller has read it, locked until the transaction ends."""
        assert by.principal
        statement = self._seen(by.reach).where(self.hold.id == hold_id).with_for_update(of=self.hold)
        row = _found(await tx.row(statement, values(by.principal)))
        must_match(by.if_match, row.version)
        return row

    async def holds(
        self, tx: Tx, principal: Principal, reach: Reach, filters: HoldFilters, limit: int, after: Sequence[Any] | None
    ) -> Sequence[Row[Any]]:
        """Up to `limit + 1` legal holds that the caller may see, the last placed first, after a position."""
        overdue = and_(self.hold.status == Status.LIVE, self.hold.review_on < literal(today(tx.now)))
        statement = self._seen(reach).where(*narrowed(filters, self.hold, overdue=overdue))
        placed = newest_first(statement, self.hold.placed_at, self.hold.id, limit, after)
        return await tx.rows(placed, values(principal))

    # What is kept until when.

    async def schedule(self, tx: Tx) -> dict[str, Row[Any]]:
        """The period of each class that is in force today."""
        begun = select(self.period).where(self.period.c.effective_from <= today(tx.now))
        return {row.code: row for row in await tx.rows(begun.order_by(self.period.c.effective_from))}

    async def months(self, tx: Tx) -> dict[str, int]:
        """For how long each class is kept, by the schedule of today."""
        return {code: row.months for code, row in (await self.schedule(tx)).items()}

    def records(self, day: date) -> FromClause:
        """Every matter with how it stands on a day."""
        one = union_all(*(_listed(kept) for kept in self.nouns.values())).subquery()
        standing = case(
            (one.c.legal_hold, Standing.HELD),
            (one.c.retain_until.is_(None), Standing.RUNS),
            (one.c.retain_until <= day, Standing.DUE),
            (one.c.retain_until <= day + timedelta(days=SOON_DAYS), Standing.SOON),
            else_=Standing.KEPT,
        )
        place = func.coalesce(one.c.retain_until, literal(NEVER)).label("place")
        return select(*one.c, cast(standing, Text).label("standing"), place).subquery("record")

    async def page(self, tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
        """Up to `limit + 1` matters, those first that may go first, after a position."""
        record = self.records(today(tx.now))
        is_ = {name: (lambda value, name=name: record.c[name] == value) for name in vars(filters)}
        statement = select(record).where(*narrowed(filters, record, **is_))
        return await tx.rows(in_order(statement, (record.c.place, record.c.id), limit, after))

    async def counts(self, tx: Tx) -> Sequence[Row[Any]]:
        """How many matters of each class stand how."""
        record = self.records(today(tx.now))
        by = record.c.retention_class, record.c.standing
        return await tx.rows(select(*by, func.count().label("number")).group_by(*by))

    # The days and the flags, worked out.

    @cached_property
    def sweeping(self) -> tuple[Update, ...]:
        """For each table the statement that writes, for a batch, what is not as it should be; it needs `MONTHS`."""
        return tuple(self._working(kept) for kept in self.kept)

    @cached_property
    def spreading(self) -> tuple[tuple[Kept, Within | None, Update], ...]:
        """The same for the records `IDS` themselves, and for each table for what belongs to them; they give the ids."""
        alone = [(one, None, self._working(one, by_itself=True)) for one in self.nouns.values()]
        beneath = [(one, link, self._working(one, reached_by=link)) for one in self.kept for link in one.within]
        return (*alone, *beneath)

    def _working(self, kept: Kept, *, by_itself: bool = False, reached_by: Within | None = None) -> Update:
        table = table_of(kept.table)
        source: FromClause = table
        runs, untils, helds = list[ColumnElement[bool]](), list[Any](), list[ColumnElement[bool]]()
        reached: ColumnElement[bool] | None = table.c.id == any_(IDS) if by_itself else None
        for link in kept.within:
            parent = _parent(link)
            source = source.outerjoin(parent, parent.c.key == link.key)
            runs.append(func.coalesce(parent.c.runs, false()))
            untils.append(parent.c.until)
            helds.append(func.coalesce(parent.c.held, false()))
            if link is reached_by:
                near, far = link.through or (None, link.key)
                reached = far == any_(IDS) if near is None else link.key.in_(select(near).where(far == any_(IDS)))
        if kept.ended is not None:
            months = cast(func.jsonb_extract_path_text(MONTHS, table.c.retention_class), Integer)
            own = cast(kept.ended + func.make_interval(0, months), Date)
            runs.append(own.is_(None))
            untils.append(own)
        until = case((or_(false(), *runs), null()), else_=func.greatest(*untils))
        if kept.noun:
            helds.append(self._is_held(kept.noun, table.c.id))
        if not kept.within and not by_itself:
            helds.append(table.c.legal_hold)  # what only a lifting takes back
        held = or_(false(), *helds)
        keys = list(table.primary_key)
        wrong = or_(table.c.retain_until.is_distinct_from(until), table.c.legal_hold.is_distinct_from(held))
        wanted = select(*keys, until.label("until"), held.label("held")).select_from(source).where(wrong)
        wanted = wanted.limit(BATCH) if reached is None else wanted.where(reached)
        found = wanted.with_for_update(of=table, skip_locked=reached is None).subquery("found")
        same = [key == found.c[key.name] for key in keys]
        changed = update(table).where(*same).values(retain_until=found.c.until, legal_hold=found.c.held)
        return changed if reached is None else changed.returning(keys[0].label("id"))

    def _is_held(self, noun: str, record_id: Any) -> ColumnElement[bool]:
        hold = self.hold
        return exists().where(hold.status == Status.LIVE, hold.matter_type == noun, hold.matter_id == record_id)


def _parent(link: Within) -> Any:
    """Of each record, under its key, until when and whether what it belongs to is kept and held; several count together."""
    parent = table_of(link.parent).alias()
    until, held = parent.c.retain_until, parent.c.legal_hold
    if link.through is None:
        shown = select(
            parent.c.id.label("key"), until.is_(None).label("runs"), until.label("until"), held.label("held")
        )
        return shown.subquery()
    near, far = link.through
    several = (func.bool_or(until.is_(None)), func.max(until), func.bool_or(held))
    named = [one.label(name) for one, name in zip(several, ("runs", "until", "held"), strict=True)]
    return select(near.label("key"), *named).join(parent, parent.c.id == far).group_by(near).subquery()


def _listed(kept: Kept) -> Select[Any]:
    table = kept.table
    reference = cast(kept.reference if kept.reference is not None else null(), Text).label("reference")
    kind = literal(kept.noun, Text).label("type")
    return select(kind, table.id, reference, table.retention_class, table.retain_until, table.legal_hold)


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise LegalHoldNotFound("There is no such legal hold that you may see.")
    return row
