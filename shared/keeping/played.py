"""What a sandbox shows of how long records are kept: a schedule, some of it made up, and a legal hold that a solicitor asked for."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from shared import policy
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.keeping.commands import Placing, place
from shared.keeping.queries import Keeping
from shared.keeping.schedule import OWN, Period, enter, read_periods
from shared.policy import Principal
from shared.policy.keeping import Actions

FROM = date(2026, 4, 1)
REVIEWED_AFTER = timedelta(days=90)


async def play(
    tx: Tx, keeping: Keeping, who: Principal | None, noun: str, matter_id: UUID, months: Mapping[str, int] | None = None
) -> None:
    """Load the suite's schedule and made-up periods for these classes, and hold a matter; `who` is of the business unit."""
    assert who
    periods = read_periods(OWN)
    made_up = [
        Period(
            code=one.code,
            title=one.title,
            months=months[one.code],
            source="Made up",
            verified=True,
            effective_from=FROM,
        )
        for one in periods
        if months and one.code in months
    ]
    await enter(tx, keeping.period, OWN, [*periods, *made_up])
    said = Placing(
        matter_type=noun,
        matter_id=matter_id,
        reason="Somebody who was a child then has asked for all that was written.",
        authority="A solicitor's letter",
        review_on=today(tx.now) + REVIEWED_AFTER,
    )
    await place(tx, keeping, By(who, policy.reach(who, Actions(tx.service).place)), said)
