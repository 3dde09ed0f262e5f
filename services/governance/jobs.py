"""What time does to governance: agencies, terms and delegations end."""

from datetime import timedelta

from services.governance.agencies import commands as agencies
from shared.db import Tx
from shared.jobs import Job

EVERY = timedelta(minutes=5)


async def end_agencies(tx: Tx) -> int:
    """Tell the successions of agencies whose last day is over."""
    return len(await agencies.end_due(tx))


JOBS = (Job("agencies-end", EVERY, end_agencies, agencies.next_end),)
