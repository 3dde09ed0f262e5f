"""Brings the made-up people and systems into a sandbox's database; may be repeated."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid5

from argon2 import PasswordHasher
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.gateway.clients.domain import scopes_of_systems
from services.gateway.models import Agency, Base, Client, Person, Term
from services.gateway.oauth.context import CLIENT_CREDENTIALS, CODE, PUBLIC, REFRESH
from services.gateway.sandbox.cast import CALLBACK, FRONT, KEY, PARTS, PASSWORD, Part, Player, players
from shared import policy
from shared.db import Database, Tx
from shared.settings import Settings
from shared.startup import CannotStart
from shared.vault import Vault

# What everybody may know is guarded by no slow check; signing in, and `make token`, waits for none.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FIRST_DAY = date(2019, 9, 29)
BY = "sandbox"


async def fill(database: Database, settings: Settings) -> None:
    """Create whoever is missing. CannotStart where this is no sandbox: these passwords are no secret."""
    if not settings.sandbox:
        raise CannotStart("The made-up people exist in sandboxes only, and this is none.")
    vault = Vault(*settings.seal_keys)
    async with database.transaction() as tx:
        known = {row.person_id for row in await tx.rows(select(Person.person_id))}
        missing = [one for one in players() if one.person_id not in known]
        kept = QUICK.hash(PASSWORD)
        agencies = [{"agency_id": part.agency_id, "name": part.name, "type": part.type.value} for part in PARTS]
        await _once(tx, Agency, agencies)
        await _once(tx, Client, [*(_system(part, tx) for part in PARTS), _front(tx, settings)])
        await _once(tx, Person, [_person(one, tx, kept, vault) for one in missing])
        await _once(tx, Term, [_term(one) for one in missing])


async def _once(tx: Tx, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await tx.execute(insert(table).values(rows).on_conflict_do_nothing())


def _person(one: Player, tx: Tx, kept: str, vault: Vault) -> dict[str, Any]:
    return {
        "person_id": one.person_id,
        "agency_id": one.part.agency_id,
        "name": one.name,
        "email": one.email,
        "password_hash": kept,
        "totp_sealed": vault.seal(one.totp_secret.encode(), str(one.person_id)),
        "created_at": tx.wall,
        "created_by": BY,
    }


def _term(one: Player) -> dict[str, Any]:
    return {
        "term_id": uuid5(one.person_id, one.role.value),
        "person_id": one.person_id,
        "role": one.role.value,
        "starts_on": FIRST_DAY,
        "given_by": BY,
    }


def _system(part: Part, tx: Tx) -> dict[str, Any]:
    public = KeySet([ECKey.import_key(dict(KEY))]).as_dict(private=False)
    return {
        "client_id": part.system,
        "agency_id": part.agency_id,
        "name": f"Case system of {part.name}",
        "kind": "private_key_jwt",
        "roles": [role.value for role in part.roles if role in policy.SYSTEMS_MAY_HOLD],
        "grant_types": [CLIENT_CREDENTIALS],
        "redirect_uris": [],
        "origins": [],
        "scopes": sorted(scopes_of_systems()),
        "jwks": json.dumps(public),
        "for_all_agencies": False,
        "registered_at": tx.wall,
        "registered_by": BY,
    }


def _front(tx: Tx, settings: Settings) -> dict[str, Any]:
    return {
        "client_id": FRONT,
        "agency_id": PARTS[0].agency_id,
        "name": "the sandbox",
        "kind": PUBLIC,
        "roles": [],
        "grant_types": [CODE, REFRESH],
        "redirect_uris": [CALLBACK],
        "origins": [],
        "scopes": sorted({action.scope for action in policy.ACTIONS.values()} | {"openid"}),
        "jwks": '{"keys": []}',
        "for_all_agencies": True,
        "registered_at": tx.wall,
        "registered_by": BY,
    }
