"""Fills a sandbox with made-up people of real agencies, and with a history of what their bodies have worked on.

Everything in it is played by the service's own commands, so that it can hold nothing that could not have happened; what is
there already is left alone.
"""

from services.governance.sandbox import actions, bodies, challenges, joint_decisions, meetings, register, risks
from shared.db import Database
from shared.settings import Settings


async def fill(database: Database, _: Settings) -> None:
    """Enter what is not there yet."""
    async with database.transaction() as tx:
        await register.fill(tx)
    async with database.transaction() as tx:
        first = tx.now
        for history in (joint_decisions, risks, challenges, actions, meetings, bodies):
            tx.now = first  # each goes into the past by itself
            await history.play(tx)
