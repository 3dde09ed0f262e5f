"""What the running gateway keeps besides what every service does: its profile, its vault, its keys and its clients'."""

from dataclasses import dataclass

from starlette.requests import Request

from services.gateway.authorization.key_sets import KeySets
from services.gateway.authorization.keys import KeyRing
from services.gateway.oauth.profile import OPENID, Profile
from shared import policy
from shared.db import Database
from shared.service import Runtime
from shared.settings import Settings
from shared.vault import Vault


@dataclass(frozen=True)
class Gateway:
    """The gateway's own state; it lives in `app.state.gateway`."""

    runtime: Runtime
    profile: Profile
    vault: Vault
    ring: KeyRing
    key_sets: KeySets

    @property
    def database(self) -> Database:
        """The gateway's database."""
        return self.runtime.database

    @property
    def settings(self) -> Settings:
        """The gateway's settings."""
        return self.runtime.settings


def profile(settings: Settings, services: frozenset[str]) -> Profile:
    """This installation's authorization server: its address, the services behind it, and every scope of the policy."""
    scopes = frozenset(action.scope for action in policy.ACTIONS.values())
    return Profile(issuer=settings.public_url.rstrip("/"), services=services, scopes=scopes | {OPENID})


def gateway_of(request: Request) -> Gateway:
    """The gateway that answers this request."""
    state: Gateway = request.app.state.gateway
    return state
