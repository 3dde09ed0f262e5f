"""An earlier date, agreed by both sides: it binds, beside the rule's own, and can only be brought forward."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.escalations.running import COUNCIL, POLICE, Running

pytestmark = pytest.mark.anyio
THURSDAY = "2026-10-08T11:00:00Z"  # a working day after the raising; a standard answer is due in five


async def promised(suite: Running, matter: dict[str, Any], answer_by: str = THURSDAY, **more: Any) -> Any:
    """The answer to the council's promise."""
    return await suite.person(COUNCIL).does(matter, "promise", answer_by=answer_by, **more)


def respond_clock(matter: dict[str, Any]) -> dict[str, Any]:
    """The clock of the answer."""
    found: dict[str, Any] = next(clock for clock in matter["clocks"] if clock["duty"] == "respond")
    return found


async def test_the_promised_date_binds_beside_the_rules(suite: Running) -> None:
    matter = await suite.person(POLICE).raised(priority="standard")
    answer = await promised(suite, matter, text="We meet the school first thing on Thursday.")
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["status"], after["due_at"]) == (matter["status"], THURSDAY)
    assert respond_clock(after)["agreed_due_at"] == THURSDAY
    assert respond_clock(after)["due_at"] == respond_clock(matter)["due_at"]
    assert (await suite.outbox())[-1] == "escalation.promised.v1"
    assert (await suite.history(matter["id"]))[-1].facts == {"answer_by": THURSDAY}


async def test_an_answer_after_the_promised_date_is_late(suite: Running) -> None:
    matter = await suite.person(POLICE).raised(priority="standard")
    await promised(suite, matter)
    await suite.at(datetime(2026, 10, 8, 10, 59, tzinfo=UTC))
    assert (await suite.outbox())[-1] == "escalation.promised.v1"
    await suite.at(datetime(2026, 10, 8, 11, 1, tzinfo=UTC))
    silent = [done.did for done in await suite.history(matter["id"])]
    assert silent == ["raise", "promise", "silence"]
    assert "escalation.overdue.v1" in await suite.outbox()


async def test_it_is_brought_forward_and_never_put_off(suite: Running) -> None:
    matter = await suite.person(POLICE).raised(priority="standard")
    await promised(suite, matter)
    for answer_by in (THURSDAY, "2026-10-09T11:00:00Z", "2026-10-07T08:00:00Z"):
        refused = await promised(suite, matter, answer_by)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "answer_by"), refused.text
    assert (await promised(suite, matter, "2026-10-07T15:00:00Z")).status_code == 200
    unzoned = await promised(suite, matter, "2026-10-07T14:00:00")
    assert unzoned.status_code == 422


async def test_only_the_receiving_side_promises_while_an_answer_is_awaited(suite: Running) -> None:
    matter = await suite.person(POLICE).raised(priority="standard")
    theirs = await suite.person(POLICE).does(matter, "promise", answer_by=THURSDAY)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not_your_part")
    await suite.person(COUNCIL).does(matter, "respond", text="It is tomorrow at ten.", seniority="practitioner")
    answered = await promised(suite, matter)
    assert (answered.status_code, answered.json()["code"]) == (409, "not_in_this_status")
