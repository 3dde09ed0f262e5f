"""What this authorization server is called and promises: its addresses, audiences, scopes, lifetimes and algorithms."""

from dataclasses import dataclass, field

SIGNING = "ES256"  # signs seven times faster than RSA
OPENID = "openid"
ASSERTION_ALGORITHMS = {
    "private_key_jwt": ("PS256", "ES256", "EdDSA", "Ed25519"),
    "nhs_signed_jwt": ("RS512",),
}
ENDPOINTS = ("authorize", "par", "token", "revoke", "introspect", "jwks", "logout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One installation's authorization server. Lifetimes are in seconds."""

    issuer: str
    services: frozenset[str]
    scopes: frozenset[str]
    access_life: int = 300
    code_life: int = 60
    request_life: int = 540
    grant_life: int = 12 * 3600
    assertion_life: int = 300
    leeway: int = 30
    endpoints: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "endpoints", {name: f"{self.issuer}/oauth/{name}" for name in ENDPOINTS})

    @property
    def api(self) -> str:
        """The audience of a token for the whole suite."""
        return f"{self.issuer}/api"

    @property
    def audiences(self) -> frozenset[str]:
        """Every audience that may be asked for with `resource` (RFC 8707): the suite, or one service of it."""
        return frozenset({self.api} | {f"{self.api}/{service}" for service in self.services})

    def assertion_audience(self, kind: str) -> str:
        """What a client of this kind must name in its assertion's `aud`, as one string."""
        return self.endpoints["token"] if kind == "nhs_signed_jwt" else self.issuer
