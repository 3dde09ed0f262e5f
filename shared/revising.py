"""Writes a service's next migration from the difference between its tables as declared and as migrated."""

from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
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
    return operations


def _context(connection: Connection, schema: str, metadata: MetaData) -> MigrationContext:
    options: dict[str, Any] = migrations.comparison(schema) | {"target_metadata": metadata}
    return MigrationContext.configure(connection, opts=options)


def _rendered(connection: Connection, schema: str, metadata: MetaData) -> str | None:
    operations = difference(connection, schema, metadata)
    if operations.is_empty():
        return None
    return render_python_code(operations, migration_context=_context(connection, schema, metadata))
