"""Every status with every action: what is in the table happens, and everything else is refused."""

import itertools

import pytest

from services.escalations.app import SERVICE
from services.escalations.escalations.domain import (
    ACTS,
    BY_TIME_OR_VOTE,
    LEFT,
    RUNNING,
    TRANSITIONS,
    Do,
    Status,
    step,
)
from shared.moves import NotNow
from shared.routing import operations
from shared.service import create_app
from shared.settings import Settings


@pytest.mark.parametrize(("status", "do"), list(itertools.product(Status, Do)))
def test_step(status: Status, do: Do) -> None:
    """The gate lets through what the table names."""
    if (status, do) in TRANSITIONS:
        assert step(status, do) is TRANSITIONS[status, do]
    else:
        with pytest.raises(NotNow, match=status):
            step(status, do)


def test_what_is_over_stays_over() -> None:
    """Nothing leads out of closed, withdrawn or redirected; every other status leads somewhere."""
    assert {status for status, _ in TRANSITIONS} == set(Status) - LEFT


def test_every_status_is_reached() -> None:
    """From open, each status can be reached."""
    reached = {Status.OPEN}
    for _ in Status:
        reached |= {to for (status, _), to in TRANSITIONS.items() if status in reached}
    assert reached == set(Status)


def test_cannot_close_untold() -> None:
    """The only way to closed leads through told."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.CLOSED} == {Status.TOLD}
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.TOLD} == {Status.RESOLVED}
    assert {Status.RESOLVED, Status.TOLD} & RUNNING == set()


def test_each_action_is_an_operation() -> None:
    """What the table offers, the API offers, under the same word; and nothing else moves an escalation."""
    settings = Settings(
        service="escalations",
        database_url="postgresql://",
        pseudonym_key="0" * 64,
        seal_key="0" * 64,
        cursor_key="0" * 64,
        record_key="0" * 64,
    )
    app = create_app(SERVICE, settings, bus=None)  # type: ignore[arg-type]
    offered = {
        one.path.rsplit("/", 1)[-1]
        for one in operations(app)
        if one.path.startswith("/escalations/v1/escalations/{escalation_id}/") and one.method == "POST"
    }
    assert {do.value for do in Do} - BY_TIME_OR_VOTE <= offered
    assert set(ACTS) <= set(Do)
