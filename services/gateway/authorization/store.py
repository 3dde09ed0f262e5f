"""Loads the rows that a request names into the core's frozen values: one statement for each kind of row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, func, or_, select, union
from sqlalchemy.sql.selectable import ScalarSelect

from services.gateway import models
from services.gateway.authorization.keys import KeyRing
from services.gateway.oauth import context as core
from services.gateway.oauth.profile import Profile
from services.gateway.oauth.reading import Wanted
from shared.days import today
from shared.db import Tx
from shared.policy import AgencyType, Role, may_hold
from shared.prepared import Prepared

TODAY: BindParameter[date] = bindparam("today")
KEY: BindParameter[Any] = bindparam("key")


def _dated(table: Any) -> Any:
    return and_(table.starts_on <= TODAY, or_(table.ends_on.is_(None), table.ends_on >= TODAY))


def _acting_for(of: type[models.Person] | type[models.Client]) -> ScalarSelect[Any]:
    delegation = models.Delegation
    found = (
        select(delegation.for_agency_id).where(delegation.agency_id == of.agency_id, _dated(delegation)).correlate(of)
    )
    return select(func.array(found.scalar_subquery())).scalar_subquery()


def _roles() -> ScalarSelect[Any]:
    person, term, membership = models.Person, models.Term, models.Membership
    given = select(term.role).where(term.person_id == person.person_id, _dated(term)).correlate(person)
    seats = select(func.unnest(membership.roles)).where(
        membership.person_id == person.person_id, membership.agency_id == person.agency_id, _dated(membership)
    )
    both = union(given, seats.correlate(person))
    return select(func.array(both.scalar_subquery())).scalar_subquery()


def _suspended(of: type[models.Person] | type[models.Client]) -> Any:
    """Whether an account or client counts no more: it, or its agency, is suspended, or its agency is no more."""
    return or_(
        of.suspended_at.is_not(None),
        models.AgencyAccess.suspended_at.is_not(None),
        func.coalesce(models.Agency.ends_on < TODAY, False),
    ).label("suspended")


PERSON = (
    models.Person.person_id,
    models.Person.name.label("person_name"),
    models.Person.agency_id,
    models.Agency.type.label("agency_type"),
    _roles().label("roles"),
    _acting_for(models.Person).label("acting_for"),
    _suspended(models.Person),
)
CLIENT = Prepared(
    select(
        models.Client,
        models.Agency.type.label("agency_type"),
        models.Agency.name.label("agency_name"),
        _acting_for(models.Client).label("acting_for"),
        _suspended(models.Client),
    )
    .join(models.Agency, models.Agency.agency_id == models.Client.agency_id)
    .outerjoin(models.AgencyAccess, models.AgencyAccess.agency_id == models.Client.agency_id)
    .where(models.Client.client_id == KEY)
)
PUSHED = Prepared(select(*models.PushedRequest.__table__.c).where(models.PushedRequest.hash == KEY))
REVOKED = Prepared(select(models.RevokedToken.jti).where(models.RevokedToken.jti == KEY))
GRANT_REVOKED = Prepared(
    select(models.Grant.grant_id).where(models.Grant.grant_id == KEY, models.Grant.revoked_at.is_not(None))
)


def _with_person(*columns: Any) -> Select[Any]:
    return (
        select(*columns, *PERSON)
        .join(models.Person, models.Person.person_id == models.Grant.person_id)
        .join(models.Agency, models.Agency.agency_id == models.Person.agency_id)
        .outerjoin(models.AgencyAccess, models.AgencyAccess.agency_id == models.Person.agency_id)
    )


BY_CODE = Prepared(_with_person(models.Grant).where(models.Grant.code_hash == KEY))
BY_REFRESH = Prepared(
    _with_person(models.Grant, models.RefreshToken.hash, models.RefreshToken.used_at)
    .join(models.RefreshToken, models.RefreshToken.grant_id == models.Grant.grant_id)
    .where(models.RefreshToken.hash == KEY)
)


async def load(
    tx: Tx, wanted: Wanted, profile: Profile, ring: KeyRing, person: core.Person | None = None
) -> core.Context:
    """The context of one request; `person` is who is signed in at this browser, for the authorization endpoint."""
    signing_key, published = await ring.at(tx.wall)
    given: dict[str, Any] = {"person": person}
    day = today(tx.now)
    if wanted.client_id:
        row = await first(tx, CLIENT, {"key": wanted.client_id, "today": day})
        given["client"] = client(row) if row else None
    if wanted.request:
        row = await first(tx, PUSHED, {"key": wanted.request})
        given["pushed"] = _pushed(row) if row else None
    if wanted.code and (row := await first(tx, BY_CODE, {"key": wanted.code, "today": day})):
        given |= {"grant": _grant(row), "person": person_of(row)}
    if wanted.refresh and (row := await first(tx, BY_REFRESH, {"key": wanted.refresh, "today": day})):
        refresh = core.RefreshToken(hash=row.hash, grant=_grant(row), used=row.used_at is not None)
        given |= {"refresh": refresh, "person": person_of(row)}
    if wanted.jti:
        given["token_revoked"] = await _revoked(tx, wanted)
    now = int(tx.wall.timestamp())
    return core.Context(profile=profile, now=now, signing_key=signing_key, published_keys=published, **given)


async def first(tx: Tx, prepared: Prepared, values: Mapping[str, Any]) -> Any:
    """The first row, or None."""
    rows = await tx.fetch(prepared, values)
    return rows[0] if rows else None


def client(row: Any) -> core.Client:
    """A client as registered; a role that its agency's type may not hold is left out."""
    return core.Client(
        client_id=row.client_id,
        name=row.name,
        kind=row.kind,
        agency_id=row.agency_id,
        agency_type=row.agency_type,
        roles=held(row.roles, row.agency_type),
        acting_for=tuple(sorted(row.acting_for)),
        grant_types=frozenset(row.grant_types),
        redirect_uris=tuple(row.redirect_uris),
        post_logout_redirect_uris=tuple(row.post_logout_redirect_uris),
        scopes=frozenset(row.scopes),
        jwks=row.jwks,
        jwks_uri=row.jwks_uri or "",
        suspended=row.suspended,
        for_all_agencies=row.for_all_agencies,
        agency_name=row.agency_name,
    )


def person_of(row: Any, authenticated_at: datetime | None = None) -> core.Person:
    """A person with the roles of today."""
    at = authenticated_at or row.auth_time
    return core.Person(
        person_id=row.person_id,
        name=row.person_name,
        agency_id=row.agency_id,
        agency_type=row.agency_type,
        roles=held(row.roles, row.agency_type),
        acting_for=tuple(sorted(row.acting_for)),
        auth_time=int(at.timestamp()),
        amr=("pwd", "otp"),
        suspended=row.suspended,
    )


def held(roles: list[str], agency_type: str) -> tuple[str, ...]:
    """Of these roles, those that an agency of this type may hold: whatever was written, the rule decides."""
    return tuple(role for role in sorted(roles) if may_hold(Role(role), AgencyType(agency_type)))


def _pushed(row: Any) -> core.PushedRequest:
    return core.PushedRequest(
        hash=row.hash,
        client_id=row.client_id,
        parameters=row.parameters,
        pushed_at=int(row.pushed_at.timestamp()),
        expires_at=int(row.expires_at.timestamp()),
        used=row.used_at is not None,
    )


def _grant(row: Any) -> core.Grant:
    return core.Grant(
        grant_id=row.grant_id,
        client_id=row.client_id,
        person_id=row.person_id,
        scope=row.scope,
        resource=row.resource,
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        nonce=row.nonce,
        auth_time=int(row.auth_time.timestamp()),
        amr=tuple(row.amr),
        code_expires_at=int(row.code_expires_at.timestamp()),
        expires_at=int(row.expires_at.timestamp()),
        code_used=row.code_used_at is not None,
        revoked=row.revoked_at is not None,
    )


async def _revoked(tx: Tx, wanted: Wanted) -> bool:
    if await first(tx, REVOKED, {"key": wanted.jti}):
        return True
    if not wanted.grant_id:
        return False
    try:
        grant_id = UUID(wanted.grant_id)
    except ValueError:
        return True
    return bool(await first(tx, GRANT_REVOKED, {"key": grant_id}))
