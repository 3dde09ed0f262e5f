"""A ladder as values: stages in order, who acts at each, and what is due when; one that breaks a rule cannot be made."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.clocks import Unit
from shared.joint_decisions.domain import DecidedBy, OnDissent
from shared.policy import Seniority
from shared.problems import Invalid


class Kind(StrEnum):
    """What is in dispute."""

    CASEWORK = "casework"
    PARTNERSHIP_DISPUTE = "partnership_dispute"
    PRACTICE_ALERT = "practice_alert"


class Priority(StrEnum):
    """How long a child can wait."""

    IMMEDIATE = "immediate"
    URGENT = "urgent"
    STANDARD = "standard"


class Formality(StrEnum):
    """Whether a stage is talk between professionals or a formal step."""

    INFORMAL = "informal"
    FORMAL = "formal"


class Duty(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    MEET = "meet"
    WRITE_OUTCOME = "write_outcome"


class OnBreach(StrEnum):
    """What follows when a clock runs out."""

    FLAG = "flag"
    ADVANCE = "advance"


@dataclass(frozen=True)
class Allowance:
    """An amount of time for one priority."""

    amount: int
    unit: Unit


@dataclass(frozen=True)
class StageClock:
    """One duty's time at a stage, by priority, and what follows when it runs out."""

    duty: Duty
    allowances: dict[Priority, Allowance]
    on_breach: OnBreach


@dataclass(frozen=True)
class Stage:
    """One rung."""

    order: int
    name: str
    formality: Formality
    seniority: Seniority
    clocks: tuple[StageClock, ...]
    form_required: bool = False
    tells: tuple[str, ...] = ()
    decided_by: DecidedBy | None = None
    on_dissent: OnDissent | None = None  # set where the stage is decided jointly

    def clock(self, duty: Duty) -> StageClock | None:
        """The clock of one duty, or None where the ladder sets none."""
        return next((clock for clock in self.clocks if clock.duty is duty), None)


@dataclass(frozen=True)
class Ladder:
    """One version of a ladder. Invalid where stages are not 1, 2, 3 …, or `immediate` is given working time."""

    code: str
    version: int
    name: str
    kind: Kind
    verified: bool
    source: str
    effective_from: date
    effective_to: date | None
    default: bool
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        """Refuse a ladder on which a child could wait for ever, or until morning."""
        if [stage.order for stage in self.stages] != list(range(1, len(self.stages) + 1)):
            raise Invalid.field("stages", "order", f"{self.code}: stages are numbered 1, 2, 3 … without a gap.")
        for stage in self.stages:
            if stage.clock(Duty.RESPOND) is None:
                raise Invalid.field(
                    f"stages.{stage.order}", "respond", f"{self.code}: every stage needs a respond clock."
                )
            self._check_joint(stage)
            for clock in stage.clocks:
                self._check(stage, clock)

    def _check(self, stage: Stage, clock: StageClock) -> None:
        path = f"stages.{stage.order}.clocks.{clock.duty}"
        if set(clock.allowances) != set(Priority):
            raise Invalid.field(path, "priorities", f"{self.code}: {path} needs an allowance for each priority.")
        if clock.allowances[Priority.IMMEDIATE].unit is not Unit.CLOCK_HOURS:
            raise Invalid.field(path, "immediate", f"{self.code}: {path}: immediate runs on clock hours only.")
        if any(allowance.amount <= 0 for allowance in clock.allowances.values()):
            raise Invalid.field(path, "amount", f"{self.code}: {path}: an allowance is more than nought.")

    def _check_joint(self, stage: Stage) -> None:
        path = f"stages.{stage.order}"
        if bool(stage.decided_by) != bool(stage.on_dissent):
            message = (
                f"{self.code}: {path}: decided_by and on_dissent belong together: what follows when the three differ?"
            )
            raise Invalid.field(f"{path}.on_dissent", "joint", message)
        if stage.decided_by and stage.order == 1:
            message = f"{self.code}: {path}: the two agencies meet first; no ladder begins with a joint decision."
            raise Invalid.field(path, "first", message)
        respond = stage.clock(Duty.RESPOND)
        silent = respond is not None and respond.on_breach is OnBreach.ADVANCE
        climbs = stage.on_dissent is OnDissent.CLIMB or (stage.decided_by is not None and silent)
        above = self.stages[stage.order] if stage.order < self.last else None
        if climbs and (above is None or above.decided_by is not DecidedBy.LEAD_PARTNER):
            message = f"{self.code}: {path}: a joint decision climbs to the chiefs, and the next stage is not theirs."
            raise Invalid.field(path, "climb", message)

    def stage(self, order: int) -> Stage:
        """The stage of that order."""
        return self.stages[order - 1]

    @property
    def last(self) -> int:
        """The order of the last stage."""
        return len(self.stages)

    def in_force(self, day: date) -> bool:
        """Whether a matter raised on that day may begin under this version."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
