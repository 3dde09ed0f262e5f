"""Registers systems and front ends, changes, suspends and resumes them."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, update

from services.gateway.agencies import queries as agencies
from services.gateway.agencies.commands import StandsSo
from services.gateway.clients import queries
from services.gateway.clients.domain import (
    Kind,
    check_addresses,
    check_jwks_uri,
    check_keys,
    check_roles,
    grant_types,
)
from services.gateway.models import Client
from services.gateway.reaching import must_reach
from services.gateway.standing import raise_standing
from shared.acting import NotYourAgency
from shared.auth import Caller
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.policy import Role, Scope
from shared.settings import Settings


async def register(tx: Tx, caller: Caller, given: Mapping[str, Any], settings: Settings) -> str:
    """Register a system or front end; its id. NotYourAgency, AgencyNotFound, NotGranted, Invalid."""
    must_reach(caller, given["agency_id"])
    _must_run(caller, for_all_agencies=given["for_all_agencies"])
    client_id = str(new_id())
    await tx.execute(
        insert(Client).values(
            **await _checked(tx, given, settings),
            client_id=client_id,
            agency_id=given["agency_id"],
            kind=given["kind"].value,
            for_all_agencies=given["for_all_agencies"],
            registered_at=tx.wall,
            registered_by=caller.principal.subject,
        )
    )
    await raise_standing(tx)  # browsers of its origins may call from now on
    return client_id


async def change(
    tx: Tx, caller: Caller, client_id: str, if_match: str | None, changes: Mapping[str, Any], settings: Settings
) -> None:
    """Change a registration. ClientNotFound, NotYourAgency, PreconditionFailed, NotGranted, Invalid."""
    row = await _locked(tx, caller, client_id)
    must_match(if_match, row.version)
    present = {
        "agency_id": row.agency_id,
        "kind": Kind(row.kind),
        "name": row.name,
        "scopes": row.scopes,
        "roles": [Role(role) for role in row.roles],
        "public_keys": json.loads(row.jwks)["keys"],
        "jwks_uri": row.jwks_uri,
        "redirect_uris": row.redirect_uris,
        "post_logout_redirect_uris": row.post_logout_redirect_uris,
        "origins": row.origins,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if "jwks_uri" in given or "public_keys" in given:  # the one takes the place of the other
        present |= {"jwks_uri": None, "public_keys": []}
    await _write(tx, client_id, **await _checked(tx, present | given, settings))


async def suspend(tx: Tx, caller: Caller, client_id: str, reason: str) -> None:
    """Refuse the client from the next request on. ClientNotFound, NotYourAgency, StandsSo."""
    if (await _locked(tx, caller, client_id)).suspended_at:
        raise StandsSo("This client is suspended already.")
    await _write(tx, client_id, suspended_at=tx.wall, suspended_reason=reason)


async def resume(tx: Tx, caller: Caller, client_id: str) -> None:
    """Let the client in again. ClientNotFound, NotYourAgency, StandsSo."""
    if not (await _locked(tx, caller, client_id)).suspended_at:
        raise StandsSo("This client is not suspended.")
    await _write(tx, client_id, suspended_at=None, suspended_reason=None)


async def _locked(tx: Tx, caller: Caller, client_id: str) -> Row[Any]:
    row = await queries.for_update(tx, client_id, caller)
    _must_run(caller, for_all_agencies=row.for_all_agencies)
    return row


def _must_run(caller: Caller, *, for_all_agencies: bool) -> None:
    """NotYourAgency: whoever says where a front end for everybody leads back to could sign in as everybody."""
    if for_all_agencies and not caller.reach.view(Scope.ALL):
        raise NotYourAgency("A front end for all agencies is the partnership's: its business unit keeps it.")


async def _checked(tx: Tx, wanted: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    kind, roles = wanted["kind"], wanted["roles"]
    granted = await agencies.granted_to(tx, wanted["agency_id"])
    granted.check_scopes(wanted["scopes"])
    check_roles(kind, roles)
    granted.check_roles(roles)
    check_addresses(kind, wanted, sandbox=settings.sandbox)
    check_jwks_uri(kind, wanted, loopback=settings.loopback_keys)
    return {
        "name": wanted["name"],
        "scopes": sorted(set(wanted["scopes"])),
        "roles": sorted({role.value for role in roles}),
        "jwks": check_keys(kind, wanted["public_keys"], elsewhere=bool(wanted["jwks_uri"])),
        "jwks_uri": wanted["jwks_uri"],
        "redirect_uris": list(wanted["redirect_uris"]),
        "post_logout_redirect_uris": list(wanted["post_logout_redirect_uris"]),
        "origins": list(wanted["origins"]),
        "grant_types": grant_types(kind, wanted["redirect_uris"]),
    }


async def _write(tx: Tx, client_id: str, **values: Any) -> None:
    statement = update(Client).where(Client.client_id == client_id)
    await tx.execute(statement.values(version=Client.version + 1, **values))
    await raise_standing(tx)
