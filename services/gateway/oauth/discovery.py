"""What clients read first: the server's metadata (RFC 8414, OpenID Connect Discovery) and its public keys."""

from collections.abc import Iterable
from typing import Any

from joserfc.jwk import ECKey

from services.gateway.oauth.context import CLIENT_CREDENTIALS, CODE, REFRESH
from services.gateway.oauth.profile import ASSERTION_ALGORITHMS, SIGNING, Profile

AUTH_METHODS = ["private_key_jwt", "none"]


def metadata(profile: Profile) -> dict[str, Any]:
    """The document at both well-known addresses."""
    algorithms = sorted({name for names in ASSERTION_ALGORITHMS.values() for name in names})
    at = profile.endpoints
    authenticated = {
        f"{endpoint}_endpoint_auth_{what}_supported": values
        for endpoint in ("token", "revocation", "introspection")
        for what, values in (("methods", AUTH_METHODS), ("signing_alg_values", algorithms))
    }
    return {
        "issuer": profile.issuer,
        "authorization_endpoint": at["authorize"],
        "pushed_authorization_request_endpoint": at["par"],
        "require_pushed_authorization_requests": True,
        "token_endpoint": at["token"],
        "revocation_endpoint": at["revoke"],
        "introspection_endpoint": at["introspect"],
        "end_session_endpoint": at["logout"],
        "jwks_uri": at["jwks"],
        "scopes_supported": sorted(profile.scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [CODE, CLIENT_CREDENTIALS, REFRESH],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": True,
        "claims_parameter_supported": False,
        "prompt_values_supported": ["none", "login", "consent"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [SIGNING],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "name", "agency"],
        "service_documentation": f"{profile.issuer}/docs",
        **authenticated,
    }


def jwks(keys: Iterable[ECKey]) -> dict[str, Any]:
    """The public halves of all published keys: the one that signs, the next, and those that tokens may still bear."""
    return {"keys": [key.as_dict(private=False, use="sig", alg=SIGNING) for key in keys]}
