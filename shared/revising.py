"""Writes a service's next migration from the difference between its tables as declared and as migrated."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import CreateCheckConstraintOp, DropConstraintOp, MigrateOperation, UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared import migrations

TEMPLATE = '''"""{about}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """{about}"""
    {body}
'''


async def revise(owner_url: str, schema: str, metadata: MetaData, folder: Path, about: str) -> Path | None:
    """Write the next revision of a migrated schema; its file, or None where nothing differs."""
    engine = create_async_engine(owner_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            body = await connection.run_sync(_rendered, schema, metadata)
    finally:
        await engine.dispose()
    if body is None:
        return None
    script = ScriptDirectory.from_config(migrations.script(schema, folder))
    down = script.get_current_head()
    revision = f"{len(list(script.walk_revisions())) + 1:04d}"
    slug = "_".join(about.lower().split()[:5])
    path = folder / "versions" / f"{revision}_{slug}.py"
    path.write_text(TEMPLATE.format(about=about, revision=revision, down=down, body=body), encoding="utf-8")
    return path


def difference(connection: Connection, schema: str, metadata: MetaData) -> UpgradeOps:
    """What a migration would have to do; empty where the tables declared are the tables migrated."""
    operations = produce_migrations(_context(connection, schema, metadata), metadata).upgrade_ops
    assert operations is not None
    operations.ops.extend(_checks(connection, schema, metadata))
    return operations


def _checks(connection: Connection, schema: str, metadata: MetaData) -> Iterator[MigrateOperation]:
    """What makes the CHECK constraints of each migrated table those declared: Alembic compares none.

    PostgreSQL rewrites a condition when it takes it, so each is compared as a table made for that has it.
    """
    migrated = set(inspect(connection).get_table_names(schema))
    for table in metadata.sorted_tables:
        if table.name not in migrated:
            continue  # it is created with its own
        have, want = _defined(connection, schema, table.name), _as_created(connection, table)
        for name in sorted(have.keys() | want.keys()):
            if have.get(name) != want.get(name):
                if name in have:
                    yield DropConstraintOp(name, table.name, "check", schema=schema)
                if name in want:
                    condition = want[name].removeprefix("CHECK ")
                    yield CreateCheckConstraintOp(name, table.name, condition, schema=schema)


def _as_created(connection: Connection, table: Table) -> dict[str, str]:
    """The CHECK constraints of a table as it would be created now, by name, in PostgreSQL's own words."""
    temporary = MetaData(naming_convention=table.metadata.naming_convention)
    checks = [
        CheckConstraint(one.sqltext, name=one.name) for one in table.constraints if isinstance(one, CheckConstraint)
    ]
    columns = [Column(one.name, one.type) for one in table.columns]
    Table(table.name, temporary, *columns, *checks, prefixes=["TEMPORARY"]).create(connection)
    try:
        return _defined(connection, "pg_temp", table.name)
    finally:
        connection.execute(text(f'DROP TABLE pg_temp."{table.name}"'))


def _defined(connection: Connection, schema: str, table: str) -> dict[str, str]:
    defined = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass(:t)"
    return {row[0]: row[1] for row in connection.execute(text(defined), {"t": f'{schema}."{table}"'})}


def _context(connection: Connection, schema: str, metadata: MetaData) -> MigrationContext:
    options: dict[str, Any] = migrations.comparison(schema) | {"target_metadata": metadata}
    return MigrationContext.configure(connection, opts=options)


def _rendered(connection: Connection, schema: str, metadata: MetaData) -> str | None:
    operations = difference(connection, schema, metadata)
    if operations.is_empty():
        return None
    return render_python_code(operations, migration_context=_context(connection, schema, metadata))
