"""The tables that every service's schema has besides its own: events out and in, answers kept, access, time."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

INSTANT = DateTime(timezone=True)
APPEND_ONLY = {"append_only": True}
"""Marks a table (`info=`) into which the runtime role may insert and from which it may read, and nothing else."""


@dataclass(frozen=True)
class Plumbing:
    """One service's plumbing tables."""

    outbox: Table
    inbox: Table
    dead_letter: Table
    idempotency: Table
    access_record: Table
    sealed_entry: Table
    tree_node: Table
    tree_head: Table
    business_clock: Table


def append_only(metadata: MetaData) -> tuple[Table, ...]:
    """A service's tables of which nothing is ever changed or deleted."""
    return tuple(table for table in metadata.sorted_tables if table.info.get("append_only"))


def plumbing(metadata: MetaData) -> Plumbing:
    """Declare the plumbing tables in a service's metadata."""
    idempotency = Table(
        "idempotency",
        metadata,
        Column("key", LargeBinary, primary_key=True),  # SHA-256 over client, subject, agency, route and key
        Column("payload", LargeBinary, nullable=False),  # SHA-256 over the body
        Column("status", Integer, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("shown", JSONB, nullable=False),
        Column("stored_at", INSTANT, nullable=False, index=True),
    )
    business_clock = Table(
        "business_clock",
        metadata,
        Column("one", Boolean, primary_key=True, default=True),
        Column("offset", Interval, nullable=False),
    )
    return Plumbing(*_messages(metadata), idempotency, *_record(metadata), business_clock)


def _messages(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Events out, events in, and those that could not be handled."""
    outbox = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("time", INSTANT, nullable=False),
        Column("data", JSONB, nullable=False),
        Column("causes", JSONB, nullable=False),
        Column("traceparent", Text),
        Column("recorded_at", INSTANT, nullable=False),
        Column("published_at", INSTANT),
    )
    Index("ix_outbox_unpublished", outbox.c.id, postgresql_where=outbox.c.published_at.is_(None))
    inbox = Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("consumer", Text, primary_key=True),
        Column("type", Text, nullable=False),
        Column("handled_at", INSTANT, nullable=False),
    )
    dead_letter = Table(
        "dead_letter",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False),
        Column("consumer", Text, nullable=False),
        Column("envelope", JSONB, nullable=False),
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("dead_at", INSTANT, nullable=False),
        Column("redelivered_at", INSTANT),
    )
    return outbox, inbox, dead_letter


def _record(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Who was shown what, and the tree and heads under which that is sealed."""
    access_record = Table(
        "access_record",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("at", INSTANT, nullable=False),
        Column("subject", Text, nullable=False),
        Column("client_id", Text, nullable=False),
        Column("agency_id", Text, nullable=False),
        Column("acting_for", Text),
        Column("action", Text, nullable=False),
        Column("record_type", Text, nullable=False),
        Column("record_id", Text, nullable=False),
        Column("view", Text),
        Column("refused", Text),  # the problem's code where the record was refused, null where it was shown
        Column("reason", Text),
        Column("trace", Text),
        info=APPEND_ONLY,
    )
    Index("ix_access_record_record", access_record.c.record_id, access_record.c.id)
    Index("ix_access_record_agency", access_record.c.agency_id, access_record.c.id)
    sealed_entry = Table(
        "sealed_entry",
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("entry_id", BigInteger, nullable=False, unique=True),
        Column("salt", LargeBinary, nullable=False),
        info=APPEND_ONLY,
    )
    tree_node = Table(
        "tree_node",
        metadata,
        Column("level", SmallInteger, primary_key=True, autoincrement=False),
        Column("place", BigInteger, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary, nullable=False),
        info=APPEND_ONLY,
    )
    tree_head = Table(
        "tree_head",
        metadata,
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
        Column("log", Text, nullable=False),
        Column("sealed_at", INSTANT, nullable=False),
        Column("public_key", Text, nullable=False),
        Column("signature", Text, nullable=False),
        info=APPEND_ONLY,
    )
    return access_record, sealed_entry, tree_node, tree_head
