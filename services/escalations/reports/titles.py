"""What the codes are called in a report, in the order in which its tables list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from services.escalations.children.domain import Need
from services.escalations.escalations.domain import Impact, Outcome, OverrunReason, RedirectedTo, Theme
from services.escalations.ladders.domain import Kind, Ladder, Priority
from services.escalations.learning.domain import Route

Titles = dict[str, list[list[str]]]

AGES = {"0-5": "0–5", "6-10": "6–10", "11-20": "11–20", "21-40": "21–40", "41-": "41 and over"}
NOT_RECORDED = "not_recorded"
# Where a code's own words would read wrongly.
WORDS = {
    "threshold_referral_not_accepted": "Threshold: referral not accepted",
    "threshold_step_up": "Threshold: step up",
    "li_agenda": "L&I agenda",
}
ORIGINS = {"escalations.learning": "Escalations", "reviews.learning_point": "Reviews"}
STANDS = {
    "learning": "No action yet",
    "action": "Action",
    "training": "Staff trained",
    "evidence": "Evidence",
    "activity_signed": "Activity signed off",
    "impact_signed": "Impact signed off",
}
COHORTS = {"drawn": "Drawn in the period", "brought_over": "Brought over"}
OPEN = ("raising", "receiving", "agency", "rung", "origin")


def closed(ladders: Iterable[Ladder]) -> Titles:
    """The dimensions whose every code is a row, also where it counts nothing."""
    highest = max((ladder.last for ladder in ladders), default=1)
    return {
        "kind": _titled(Kind),
        "priority": _titled(Priority),
        "level": _titled([*[n for n in Need if n != NOT_RECORDED], NOT_RECORDED]),
        "theme": _titled(Theme),
        "age": [[code, title] for code, title in AGES.items()],
        "stage": [[str(order), f"Stage {order}"] for order in range(1, highest + 1)],
        "outcome": _titled(Outcome),
        "impact": _titled([*Impact, NOT_RECORDED]),
        "redirected_to": _titled(RedirectedTo),
        "route": _titled(route for route in Route if route is not Route.NONE),
        "overrun": _titled([*OverrunReason, NOT_RECORDED]),
        "cohort": [[code, title] for code, title in COHORTS.items()],
        "stands": [[code, title] for code, title in STANDS.items()],
    }


def present(cuts: Sequence[dict[str, str]], ladders: Iterable[Ladder]) -> Titles:
    """The dimensions whose rows are what was found: agencies under the names of the day, and rungs of ladders."""
    rungs = {
        f"{ladder.code}.{ladder.version}.{stage.order}": f"{ladder.name} (version {ladder.version}), {stage.order}: {stage.name}"
        for ladder in ladders
        for stage in ladder.stages
    }
    found = {dimension: sorted({cut[dimension] for cut in cuts if dimension in cut}) for dimension in OPEN}
    known = rungs | {code: _origin(code) for code in found["origin"]}
    return {dimension: [[code, known.get(code, code)] for code in codes] for dimension, codes in found.items()}


def _origin(record_type: str) -> str:
    return ORIGINS.get(record_type) or record_type.partition(".")[2].replace("_", " ").capitalize()


def _titled(codes: Iterable[StrEnum | str]) -> list[list[str]]:
    return [[str(code), WORDS.get(code) or str(code).replace("_", " ").capitalize()] for code in codes]
