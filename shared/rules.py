"""The calendars and the statutory rules, from effective-dated data: which version is in force on a day, and each by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Protocol, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, model_validator

from shared.calendar import WEEKEND, Calendar, DayZero
from shared.deadlines import Bound, Rule, Start, Unit
from shared.loading import BadFile
from shared.reference import LENIENT, Record, Text, read

DATA = Path(__file__).with_name("data")
CALENDARS = DATA / "calendars"
STATUTORY_RULES = DATA / "statutory-rules.yaml"


class Dated(Protocol):
    """What applies from one day to another, both included; `effective_to` is None while no end is set."""

    @property
    def effective_from(self) -> date: ...
    @property
    def effective_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


class NotInForce(LookupError):
    """No version of a rule or of the calendar applies on that day, or bears that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVersion:
    """A calendar, the days on which new clocks count by it, and the years whose holidays are not yet published."""

    calendar: Calendar
    effective_from: date
    effective_to: date | None
    holidays: tuple[tuple[date, str], ...]
    unverified_years: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryRule:
    """A rule, what it asks, the edition of the guidance that sets it, where its amount stands, and whether it was read."""

    rule: Rule
    title: str
    start_titles: tuple[tuple[str, str], ...]
    edition: str
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None


def calendar(version: str | None = None) -> Calendar:
    """The calendar of that version, or the newest. NotInForce where there is no such version."""
    known = calendars()
    if version is None:
        return max(known, key=lambda entry: entry.effective_from).calendar
    for entry in known:
        if entry.calendar.version == version:
            return entry.calendar
    raise NotInForce(f"There is no calendar {version!r}.")


def rule_on(code: str, day: date) -> StatutoryRule:
    """The version of a statutory rule under which a clock runs that starts on this day."""
    return in_force([entry for entry in statutory_rules() if entry.rule.code == code], day, f"rule {code!r}")


def own_rule_on(entries: Sequence[StatutoryRule], code: str, day: date) -> Rule:
    """The version of one of a service's own rules under which a clock runs that starts on this day."""
    return in_force([entry for entry in entries if entry.rule.code == code], day, f"rule {code!r}").rule


def rule(code: str, version: str) -> StatutoryRule:
    """One version of a statutory rule, whether in force or not."""
    for entry in statutory_rules():
        if (entry.rule.code, entry.rule.version) == (code, version):
            return entry
    raise NotInForce(f"There is no rule {code!r} version {version!r}.")


def in_force(entries: Sequence[D], day: date, what: str) -> D:
    """The one of several versions that applies on this day. NotInForce where none does."""
    for entry in entries:
        if entry.effective_from <= day and (entry.effective_to is None or day <= entry.effective_to):
            return entry
    raise NotInForce(f"No {what} is in force on {day}.")


@lru_cache(maxsize=1)
def calendars() -> tuple[CalendarVersion, ...]:
    """Every version of the calendar that the suite brings, the oldest first."""
    return read_calendars(CALENDARS)


@lru_cache(maxsize=1)
def statutory_rules() -> tuple[StatutoryRule, ...]:
    """Every version of every statutory rule that the suite brings."""
    return read_rules(STATUTORY_RULES)


def read_calendars(folder: Path) -> tuple[CalendarVersion, ...]:
    """The calendars of a folder, one file each. BadFile where one is wrong or two apply on the same day."""
    found = [(path, read(path, _CalendarFile)) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        raise BadFile(folder, "holds no calendar.")
    for path, content in found:
        if content.version != path.stem:
            raise BadFile(path, f"the version is {content.version!r}; a file bears the name of its version.")
    entries = sorted((content.entry() for _, content in found), key=lambda entry: entry.effective_from)
    _refuse_overlap(folder, "calendar", entries)
    return tuple(entries)


def read_rules(path: Path) -> tuple[StatutoryRule, ...]:
    """The rules of a file. BadFile where one is wrong, stands twice, or two versions apply on the same day."""
    entries = tuple(row.entry() for row in read(path, _RulesFile).rules)
    for code in dict.fromkeys(entry.rule.code for entry in entries):
        versions = [entry for entry in entries if entry.rule.code == code]
        if len({entry.rule.version for entry in versions}) < len(versions):
            raise BadFile(path, f"{code} has two rows with the same version.")
        _refuse_overlap(path, code, sorted(versions, key=lambda entry: entry.effective_from))
    return entries


def _refuse_overlap(path: Path, what: str, entries: Sequence[Dated]) -> None:
    for earlier, later in pairwise(entries):
        if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
            raise BadFile(
                path, f"two versions of {what} apply on {later.effective_from}; end the older the day before."
            )


def _hour(value: object) -> object:
    # YAML 1.1 reads 17:00 as the number 1020, and 09:00 as text.
    if isinstance(value, str) and len(value) == 5:
        return time.fromisoformat(value)
    raise ValueError('write the hour in quotation marks, as "17:00"')


class _Effective(Record):
    effective_from: date
    effective_to: date | None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self


class _Hours(Record):
    opens: Annotated[time, BeforeValidator(_hour)]
    closes: Annotated[time, BeforeValidator(_hour)]
    source: Text
    verified: bool

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes must be later than opens")
        return self


class _Year(Record):
    year: int
    source: Text
    verified: bool
    holidays: dict[date, str]

    @model_validator(mode="after")
    def _days_of_the_year(self) -> Self:
        for day, name in self.holidays.items():
            if not name.strip():
                raise ValueError(f"holiday {day} has no name")
            if day.year != self.year:
                raise ValueError(f"holiday {day} is not in {self.year}")
            if day.weekday() in WEEKEND:
                raise ValueError(f"holiday {day} is at a weekend; name the substitute day")
        return self


class _CalendarFile(_Effective):
    version: Text
    title: Text
    zone: Text
    first: date
    last: date
    hours: _Hours
    years: list[_Year]

    @model_validator(mode="after")
    def _every_year_once(self) -> Self:
        if self.last < self.first:
            raise ValueError("last lies before first")
        if [row.year for row in self.years] != list(range(self.first.year, self.last.year + 1)):
            raise ValueError(f"years must name each year from {self.first.year} to {self.last.year} once, in order")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{self.zone!r} is not a time zone") from None
        return self

    def entry(self) -> CalendarVersion:
        holidays = {day: name for row in self.years for day, name in row.holidays.items()}
        return CalendarVersion(
            calendar=Calendar(
                version=self.version,
                first=self.first,
                last=self.last,
                holidays=frozenset(holidays),
                opens=self.hours.opens,
                closes=self.hours.closes,
                zone=ZoneInfo(self.zone),
            ),
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            holidays=tuple(sorted(holidays.items())),
            unverified_years=tuple(row.year for row in self.years if not row.verified),
        )


class _StartRow(Record):
    code: Text
    event: Text
    title: Text
    day_zero: Annotated[DayZero, LENIENT]
    source: Text


class _RuleRow(_Effective):
    code: Text
    version: Text
    title: Text
    amount: int
    unit: Annotated[Unit, LENIENT]
    day_zero: Annotated[DayZero, LENIENT]
    bound: Annotated[Bound, LENIENT]
    starts: list[_StartRow]
    edition: Text
    source: Text
    verified: bool

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        if not self.starts:
            raise ValueError("starts must name at least one event")
        self.rule()
        return self

    def rule(self) -> Rule:
        return Rule(
            code=self.code,
            version=self.version,
            amount=self.amount,
            unit=self.unit,
            day_zero=self.day_zero,
            bound=self.bound,
            starts=tuple(Start(code=row.code, event=row.event, day_zero=row.day_zero) for row in self.starts),
        )

    def entry(self) -> StatutoryRule:
        return StatutoryRule(
            rule=self.rule(),
            title=self.title,
            start_titles=tuple((row.code, row.title) for row in self.starts),
            edition=self.edition,
            source=self.source,
            verified=self.verified,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class _RulesFile(Record):
    rules: list[_RuleRow]
