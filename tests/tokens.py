"""Access tokens for tests of one service: signed with a real key, which the service fetches as it would the gateway's."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.policy import ACTIONS, AgencyType, Role

ISSUER = "http://127.0.0.1:8000"
SCOPES = " ".join(sorted({action.scope for action in ACTIONS.values()}))


class Tokens:
    """Issues what the gateway would."""

    def __init__(self, key: ECKey | None = None, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.key = key or ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})

    async def fetch_keys(self) -> Mapping[str, Any]:
        """The public key set."""
        return {"keys": [self.key.as_dict(private=False)]}

    def claims(
        self,
        agency: str,
        agency_type: AgencyType,
        roles: Iterable[Role],
        *,
        access: str = "user",
        scope: str = SCOPES,
        subject: str = "",
        **more: Any,
    ) -> dict[str, Any]:
        """What such a token says."""
        now = int(time.time())
        roles = sorted(roles)
        return {
            "iss": self.issuer,
            "aud": f"{self.issuer}/api",
            "sub": subject or f"{agency}/{'+'.join(roles)}",
            "client_id": "tests",
            "agency": agency,
            "agency_type": agency_type,
            "roles": roles,
            "scope": scope,
            "access": access,
            "iat": now,
            "exp": now + 300,
        } | more

    def signed(self, claims: Mapping[str, Any]) -> str:
        """The token that says this."""
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}, dict(claims), self.key)

    def bearer(self, *arguments: Any, **more: Any) -> dict[str, str]:
        """The header that carries such a token."""
        return {"authorization": f"Bearer {self.signed(self.claims(*arguments, **more))}"}
