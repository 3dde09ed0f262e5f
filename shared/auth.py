"""What an operation demands of its caller: `Requires(action)` declares it, checks it, and shows it in the documents."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi.params import Depends
from starlette.requests import Request

from shared import policy
from shared.access_record import Shown
from shared.acting import By
from shared.policy import Action, Principal, Reach, View
from shared.problems import Forbidden


class RoleNotGranted(Forbidden):
    """No role of the caller may ever do this, or the token lacks the scope."""

    code = "role_not_granted"
    title = "Your role does not allow this"
    cure = "`detail` names who may."


@dataclass(slots=True)
class Caller:
    """Who is calling, for which action, how far the grants reach, and which records the answer shows."""

    principal: Principal
    action: Action
    reach: Reach
    shown: list[Shown] = field(default_factory=list)

    def shows(self, record_type: str, record_id: object, view: View, reason: str | None = None) -> None:
        """Note a record that the answer shows; it is recorded before the answer leaves."""
        self.shown.append(Shown(record_type, str(record_id), view, reason))

    def by(self, if_match: str | None = None) -> By:
        """Who changes what, as commands want it."""
        return By(self.principal, self.reach, if_match)

    def shown_data(self) -> list[dict[str, Any]]:
        """The records shown, as they are stored beside an idempotent answer."""
        return [asdict(one) for one in self.shown]


class Requires(Depends):
    """Declares the action of an operation: `caller: Annotated[Caller, Requires(escalations.RAISE)]`."""

    action: Action

    def __init__(self, action: Action) -> None:
        super().__init__(_check(action))
        object.__setattr__(self, "action", action)


class Public(Depends):
    """Declares that an operation needs no token, and why."""

    why: str

    def __init__(self, why: str) -> None:
        super().__init__(_nobody)
        object.__setattr__(self, "why", why)


async def _nobody() -> None:
    return None


def _check(action: Action) -> Callable[[Request], Any]:
    async def check(request: Request) -> Caller:
        verifier = request.app.state.runtime.verifier
        principal = await verifier.principal(request.headers.get("authorization"))
        caller = Caller(principal, action, policy.reach(principal, action))
        request.state.caller = caller
        if not caller.reach.views:
            raise RoleNotGranted(policy.refusal(principal, action) or "Nothing is granted.")
        return caller

    return check
