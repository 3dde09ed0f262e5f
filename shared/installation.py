"""Brings one database to this version of the suite: roles, schemas, tables, and the bus's log."""

from collections.abc import Mapping, Sequence

import asyncpg

from shared import migrations
from shared.bus import postgres as bus
from shared.service import Service

BUS = "bus"


async def create_roles(admin_url: str, services: Sequence[Service], passwords: Mapping[str, str] | None = None) -> None:
    """Create the services' roles and schemas where they are missing, as a role that may."""
    await migrations.bootstrap(admin_url, [*(service.name for service in services), BUS], passwords)


async def migrate(service: Service, owner_url: str) -> None:
    """Bring one service's schema to this version, as its owner. NewerData where it is ahead of it."""
    await migrations.migrate(owner_url, service.name, service.migrations, service.base.plumbing.append_only)


async def install_bus(owner_url: str, services: Sequence[Service]) -> None:
    """Create the embedded bus's tables, as the owner of its schema, and let every service use them."""
    connection = await asyncpg.connect(owner_url)
    try:
        await bus.install(connection, [migrations.runtime(name) for name in (*(s.name for s in services), BUS)])
    finally:
        await connection.close()
