"""What the made-up matters taught: learning drawn, taken and closed or left lying, and notes of what went without one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from services.escalations.escalations.commands import By
from services.escalations.learning import commands as learning
from services.escalations.learning.commands import Aim
from services.escalations.learning.domain import Route
from services.escalations.notes import commands as notes
from services.escalations.notes.commands import Said
from services.escalations.notes.domain import Kind
from services.escalations.sandbox.people import acting
from services.escalations.sandbox.scripts import COUNCIL, Script
from shared.db import Tx
from shared.policy import Role
from shared.policy import escalations as actions

DRAWN_EVERY, NOTED_EVERY = 2, 4
ROUTES = (Route.SINGLE_AGENCY, Route.TRAINING, Route.POLICY, Route.LI_AGENDA, Route.NONE, Route.AUDIT_TOPIC)
TAKEN_OF, CLOSED_OF = 4, 3  # of so many, all but one are taken; of so many taken, all but one are closed

Wait = Callable[[timedelta], Awaitable[None]]


def made_id(number: int) -> UUID:
    """The id of what was learnt from a made-up matter; the sandboxes that go on from it make it by the same rule."""
    return uuid5(NAMESPACE_URL, f"https://sandbox.example/learning/{number}")


async def learn(tx: Tx, script: Script, escalation_id: UUID, receiving: str, wait: Wait) -> None:
    """Draw learning from every other matter; most of it is taken, most of that closed, and some of it changed something."""
    if script.number % DRAWN_EVERY:
        return
    turn = script.number // DRAWN_EVERY
    route = ROUTES[turn % len(ROUTES)]
    owner = receiving if route is Route.SINGLE_AGENCY else None
    drawer = acting(script.raising, Role.PRACTITIONER, actions.DRAW_LEARNING)
    text = f"What agencies can learn about: {script.themes[0].replace('_', ' ')}."
    aim = Aim(route, owner, None, None)
    point = await learning.draw(tx, drawer, escalation_id, text=text, aim=aim, learning_id=made_id(script.number))
    if route is Route.NONE or turn % TAKEN_OF == 0:
        return
    await wait(timedelta(days=4))
    await learning.take(tx, _taker(owner, version=1), point, text="In our plan.", taken_as=None)
    if turn % CLOSED_OF == 0:
        return
    await wait(timedelta(days=20))
    changed = turn % CLOSED_OF == 1
    said = "Practice has changed." if changed else "Looked at; nothing had to change."
    await learning.close(tx, _taker(owner, version=2), point, changed=changed, text=said)


async def note(tx: Tx, script: Script) -> None:
    """An informal note or a record of good practice beside every fourth matter."""
    if script.number % NOTED_EVERY or script.raising == script.receiving:
        return
    kind = Kind.INFORMAL if script.number % (2 * NOTED_EVERY) else Kind.GOOD_PRACTICE
    said = Said(
        kind=kind,
        theme=script.themes[0],
        text="We talked to each other, and it was settled the same day.",
        happened_on=None,
        agency_id=script.raising,
        about_agency_ids=(script.receiving,),
        causes=(),
    )
    await notes.record(tx, acting(script.raising, Role.PRACTITIONER, actions.RECORD_NOTE), said)


def _taker(owner: str | None, *, version: int) -> By:
    agency_id, role = (owner, Role.AGENCY_LEAD) if owner else (COUNCIL, Role.BUSINESS_UNIT)
    return acting(agency_id, role, actions.TAKE_LEARNING, version=version)
