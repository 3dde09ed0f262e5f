"""Made-up quarters: random events counted by hand into snapshots, so that every sum in them is true."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from services.escalations.reports.domain import FORM, Snapshot, key
from services.escalations.reports.layouts import LAYOUTS

TITLES = {
    "kind": ["casework", "partnership_dispute", "practice_alert"],
    "priority": ["immediate", "urgent", "standard"],
    "level": ["not_recorded", "universal", "targeted", "complex", "specialist"],
    "theme": ["threshold", "drift", "sharing", "roles", "referral", "other"],
    "age": ["0-5", "6-10", "11-20", "21-40", "41-"],
    "stage": ["1", "2", "3", "4"],
    "outcome": ["changed", "partly", "upheld", "plan"],
    "impact": ["not_recorded", "safer", "no_change", "worse"],
    "redirected_to": ["complaint", "whistleblowing", "allegation"],
    "overrun": ["not_recorded", "absent", "workload"],
    "route": ["training", "policy", "audit"],
    "cohort": ["drawn", "brought_over"],
    "stands": ["learning", "action", "training", "evidence", "activity_signed", "impact_signed"],
}
QUARTERS = ("2025/26 Q3", "2025/26 Q4", "2026/27 Q1", "2026/27 Q2", "2026/27 Q3")

STATIONS = ("action", "training", "evidence", "activity_signed", "impact_signed", "impact")
ESCALATIONS, REVIEWS = "escalations.learning", "reviews.learning_point"
LEARNING = ("learning", "learning_taken", "learning_closed", "learning_changed")

Event = tuple[str, dict[str, str]]


@dataclass
class Made:
    """A run of quarters under way: the events of each, and what is open."""

    seed: int
    rate: int
    agencies: int
    open_: list[dict[str, str]] = field(default_factory=list)
    learnt: list[dict[str, Any]] = field(default_factory=list)  # origin, and of each station the quarter's number
    quarters: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def pick(self, codes: list[str]) -> str:
        """One of the codes, the first ones more often."""
        return self.random.choices(codes, [1 / (1 + i) for i in range(len(codes))])[0]

    def quarter(self) -> list[Event]:
        """The events of one more quarter."""
        names = [f"agency-{i}" for i in range(self.agencies)]
        events: list[Event] = [("open_at_start", matter) for matter in self.open_]
        for _ in range(self.random.randint(self.rate // 2, self.rate * 2)):
            matter = {d: self.pick(TITLES[d]) for d in ("kind", "priority", "level", "theme")}
            matter |= {"raising": self.pick(names), "receiving": self.pick(names)}
            matter["rung"] = f"ladder.{self.pick(TITLES['stage'])}"
            self.open_.append(matter)
            events += [("opened", matter), ("need", matter)]
            if self.random.random() < 0.1:
                events.append(("passed_on", matter))
            if self.random.random() < 0.2:
                events.append(("repeat_theme", matter))
            if self.random.random() < 0.1:
                events.append(("repeat_child", matter))
            if self.random.random() < 0.4:
                events.append(("theme_mentions", {"theme": self.pick(TITLES["theme"])}))
        for matter in list(self.open_):
            events += self._course(matter, names)
        events += [("open_at_end", matter | {"age": self.pick(TITLES["age"])}) for matter in self.open_]
        events += [("opened_still_open", m) for f, m in events if f == "opened" and any(m is o for o in self.open_)]
        return events + self._beside(names)

    def _course(self, matter: dict[str, str], names: list[str]) -> list[Event]:
        """What became of one open matter in the quarter: answers, advances, an end."""
        events: list[Event] = []
        for stage in TITLES["stage"][: self.random.randint(1, 3)]:
            answer = {"stage": stage, "priority": matter["priority"], "agency": matter["receiving"]}
            late = self.random.random() < 0.4
            events += [("responses_due", answer), ("responses_late" if late else "responses_in_time", answer)]
            if late:
                events[-1] = "responses_late", answer | {"overrun": self.pick(TITLES["overrun"])}
                events.append(("advances", answer))
                if self.random.random() < 0.6:
                    events.append(("advances_silent", answer))
        if self.random.random() < 0.7:
            ended = matter | {d: self.pick(TITLES[d]) for d in ("stage", "outcome", "impact", "redirected_to")}
            how = self.pick(["closed", "withdrawn", "redirected"])
            events += [("left", ended), (how, ended)]
            if how == "closed":
                events += [("resolved", ended), ("impact", ended)]
                events += [("resolved_early", {})] if ended["stage"] in "12" else []
                if self.random.random() < 0.8:
                    events.append(("told", {}))
                    events.append((self.pick(["satisfied", "not_asked", "dissatisfied", "not_answering"]), {}))
            self.open_.remove(matter)
        return events

    def _beside(self, names: list[str]) -> list[Event]:
        events: list[Event] = [("informal_notes", {"agency": self.pick(names)}) for _ in range(self.rate // 2)]
        self.quarters += 1
        for number in range(self.rate // 3):
            origins = [ESCALATIONS, *([REVIEWS] if number % 3 == 0 else [])]
            self.learnt += [{"origin": origin, "drawn": self.quarters} for origin in origins]
            point = {"route": self.pick(TITLES["route"])}
            events += [(f, point) for f in LEARNING[: self.random.randint(1, 4)]]
        for way in self.learnt:
            for station in STATIONS:
                if station not in way and self.random.random() < 0.4:
                    way[station] = self.quarters
                elif station not in way:
                    break
        return events + self.ways(self.quarters)

    def ways(self, first: int) -> list[Event]:
        """How far learning has come by now, from the first quarter of a period on."""
        events: list[Event] = []
        for number, way in enumerate(self.learnt):
            if way.get("impact", first) < first:
                continue
            stands = [station for station in STATIONS if station in way]
            cohort = "drawn" if way["drawn"] >= first else "brought_over"
            cut = {"origin": way["origin"], "cohort": cohort, "stands": stands[-1] if stands else "learning"}
            figures = ["", *stands, *([] if "impact" in way else ["open"])]
            if "impact" not in way and number % 2:
                figures.append("stopped")
            events += [(f"ways_{figure}".rstrip("_"), cut) for figure in figures]
        return events


def snapshot(events: list[Event], quarters: list[str], window: str = "quarter", before: str = "") -> Snapshot:
    """The events counted in every cut that a layout asks for, and in all that these add up to."""
    found = {
        d: sorted({m[d] for _, m in events if d in m}) for d in ("raising", "receiving", "agency", "rung", "origin")
    }
    titles = {d: [[code, code] for code in codes] for d, codes in (TITLES | found).items()}
    counts: Counter[Any] = Counter()
    for figure, by in {(count.figure, layout.by) for layout in LAYOUTS for count in layout.counts}:
        for cut in {cut for n in range(len(by) + 1) for cut in combinations(by, n)}:
            these: Counter[Any] = Counter()
            for of, matter in events:
                if of == figure:
                    these[key(figure, {d: matter[d] for d in cut})] += 1
            counts |= these
    return Snapshot({
        "form": FORM, "quarter": quarters[-1], "quarters": quarters, "window": window, "before": before,
        "as_at": "2026-09-30T23:00:00Z", "taken_at": "2026-10-05T09:00:00Z", "finished": True,
        "days": ["2026-07-01", "2026-09-30"], "calendar": "made-up", "oldest": None, "expected": 4, "silent_agencies": [],
        "skips": [], "vignettes": [], "changes": [], "trend": [], "ways_trend": [], "denominators": [], "decisions": [],
        "earlier_decisions": [], "titles": titles, "closed": sorted(TITLES), "times": [],
        "counts": [[figure, dict(cut), n] for (figure, cut), n in sorted(counts.items())],
    })  # fmt: skip
