"""A ladder that breaks a rule cannot be made: nobody waits for ever, and a child at immediate risk not until morning."""

import copy
import re
from typing import Any

import pytest

from services.escalations.app import SERVICE
from services.escalations.escalations.domain import LastStage, next_stage, skip_to
from services.escalations.ladders.commands import read_ladders
from services.escalations.ladders.queries import ladder_from
from shared.problems import Invalid

NEUTRAL = read_ladders(SERVICE.migrations.parent / "data" / "ladders.yaml")[0]
STAGE = ("stages", 0)
RESPOND = (*STAGE, "clocks", "respond")


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The neutral ladder with one thing otherwise; None takes it out."""
    document = copy.deepcopy(NEUTRAL)
    *way, last = path
    place: Any = document
    for step in way:
        place = place[step]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return document


@pytest.mark.parametrize("unit", ["working_hours", "working_days", "calendar_days", "months"])
def test_immediate_runs_on_clock_hours_only(unit: str) -> None:
    with pytest.raises(Invalid, match="immediate runs on clock hours only"):
        ladder_from(changed(*RESPOND, "immediate", to={"amount": 4, "unit": unit}))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed(*STAGE, "order", to=2), "numbered 1, 2, 3"),
        (changed(*RESPOND, to=None), "every stage needs a respond clock"),
        (changed(*RESPOND, "urgent", to=None), "an allowance for each priority"),
        (changed(*RESPOND, "urgent", "amount", to=0), "more than nought"),
    ],
)
def test_a_ladder_on_which_somebody_would_wait_for_ever(document: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        ladder_from(document)
    assert said in str(refused.value.errors[0].message)


def test_the_neutral_ladder_is_whole() -> None:
    """What is changed above is sound without the change."""
    assert ladder_from(NEUTRAL).last == 4


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("to", range(1, 7))
def test_a_skip_leaves_out_a_stage_at_least(order: int, to: int) -> None:
    """One up is an advance, which needs its reason from somebody senior enough; above the last there is nothing."""
    ladder = ladder_from(NEUTRAL)
    if order + 2 <= to <= ladder.last:
        assert skip_to(ladder, order, to).order == to
    else:
        with pytest.raises(Invalid) as refused:
            skip_to(ladder, order, to)
        assert refused.value.errors[0].path == "to_stage"
        named = re.findall(r"these: (.+);", refused.value.errors[0].message)
        assert named == {1: ["3, 4"], 2: ["4"], 3: [], 4: []}[order]


def test_above_the_last_stage_there_is_none() -> None:
    ladder = ladder_from(NEUTRAL)
    assert [next_stage(ladder, order).order for order in (1, 2, 3)] == [2, 3, 4]
    with pytest.raises(LastStage):
        next_stage(ladder, 4)
