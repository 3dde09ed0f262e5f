"""Every machine of every noun: each status with each action goes where its table says, or is refused with what is possible."""

import importlib
import itertools
import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.composition import SERVICES
from services.governance.plans.queries import signing
from services.training.evaluations.domain import Moment
from shared import joint_decisions, keeping
from shared.moves import NotNow
from shared.problems import Conflict
from shared.state_diagrams import machines

OPENAPI = Path(__file__).parents[2] / "docs/contracts/openapi"
DOMAINS = [importlib.import_module(f"{one.__name__}.domain") for one in (joint_decisions, keeping)] + [
    domain
    for service in SERVICES
    for noun, _ in machines(importlib.import_module(f"services.{service}"))
    if hasattr(domain := importlib.import_module(f"services.{service}.{noun}.domain"), "step")
]
BESIDES: dict[str, list[Any]] = {
    "services.governance.actions.domain": [signing("case_review", "1")],
    "services.training.evaluations.domain": [Moment.END],
}


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: ".".join(domain.__name__.split(".")[1:-1]))
def test_step(domain: ModuleType) -> None:
    """The gate lets through what the table names; where it says what is possible, that is an operation's word."""
    table: dict[tuple[StrEnum, StrEnum], StrEnum] = domain.TRANSITIONS
    besides = BESIDES.get(domain.__name__, [])
    possible: set[str] = set()
    statuses, actions = ([*type(one)] for one in next(iter(table)))
    for status, do in itertools.product(statuses, actions):
        if (status, do) in table:
            assert domain.step(status, do, *besides) is table[status, do]
            continue
        with pytest.raises(Conflict) as refused:
            domain.step(status, do, *besides)
        if refused.type is NotNow:
            assert status.replace("_", " ") in refused.value.detail
            possible |= set(refused.value.detail.partition("Possible now: ")[2].rstrip(".").split(", "))
    possible -= {"", "nothing"}
    service = domain.__name__.split(".")[1]
    assert not possible or possible <= words(service if service in SERVICES else "reviews")


@cache
def words(service: str) -> set[str]:
    """By what its operations are called: the end of the address (of a list, in the singular), and how the name begins."""
    paths = json.loads((OPENAPI / f"{service}.json").read_text())["paths"]
    ends = {path.rsplit("/", 1)[-1] for path in paths}
    names = {one["operationId"] for item in paths.values() for one in item.values() if "operationId" in one}
    return ends | {end.removesuffix("s") for end in ends} | {name.rsplit("_", 1)[0] for name in names}
