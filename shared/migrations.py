"""Schemas and their two roles: what the owner makes, and what the runtime role may do with it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine

VERSION_TABLE = "schema_version"
REFUSE = """
CREATE OR REPLACE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = TG_TABLE_NAME || ' is append-only';
END
$$
"""


class NewerData(RuntimeError):
    """The data were written by a newer version of the suite than this one."""


def owner(schema: str) -> str:
    """The role that owns a schema and migrates it."""
    return f"{schema}_owner"


def runtime(schema: str) -> str:
    """The role under which a service runs: it reads and writes rows, and changes no table."""
    return f"{schema}_runtime"


async def bootstrap(admin_url: str, schemas: Iterable[str], passwords: Mapping[str, str] | None = None) -> None:
    """Create each schema with its owner and its runtime role, where they do not exist; needs a role that may."""
    connection = await asyncpg.connect(admin_url)
    try:
        for schema in schemas:
            for role in (owner(schema), runtime(schema)):
                if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {role} LOGIN")
                password = (passwords or {}).get(role)
                if password:
                    quoted = await connection.fetchval("SELECT quote_literal($1)", password)
                    await connection.execute(f"ALTER ROLE {role} PASSWORD {quoted}")
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner(schema)}")
            await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {runtime(schema)}")
    finally:
        await connection.close()


async def migrate(owner_url: str, schema: str, migrations: Path, append_only: Iterable[Table] = ()) -> None:
    """Bring a schema to this version. NewerData where it is ahead of this version; nothing is changed then."""
    engine = create_async_engine(owner_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, schema, migrations)
            for statement in (*_grants(schema), *_guards(schema, append_only)):
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


def is_behind(schema: str, migrations: Path, version: str | None) -> bool:
    """Whether data of this version wait for a migration that is known here. One that is not known is of a later release."""
    scripts = ScriptDirectory.from_config(script(schema, migrations))
    before = {revision.revision for revision in scripts.walk_revisions()} - {scripts.get_current_head()}
    return version is None or version in before


def script(schema: str, migrations: Path, connection: Connection | None = None) -> Config:
    """Alembic's configuration of one service's migrations."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, schema=schema)
    return config


def _upgrade(connection: Connection, schema: str, migrations: Path) -> None:
    config = script(schema, migrations, connection)
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    present = MigrationContext.configure(connection, opts=_options(schema)).get_current_revision()
    if present and present not in known:
        raise NewerData(
            f"the data of {schema!r} are of a newer version ({present}) than this one; install that version"
        )
    command.upgrade(config, "head")


def _options(schema: str) -> dict[str, Any]:
    return {"version_table": VERSION_TABLE, "version_table_schema": schema}


def comparison(schema: str) -> dict[str, Any]:
    """Alembic's options for comparing one schema, and no other, with its tables."""
    return _options(schema) | {
        "include_schemas": True,
        "include_name": lambda name, kind, _: name == schema if kind == "schema" else name != VERSION_TABLE,
        "compare_type": True,
    }


def run_env(metadata: MetaData) -> None:
    """What a service's `migrations/env.py` does: migrate over the connection given, in its own schema only."""
    config = context.config
    schema = config.attributes["schema"]
    context.configure(
        connection=config.attributes["connection"],
        target_metadata=metadata,
        **comparison(schema),
    )
    with context.begin_transaction():
        context.run_migrations()


def _grants(schema: str) -> list[str]:
    role = runtime(schema)
    return [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON {schema}.{VERSION_TABLE} FROM {role}",
    ]


def _guards(schema: str, append_only: Iterable[Table]) -> list[str]:
    """What is append-only the runtime role may not change, and the owner not without taking the trigger away."""
    statements = [REFUSE.format(schema=schema)]
    for table in append_only:
        statements.append(f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table.name} FROM {runtime(schema)}")
        statements.append(
            f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.{table.name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change()"
        )
    return statements


async def analyse(owner_url: str) -> None:
    """Let PostgreSQL look at what a schema's tables hold now, after much was written; as their owner, for no other may."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
