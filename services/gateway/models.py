"""The gateway's tables: agencies and people as access needs them, clients, grants, keys, and what was used once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import ServiceBase
from shared.errands import Mailed
from shared.resealing import Sealed

Texts = ARRAY(Text)


class Base(ServiceBase, service="gateway"):
    """The parent of this service's tables."""

    __abstract__ = True


class Agency(Base):
    """An agency as governance's register has it."""

    __tablename__ = "agency"
    agency_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    ends_on: Mapped[date | None]


class AgencyAccess(Base):
    """What the partnership grants an agency beyond or short of the usual, and whether it is suspended."""

    __tablename__ = "agency_access"
    agency_id: Mapped[str] = mapped_column(primary_key=True)
    granted_scopes: Mapped[list[str] | None] = mapped_column(Texts)
    granted_roles: Mapped[list[str] | None] = mapped_column(Texts)
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None]


class Membership(Base):
    """A seat on a body and the roles that go with it, as governance says."""

    __tablename__ = "membership"
    membership_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    agency_id: Mapped[str]
    body_id: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(Texts)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day on which it holds


class Delegation(Base):
    """Dated leave for one agency to act for another, as governance says."""

    __tablename__ = "delegation"
    delegation_id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(index=True)
    for_agency_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Person(Base):
    """An account of one person at one agency; without a password while she has not taken up her invitation."""

    __tablename__ = "person"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column()
    password_hash: Mapped[str | None]
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")  # the last one used: a code counts once
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None]
    invitation_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    invitation_expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    __table_args__ = (Index("uq_person_email", func.lower(email), unique=True),)


class InvitationLetter(Mailed, Base):
    """The letter that takes an invitation to its person; its secret is kept, sealed, until the letter has left."""

    __tablename__ = "invitation_letter"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (Index(None, "attempt_at"),)


class Term(Base):
    """A role that a person's agency has given her, from one day to another."""

    __tablename__ = "term"
    term_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day on which it holds
    given_by: Mapped[str]
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),)


class Client(Base):
    """A registered system or front end of an agency."""

    __tablename__ = "client"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(Texts)
    grant_types: Mapped[list[str]] = mapped_column(Texts)
    redirect_uris: Mapped[list[str]] = mapped_column(Texts)
    post_logout_redirect_uris: Mapped[list[str]] = mapped_column(Texts, default=list, server_default="{}")
    origins: Mapped[list[str]] = mapped_column(Texts)
    scopes: Mapped[list[str]] = mapped_column(Texts)
    jwks: Mapped[str]
    jwks_uri: Mapped[str | None]
    for_all_agencies: Mapped[bool]
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None]
    __table_args__ = (CheckConstraint("kind IN ('private_key_jwt', 'nhs_signed_jwt', 'public')", name="kind"),)


class SigningKey(Base):
    """A key of the gateway's: published first, signing a cache life later, withdrawn when its last token has expired."""

    __tablename__ = "signing_key"
    kid: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime]
    signs_from: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PushedRequest(Base):
    """An authorization request that waits for its person."""

    __tablename__ = "pushed_request"
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    pushed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Grant(Base):
    """What a person has allowed a client, with the code at its beginning."""

    __tablename__ = "grant"
    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(index=True)
    scope: Mapped[str]
    resource: Mapped[str]
    redirect_uri: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_challenge: Mapped[str]
    nonce: Mapped[str | None]
    auth_time: Mapped[datetime]
    amr: Mapped[list[str]] = mapped_column(Texts)
    started_at: Mapped[datetime]
    code_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    code_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]


class RefreshToken(Base):
    """A refresh token's digest; it ends with its grant."""

    __tablename__ = "refresh_token"
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedAssertion(Base):
    """A client assertion's `jti`, kept until the assertion expires."""

    __tablename__ = "used_assertion"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RevokedToken(Base):
    """An access token that its owner has revoked, kept until it expires."""

    __tablename__ = "revoked_token"
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Standing(Base):
    """One row whose version every suspension, revocation and change of a client raises, in its own transaction."""

    __tablename__ = "standing"
    one: Mapped[bool] = mapped_column(primary_key=True, default=True)
    version: Mapped[int]


class Session(Base):
    """Somebody who is signed in at this browser, or on the way to it."""

    __tablename__ = "session"
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    email: Mapped[str]
    step: Mapped[str]  # password, code or signed_in: what is asked next
    authenticated_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


SEALED_COLUMNS = (
    Sealed(SigningKey.sealed, lambda row: str(row.kid)),
    Sealed(Person.totp_sealed, lambda row: str(row.person_id)),
    Sealed(InvitationLetter.sealed, lambda row: str(row.person_id)),
)
