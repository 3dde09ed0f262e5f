"""Requests and answers about systems and front ends."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.gateway.agencies.schemas import Scope
from services.gateway.clients.domain import Kind
from shared import schemas
from shared.policy import Role
from shared.schemas import AgencyId, Flag, Instant, Line

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
Address = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[\x21-\x7e]+$")]
Member = Annotated[str, StringConstraints(max_length=2000)]
PublicKey = Annotated[
    dict[str, Member | Flag | Annotated[list[Member], Field(max_length=10)]],
    Field(
        max_length=20,
        description="A public key as a JWK (RFC 7517), with its kid.",
        examples=[{"kty": "OKP", "crv": "Ed25519", "kid": "2026", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}],
    ),
]
Keys = Annotated[list[PublicKey], Field(max_length=10)]
JwksUri = Annotated[
    Address,
    Field(
        description="Instead of public_keys: where the system publishes its keys (RFC 7517), over https at a public "
        "address, without redirects. They are kept five minutes; one that is not known is looked for at once.",
        examples=["https://cases.example.org.uk/jwks.json"],
    ),
]
Addresses = Annotated[list[Address], Field(max_length=10, examples=[["https://cases.example.org.uk/callback"]])]
SignedOut = Annotated[
    list[Address],
    Field(
        max_length=10,
        description="Where a user may be taken after signing out (OpenID Connect RP-Initiated Logout).",
        examples=[["https://cases.example.org.uk/signed-out"]],
    ),
]
Origins = Annotated[list[Address], Field(max_length=10, examples=[["https://cases.example.org.uk"]])]
Scopes = Annotated[
    list[Scope], Field(min_length=1, max_length=50, examples=[["escalations.read", "escalations.write"]])
]
Roles = Annotated[list[Role], Field(max_length=10, examples=[["agency_lead"]])]


class RegisterClient(schemas.Request):
    """A system, which proves itself by a key of its own, or a front end in a browser, which cannot."""

    agency_id: AgencyId
    name: Annotated[Line, Field(examples=["Case management"])]
    kind: Kind
    scopes: Scopes
    roles: Roles = []
    public_keys: Keys = []
    jwks_uri: JwksUri | None = None
    redirect_uris: Addresses = []
    post_logout_redirect_uris: SignedOut = []
    origins: Origins = []
    for_all_agencies: Annotated[
        Flag, Field(description="A front end of the partnership's own, for the people of every agency.")
    ] = False


class ChangeClient(schemas.Request):
    """What changes; anything left out stays."""

    name: Line | None = None
    scopes: Scopes | None = None
    roles: Roles | None = None
    public_keys: Keys | None = None
    jwks_uri: JwksUri | None = None
    redirect_uris: Addresses | None = None
    post_logout_redirect_uris: SignedOut | None = None
    origins: Origins | None = None


class ClientShown(schemas.Response):
    """One registration."""

    client_id: ClientId
    agency_id: AgencyId
    name: Line
    kind: Kind
    scopes: Scopes
    roles: Roles
    public_keys: Keys
    jwks_uri: JwksUri | None
    redirect_uris: Addresses
    post_logout_redirect_uris: SignedOut
    origins: Origins
    grant_types: Annotated[list[Line], Field(max_length=5)]
    for_all_agencies: bool
    registered_at: Instant
    suspended_at: Instant | None
    suspended_reason: Line | None


class ClientList(schemas.Response):
    """All registrations that the caller may see."""

    items: Annotated[list[ClientShown], Field(max_length=2000)]
