"""Random histories of escalations, written straight into the tables, and counted again by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from services.escalations.children.models import Child, Concerned
from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.stages.models import ClockEntry, StageEntry
from shared.calendar import Calendar
from shared.db import Tx

AGENCIES = {
    "cheshire-east-council": "Cheshire East Council",
    "cheshire-constabulary": "Cheshire Constabulary",
    "nhs-cheshire-and-merseyside-icb": "Nhs Cheshire And Merseyside Icb",
    "ruskin-community-high-school": "Ruskin Community High School",
}
STRANGER = "not registered: A Trust Elsewhere"
THEMES = ("drift_and_delay", "roles", "information_sharing", "other")
OUTCOMES = ("decision_changed", "upheld_with_rationale_accepted", "policy_gap")
LADDERS = {"neutral-casework": 4, "london-casework": 3}
DAYS = {"immediate": 1, "urgent": 1, "standard": 5}
ANSWERS = ("respond", "resolve", "decide")


@dataclass
class Did:
    """One thing done to a matter."""

    at: datetime
    did: str
    order: int
    facts: dict[str, Any]
    id: int = 0


@dataclass
class Rung:
    """One stage entered, with its respond clock."""

    order: int
    opened_at: datetime
    agency: str | None
    due_at: datetime
    agreed_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    responded_at: datetime | None = None
    reason: str | None = None
    ended_at: datetime | None = None

    @property
    def binding(self) -> datetime:
        """When the answer was due, by rule or by the earlier agreement."""
        return min(self.due_at, self.agreed_at or self.due_at)


@dataclass
class Story:
    """One matter from its raising to wherever it got."""

    raised_at: datetime
    entered_at: datetime
    kind: str
    priority: str
    level: str
    theme: str
    secondary: list[str]
    raising: str
    receiving: list[tuple[datetime, str | None, str]]
    ladder: str
    safety: str | None
    children: list[UUID]
    id: UUID = field(default_factory=uuid4)
    done: list[Did] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)
    number: int = 0

    def last(self, dids: tuple[str, ...], before: datetime) -> Did | None:
        """The latest of these done before an instant."""
        return next((d for d in reversed(self.done) if d.did in dids and d.at < before), None)

    def left(self, before: datetime) -> Did | None:
        """What took it out of the open stock before an instant."""
        return self.last(("close", "withdraw", "redirect"), before)

    def with_whom(self, before: datetime) -> str:
        """The receiving agency's name just before an instant."""
        return [name for at, _, name in self.receiving if at < before or at == self.raised_at][-1]


Mergers = dict[UUID, tuple[UUID, datetime]]


class Teller:
    """Makes up stories between two instants."""

    def __init__(self, seed: int, calendar: Calendar, begins: datetime, ends: datetime) -> None:
        self.random, self.calendar, self.begins, self.ends = random.Random(seed), calendar, begins, ends
        self.children = [uuid4() for _ in range(12)]
        # Three that turn out to be one, step by step.
        third = (ends - begins) / 3
        self.mergers: Mergers = {
            self.children[0]: (self.children[1], begins + third),
            self.children[1]: (self.children[2], begins + 2 * third),
        }

    def stories(self, count: int) -> list[Story]:
        """So many matters."""
        return [self._story(number) for number in range(count)]

    def _instant(self, earliest: datetime, latest: datetime) -> datetime:
        minutes = max(int((latest - earliest).total_seconds() // 60), 1)
        return earliest + timedelta(minutes=self.random.randrange(minutes))

    def _story(self, number: int) -> Story:
        r = self.random
        raised = self._instant(self.begins, self.ends)
        kind = r.choices(["casework", "partnership_dispute", "practice_alert"], [8, 1, 1])[0]
        raising = r.choice(list(AGENCIES))
        receiving: str | None = (
            raising if kind == "practice_alert" else r.choice([a for a in [*AGENCIES, None] if a != raising])
        )
        name = AGENCIES[receiving] if receiving else STRANGER
        story = Story(
            raised_at=raised,
            entered_at=raised + timedelta(days=r.choice([0, 0, 0, 20])),
            kind=kind,
            priority=r.choice(list(DAYS)),
            level=r.choice(["targeted", "complex", "not_recorded"]),
            theme=r.choice(THEMES),
            secondary=r.sample(["procedure_not_followed", "step_down_or_closure"], r.randrange(3)),
            raising=raising,
            receiving=[(raised, receiving, name)],
            ladder=r.choice(list(LADDERS)),
            safety=r.choice([None, "Seen at home the same evening."]),
            children=r.sample(self.children, r.choice([1, 1, 2])),
            number=number,
        )
        self._enter(story, 1, raised, receiving)
        self._live(story)
        return story

    def _enter(self, story: Story, order: int, at: datetime, agency: str | None) -> None:
        due = self.calendar.due_after_working_days(at, DAYS[story.priority])
        rung = Rung(order, at, agency, due)
        if self.random.random() < 0.2:
            rung.agreed_at = at + (due - at) * self.random.random()
        story.rungs.append(rung)

    def _live(self, story: Story) -> None:
        at, answered = story.raised_at, False
        while True:
            rung = story.rungs[-1]
            at = self._instant(at, at + timedelta(days=self.random.choice([1, 3, 10])))
            if rung.stopped_at is None and at > rung.binding and self.random.random() < 0.6:
                if not self._fall_silent(story, rung):
                    return
                at = rung.binding
                continue
            if at >= self.ends:
                return
            do = self.random.choice(
                [
                    "respond",
                    "respond",
                    "resolve",
                    "resolve",
                    "advance",
                    "skip",
                    "pass_on",
                    "withdraw",
                    "redirect",
                    "wait",
                ]
            )
            if do == "respond" and not answered and rung.stopped_at is None:
                self._stop(rung, at, "respond")
                rung.responded_at, rung.reason = (
                    at,
                    self.random.choice(["workload", "other"]) if at > rung.binding else None,
                )
                story.done.append(Did(at, "respond", rung.order, {}))
            elif do == "resolve":
                self._end(rung, at, "resolve", answer=True)
                if self._resolve(story, rung, at):
                    return
                at = max(at, story.done[-1].at)
            elif do in ("withdraw", "redirect") and self.random.random() < 0.4:
                self._end(rung, at, do)
                story.done.append(Did(at, do, rung.order, {"to": "complaint"} if do == "redirect" else {}))
                return
            elif do == "advance" and rung.order < LADDERS[story.ladder]:
                dissent = story.kind == "partnership_dispute" and rung.order > 1
                self._climb(story, rung, at, "dissent" if dissent else "advance", rung.order + 1)
            elif do == "skip" and rung.order + 2 <= LADDERS[story.ladder]:
                self._climb(story, rung, at, "skip", rung.order + 2)
            elif do == "pass_on" and story.kind == "casework" and len(story.receiving) < 3:
                self._pass_on(story, rung, at)

    def _stop(self, rung: Rung, at: datetime, by: str) -> None:
        if rung.stopped_at is None:
            rung.stopped_at, rung.stopped_by = at, by

    def _end(self, rung: Rung, at: datetime, by: str, *, answer: bool = False) -> None:
        self._stop(rung, at, by)
        rung.ended_at = at

    def _climb(self, story: Story, rung: Rung, at: datetime, by: str, to: int) -> None:
        self._end(rung, at, by)
        story.done.append(Did(at, by, to, {"skipped": list(range(rung.order + 1, to))}))
        self._enter(story, to, at, rung.agency)

    def _fall_silent(self, story: Story, rung: Rung) -> bool:
        if rung.binding >= self.ends:
            return False
        if rung.order == LADDERS[story.ladder]:
            story.done.append(Did(rung.binding, "silence", rung.order, {"last_stage": True}))
            return False
        self._climb(story, rung, rung.binding, "silence", rung.order + 1)
        return True

    def _pass_on(self, story: Story, rung: Rung, at: datetime) -> None:
        taken = {rung.agency, story.raising}
        to = self.random.choice([a for a in AGENCIES if a not in taken])
        self._end(rung, at, "pass_on")
        story.done.append(Did(at, "pass_on", rung.order, {"from": rung.agency, "from_name": story.receiving[-1][2]}))
        story.receiving.append((at, to, AGENCIES[to]))
        self._enter(story, rung.order, at, to)

    def _resolve(self, story: Story, rung: Rung, at: datetime) -> bool:
        """Resolve, and perhaps tell and close; False where the raiser rejects it."""
        r = self.random
        story.done.append(
            Did(at, "resolve", rung.order, {"outcome": r.choice(OUTCOMES), "impact": r.choice([None, "safer"])})
        )
        for do in ("tell", "close"):
            at = self._instant(at, at + timedelta(days=30))
            if at >= self.ends or r.random() < 0.15:
                return True
            if do == "tell" and r.random() < 0.2:
                story.done.append(Did(at, "reject", rung.order, {}))
                rung.ended_at = None
                return False
            asked = r.random() < 0.7
            told = {"asked": asked, "satisfied": r.choice([True, False, None]) if asked else None}
            story.done.append(
                Did(at, do, rung.order, told if do == "tell" else {"impact": r.choice(["safer", "no_change"])})
            )
        return True


async def write(tx: Tx, stories: list[Story], mergers: Mergers | None = None) -> None:
    """The stories as rows, as the commands would have left them."""
    mergers = mergers or {}
    children = (
        {child for story in stories for child in story.children}
        | mergers.keys()
        | {into for into, _ in mergers.values()}
    )
    nobody: tuple[UUID | None, datetime | None] = (None, None)
    rows = [(child, *mergers.get(child, nobody)) for child in children]
    rows.sort(key=lambda row: row[2] or datetime.min.replace(tzinfo=UTC), reverse=True)
    rows.sort(key=lambda row: row[1] is not None)  # a child exists before another is merged into it
    await tx.execute(insert(Child), [
        {"id": child, "retention_class": "child_case", "merged_into": into, "merged_at": at} for child, into, at in rows
    ])  # fmt: skip
    await tx.execute(insert(Escalation), [_matter(story) for story in stories])
    await tx.execute(insert(Concerned), [
        {"escalation_id": s.id, "child_id": child, "pseudonym": "p", "age_band": "1_to_4", "level_of_need": s.level, "statuses": []}
        for s in stories for child in s.children
    ])  # fmt: skip
    done = sorted(((d.at, s.number, n, s, d) for s in stories for n, d in enumerate(s.done)), key=lambda one: one[:3])
    for number, (*_, did) in enumerate(done, 1):
        did.id = number
    await tx.execute(insert(HistoryEntry), [
        {"escalation_id": s.id, "at": d.at, "recorded_at": d.at, "did": d.did, "status": "open", "stage_order": d.order,
         "actor": "x", "facts": d.facts}
        for *_, s, d in done
    ])  # fmt: skip
    await tx.execute(insert(StageEntry), [
        {"escalation_id": s.id, "number": n, "order": g.order, "name": "x", "opened_at": g.opened_at, "opened_by": "x",
         "receiving_agency_id": g.agency, "priority": s.priority, "skipped_orders": [], "responded_at": g.responded_at,
         "overrun_reason": g.reason, "ended_at": g.ended_at}
        for s in stories for n, g in enumerate(s.rungs, 1)
    ])  # fmt: skip
    await tx.execute(insert(ClockEntry), [
        {"id": uuid4(), "escalation_id": s.id, "stage_number": n, "stage_order": g.order, "duty": "respond",
         "priority": s.priority, "agency_id": g.agency, "on_breach": "advance", "rule": "x", "calendar_version": "x",
         "started_at": g.opened_at, "due_at": g.due_at, "agreed_due_at": g.agreed_at, "stopped_at": g.stopped_at,
         "stopped_by": g.stopped_by}
        for s in stories for n, g in enumerate(s.rungs, 1)
    ])  # fmt: skip


def _matter(story: Story) -> dict[str, Any]:
    at = {
        did: (d := story.last((did,), datetime.max.replace(tzinfo=story.raised_at.tzinfo))) and d.at
        for did in ("close", "withdraw", "redirect")
    }
    return {
        "id": story.id, "reference": f"ESC-{story.number}", "version": 1, "kind": story.kind, "status": "open",
        "raised_at": story.raised_at, "entered_at": story.entered_at, "raising_agency_id": story.raising,
        "raising_name": AGENCIES[story.raising], "receiving_agency_id": story.receiving[-1][1],
        "receiving_name": story.receiving[-1][2], "raiser": "x", "raiser_role": "practitioner", "priority": story.priority,
        "primary_theme": story.theme, "secondary_themes": story.secondary, "level_of_need": story.level, "summary": "x",
        "wanted": "x", "safety_action": story.safety, "ladder_code": story.ladder, "ladder_version": 1,
        "stage_number": len(story.rungs), "stage_order": story.rungs[-1].order, "closed_at": at["close"],
        "withdrawn_at": at["withdraw"], "redirected_at": at["redirect"],
        "redirected_to": "complaint" if at["redirect"] else None, "causes": [], "retention_class": "child_case",
    }  # fmt: skip


Event = tuple[str, dict[str, str]]


def events(
    stories: list[Story], since: datetime, until: datetime, calendar: Calendar, mergers: Mergers
) -> Iterator[Event]:
    """Everything that the figures of a period count, one at a time, with how it may be cut."""
    for story in stories:
        yield from _stock(story, since, until, calendar)
        yield from _moves(story, since, until)
        yield from _answers(story, since, until)
        yield from _settled(story, since, until)
        yield from _repeats(story, stories, since, until, mergers)
        if first_answer_after_passing(story, since, until):
            yield "waited", {}


def _stock(s: Story, since: datetime, until: datetime, calendar: Calendar) -> Iterator[Event]:
    left = s.left(until)
    if s.raised_at >= until or (left and left.at < since):
        return
    cut = {"kind": s.kind, "priority": s.priority, "level": s.level, "theme": s.theme}
    cut |= {"raising": AGENCIES[s.raising], "receiving": s.with_whom(until)}
    if s.raised_at >= since:
        highest = max(rung.order for rung in s.rungs if rung.opened_at < until)
        cut["rung"] = f"{s.ladder}.1.{highest}"
        yield "opened", cut
        yield "need", cut
        yield from (("theme_mentions", {"theme": theme}) for theme in s.secondary)
        if s.last(("pass_on",), until):
            yield "passed_on", cut
        if not left:
            yield "opened_still_open", cut
    else:
        yield "open_at_start", cut
        if s.entered_at >= since:
            yield "entered_late", cut
    if left:
        how = {"close": "closed", "withdraw": "withdrawn", "redirect": "redirected"}[left.did]
        yield how, cut | {"redirected_to": "complaint"}
        yield "left", cut
        return
    days = calendar.working_days_between(s.raised_at, until)
    age = next((code for most, code in ((5, "0-5"), (10, "6-10"), (20, "11-20"), (40, "21-40")) if days <= most), "41-")
    yield "open_at_end", cut | {"age": age}
    last = s.last(("resolve", "reject", "tell"), until)
    if last and last.did == "resolve":
        yield "untold", cut


def _moves(s: Story, since: datetime, until: datetime) -> Iterator[Event]:
    now = [d for d in s.done if since <= d.at < until]
    for d in now:
        if d.did in ("advance", "dissent", "silence") and "last_stage" not in d.facts:
            yield "advances", {"stage": str(d.order - 1)}
            if d.did == "silence":
                yield "advances_silent", {"stage": str(d.order - 1)}
    if any(d.did == "silence" and "last_stage" not in d.facts for d in now):
        yield "matters_silent", {}
    if any("last_stage" in d.facts for d in now):
        yield "silent_at_last", {}
    skips = [d for d in now if d.did == "skip"]
    if skips:
        yield "skipped_matters", {}
        yield from (("skipped_stages", {}) for d in skips for _ in d.facts["skipped"])
        if s.safety:
            yield "skipped_safely", {}


def _answers(s: Story, since: datetime, until: datetime) -> Iterator[Event]:
    for rung in s.rungs:
        answered = rung.stopped_by in ANSWERS
        ended_before = rung.stopped_at is not None and rung.stopped_at < rung.binding and not answered
        if not since <= rung.binding < until or ended_before:
            continue
        agency = AGENCIES[rung.agency] if rung.agency else s.receiving[-1][2]
        cut = {"stage": str(rung.order), "priority": s.priority, "agency": agency}
        yield "responses_due", cut
        if answered and rung.stopped_at and rung.stopped_at <= rung.binding:
            yield "responses_in_time", cut
        else:
            known = rung.responded_at is not None and rung.responded_at < until
            yield "responses_late", cut | {"overrun": (known and rung.reason) or "not_recorded"}


def standing(s: Story, since: datetime, until: datetime) -> Did | None:
    """The resolution of the period that stands at its end."""
    last = s.last(("resolve", "reject"), until)
    return last if last and last.did == "resolve" and last.at >= since else None


def _settled(s: Story, since: datetime, until: datetime) -> Iterator[Event]:
    last = standing(s, since, until)
    if not last:
        return
    closing, told = s.last(("close",), until), s.last(("tell",), until)
    impact = (closing and closing.facts["impact"]) or last.facts["impact"] or "not_recorded"
    cut = {"priority": s.priority, "stage": str(last.order), "outcome": last.facts["outcome"], "impact": impact}
    yield "resolved", cut
    yield "impact", cut
    if last.order <= 2:
        yield "resolved_early", {}
    if told and told.id > last.id:
        yield "told", {}
        said = {True: "satisfied", False: "dissatisfied", None: "not_answering"}[told.facts["satisfied"]]
        yield said if told.facts["asked"] else "not_asked", {}


def first_answer_after_passing(s: Story, since: datetime, until: datetime) -> Did | None:
    """The right agency's first answer, where it came in the period."""
    passed = s.last(("pass_on",), until)
    answers = [d for d in s.done if d.did in ("respond", "resolve") and passed and d.id > passed.id and d.at < until]
    return answers[0] if answers and answers[0].at >= since else None


def _repeats(s: Story, stories: list[Story], since: datetime, until: datetime, mergers: Mergers) -> Iterator[Event]:
    if not since <= s.raised_at < until:
        return
    year = s.raised_at.replace(year=s.raised_at.year - 1)
    earlier = [o for o in stories if o is not s and year <= o.raised_at < s.raised_at]

    def who(child: UUID) -> UUID:
        into, at = mergers.get(child, (child, until))
        return who(into) if at < until else child

    if any({who(c) for c in o.children} & {who(c) for c in s.children} for o in earlier):
        yield "repeat_child", {}

    def about(o: Story) -> tuple[str, frozenset[str]]:
        return o.theme, frozenset({AGENCIES[o.raising], o.with_whom(until)})

    if any(about(o) == about(s) for o in earlier):
        yield "repeat_theme", {}
