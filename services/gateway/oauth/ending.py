"""A front end whose user signs out asks for the end of her session here too (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oidc.rpinitiated import EndSessionEndpoint
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.gateway.oauth.context import Context
from services.gateway.oauth.profile import SIGNING
from services.gateway.oauth.reading import Fields, Request
from services.gateway.oauth.server import Server


@dataclass(frozen=True, slots=True)
class Ending:
    """The sign-in that is to end: whose, for which front end, when; and the registered address to go on to, if any."""

    person_id: UUID
    client_id: str
    auth_time: int
    location: str | None


class EndSession(EndSessionEndpoint):
    """Authlib's checks: `client_id` is the hint's audience, the address is a registered one, `state` goes with it."""

    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Any]:
        """The claims of a token of ours, however old; Authlib takes any algorithm, and judges by the process's clock.

        An access token's audience is no client's, so that it proves nothing here.
        """
        token = jwt.decode(id_token_hint, KeySet(list(self.server.context.published_keys)), algorithms=[SIGNING])
        return dict(token.claims)


def ending(context: Context, fields: Fields, new_id: Callable[[], UUID]) -> Ending | None:
    """What is asked for; None where nothing proves for whom: then the person is asked, and nobody sent anywhere."""
    request = Request(context.profile, "logout", fields)
    try:
        asked = EndSession(Server(context, new_id)).validate_request(request)
    except (OAuth2Error, JoseError, ValueError):
        return None
    claims, client = asked.id_token_claims, asked.client
    if not claims or client is None or claims["iss"] != context.profile.issuer:
        return None
    return Ending(UUID(claims["sub"]), client.client_id, claims["auth_time"], asked.redirect_uri)
