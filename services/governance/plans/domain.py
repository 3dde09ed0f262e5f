"""What a plan is, what it is to cover, and the rules by which its actions are signed, tested for impact and delayed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.governance.agencies.domain import LONGEST_ID, SLUG
from services.governance.terms.domain import Term
from shared.problems import FieldError, Invalid


class Source(StrEnum):
    """What a plan came of."""

    INSPECTION = "inspection"
    REVIEW = "review"
    BODY_WORK = "body_work"
    CHALLENGE = "challenge"
    AUDIT = "audit"
    SELF_ASSESSMENT = "self_assessment"
    RISK = "risk"
    SCRUTINY = "scrutiny"


class AreaKind(StrEnum):
    """What a plan is to cover: what was found, what must come first and its parts, and what else is to improve."""

    FINDING = "finding"
    PRIORITY_ACTION = "priority_action"
    PART = "part"
    FURTHER_AREA = "further_area"
    OBJECTIVE = "objective"


class EvidenceKind(StrEnum):
    """Figures, or what people say and what was seen; improved practice is shown by both."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class Approver(StrEnum):
    """Who may say yes to a later date."""

    CHAIR = "chair"  # of the body whose plan or action it is
    BUSINESS_UNIT = "business_unit"


class Phase(StrEnum):
    """What a signature says: the activity is complete, its evidence is sound, practice improved, it is closed."""

    ACTIVITY = "activity"
    MODERATION = "moderation"
    IMPACT = "impact"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One version of who signs, when impact is tested, and from when on an action counts as delayed.

    `moves_tolerated`: a due date that was moved later more often is drift. `update_asked_days`: so long before an update
    is due it is asked for. `sources`: what its actions come of, where nothing else says who signs.
    """

    code: str
    version: str
    title: str
    sources: tuple[str, ...]
    activity_body_id: str | None
    moderated: bool
    moderation_body_id: str | None
    impact_body_id: str | None
    closing_body_id: str | None
    impact_months: int
    impact_evidence: tuple[EvidenceKind, ...]
    moves_tolerated: int
    update_months: int
    update_asked_days: int
    dates_approved_by: tuple[Approver, ...]
    effective_from: date
    effective_to: date | None
    source: str
    verified: bool
    unverified: tuple[str, ...]

    def body(self, phase: Phase, own_body_id: str) -> str:
        """The body that signs a phase of what is `own_body_id`'s."""
        named = {
            Phase.ACTIVITY: self.activity_body_id,
            Phase.MODERATION: self.moderation_body_id,
            Phase.IMPACT: self.impact_body_id,
            Phase.CLOSING: self.closing_body_id,
        }
        return named[phase] or own_body_id

    def bodies(self, own_body_id: str) -> list[str]:
        """The owning body and every body that signs: their members see the action."""
        phases = [phase for phase in Phase if self.moderated or phase is not Phase.MODERATION]
        return sorted({own_body_id, *(self.body(phase, own_body_id) for phase in phases)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One thing that a plan is to cover; a part names the area to which it belongs."""

    code: str
    kind: AreaKind
    text: str
    part_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was published about a plan, whether its own records give the same, and why or why not."""

    stated_on: date
    text: str
    source: str
    reproducible: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan; `signing` is the code of the rules under which its actions are agreed."""

    code: str
    title: str
    source_type: Source
    source_id: str | None = None
    body_id: str
    signing: str
    effective_from: date | None = None
    effective_to: date | None = None
    areas: tuple[Area, ...] = ()
    statements: tuple[Statement, ...] = ()
    source: str | None = None
    note: str | None = None

    @property
    def term(self) -> Term:
        """The days for which it is made."""
        return Term(self.effective_from, self.effective_to)


def faults(plan: Plan, bodies: Collection[str], signings: Collection[str]) -> list[FieldError]:
    """What is wrong with a plan: its code, its dates, whose it is, who signs, and its areas."""
    found = []
    if not SLUG.fullmatch(plan.code) or len(plan.code) > LONGEST_ID:
        found.append(FieldError("code", "slug", f"{plan.code!r} must be small letters, digits and single hyphens."))
    if plan.effective_from and plan.effective_to and plan.effective_to < plan.effective_from:
        found.append(FieldError("effective_to", "order", "The last day comes before the first."))
    if plan.body_id not in bodies:
        found.append(FieldError("body_id", "not_established", f"There is no body {plan.body_id!r}."))
    if plan.signing not in signings:
        known = ", ".join(sorted(signings))
        found.append(FieldError("signing", "unknown_signing", f"There are no such rules; there are: {known}."))
    codes = [area.code for area in plan.areas]
    for place, area in enumerate(plan.areas):
        if codes.index(area.code) != place:
            found.append(FieldError(f"areas.{place}.code", "twice", f"{area.code!r} stands above already."))
        if area.part_of is not None and area.part_of not in codes[:place]:
            message = f"{area.part_of!r} is no area above this one."
            found.append(FieldError(f"areas.{place}.part_of", "unknown_area", message))
    return found


def check(plan: Plan, bodies: Collection[str], signings: Collection[str]) -> None:
    """Invalid with every fault of a plan."""
    if found := faults(plan, bodies, signings):
        raise Invalid("The plan cannot be so.", errors=found)
