"""The data behind the clocks: bank holidays against two other sources, statutory rules, and faults named by row and field."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import holidays
import pytest
import yaml

from shared import rules
from shared.calendar import DayZero
from shared.clocks import Bound, Unit, candidates, due
from shared.days import LONDON
from shared.loading import BadFile
from shared.rules import NotInForce
from tests.unit.working_time import london

DAY = timedelta(days=1)
CALENDAR_FILE = rules.CALENDARS / "england-and-wales-1.yaml"
YEARS = range(2012, 2031)
ONE_OFF = {  # days moved or added by proclamation since 2012
    2012: ({date(2012, 5, 28)}, {date(2012, 6, 4), date(2012, 6, 5)}),
    2020: ({date(2020, 5, 4)}, {date(2020, 5, 8)}),
    2022: ({date(2022, 5, 30)}, {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}),
    2023: (set(), {date(2023, 5, 8)}),
}


def known(year: int) -> set[date]:
    return {day for day in rules.calendar().holidays if day.year == year}


# Bank holidays


@pytest.mark.parametrize("year", YEARS)
def test_bank_holidays_as_the_holidays_package_has_them(year: int) -> None:
    england = holidays.country_holidays("GB", subdiv="ENG", years=year)
    assert known(year) == {day for day in england if day.weekday() < 5}


@pytest.mark.parametrize("year", YEARS)
def test_bank_holidays_as_law_and_custom_have_them(year: int) -> None:
    removed, added = ONE_OFF.get(year, (set(), set()))
    assert known(year) == (_by_custom(year) - removed) | added


def _by_custom(year: int) -> set[date]:
    sunday = _easter(year)
    found = {
        sunday - 2 * DAY,
        sunday + DAY,
        _monday(date(year, 5, 1)),
        _monday(date(year, 5, 25)),
        _monday(date(year, 8, 25)),
    }
    for day in (date(year, 12, 26), date(year, 12, 25), date(year, 1, 1)):
        # A day at a weekend is made up for on the next one that is free.
        while day.weekday() >= 5 or day in found:
            day += DAY
        found.add(day)
    return found


def _easter(year: int) -> date:
    """Easter Sunday, by the method of Oudin."""
    century, golden = year // 100, year % 19
    epact = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (epact // 28) * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    month = 3 + (epact - weekday + 40) // 44
    return date(year, month, epact - weekday + 28 - 31 * (month // 4))


def _monday(day: date) -> date:
    return day + (-day.weekday() % 7) * DAY


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2012, 6, 5), "Queen's Diamond Jubilee"),
        (date(2020, 5, 8), "Early May bank holiday, moved for VE day"),
        (date(2022, 6, 2), "Spring bank holiday, moved"),
        (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 8), "Coronation of King Charles III"),
        (date(2026, 12, 28), "Boxing Day, substitute day"),
    ],
)
def test_days_that_no_rule_would_give(day: date, name: str) -> None:
    assert (day, name) in rules.calendars()[0].holidays


@pytest.mark.parametrize("day", [date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30), date(2023, 5, 6)])
def test_days_that_are_not_holidays(day: date) -> None:
    assert day not in rules.calendar().holidays


def test_the_calendar_says_what_it_is_not_sure_of() -> None:
    (version,) = rules.calendars()
    assert version.unverified_years == (2028, 2029, 2030)
    assert (version.calendar.first, version.calendar.last) == (date(2012, 1, 1), date(2030, 12, 31))


def test_the_working_day_is_data() -> None:
    calendar = rules.calendar()
    assert (calendar.opens, calendar.closes, calendar.zone) == (time(9), time(17), LONDON)
    assert calendar.day == timedelta(hours=8)


def test_a_calendar_by_name() -> None:
    assert rules.calendar("england-and-wales-1") is rules.calendar()
    with pytest.raises(NotInForce, match="no calendar 'of-the-moon'"):
        rules.calendar("of-the-moon")


# Statutory rules

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("code", "amount", "unit", "bound", "verified"),
    [
        ("serious_incident_notification", 5, Unit.WORKING_DAYS, Bound.WITHIN, True),
        ("rapid_review", 15, Unit.WORKING_DAYS, Bound.WITHIN, True),
        ("practice_review_publication", 6, Unit.MONTHS, Bound.WITHIN, False),
        ("practice_review_to_panel", 7, Unit.WORKING_DAYS, Bound.BEFORE, False),
        ("practice_review_public", 12, Unit.MONTHS, Bound.FOR, False),
        ("yearly_report", 12, Unit.MONTHS, Bound.WITHIN, True),
        ("yearly_report_copies", 7, Unit.CALENDAR_DAYS, Bound.WITHIN, True),
    ],
)
def test_the_rules_in_force(code: str, amount: int, unit: Unit, bound: Bound, verified: bool) -> None:
    found = rules.rule_on(code, TODAY)
    assert (found.rule.amount, found.rule.unit, found.rule.bound, found.verified) == (amount, unit, bound, verified)
    assert rules.rule(code, found.rule.version) is found


def test_no_rule_is_left_untested() -> None:
    assert len(rules.statutory_rules()) == 7


def test_every_rule_gives_a_date_and_says_where_it_stands() -> None:
    for entry in rules.statutory_rules():
        assert due(entry.rule, datetime(2026, 11, 18, 12, tzinfo=UTC), rules.calendar())
        assert entry.source
        assert entry.edition
        assert [code for code, _ in entry.start_titles] == [start.code for start in entry.rule.starts]


def test_the_three_disputed_starts_of_a_rapid_review() -> None:
    review = rules.rule_on("rapid_review", TODAY).rule
    assert [(start.event, start.day_zero) for start in review.starts] == [
        ("council_aware", DayZero.TRIGGER_IS_DAY_0),
        ("panel_notified", DayZero.TRIGGER_IS_DAY_0),
        ("panel_notified", DayZero.TRIGGER_IS_DAY_1),
    ]
    events = {"council_aware": london("2026-11-16 10:00"), "panel_notified": london("2026-11-20 16:00")}
    assert [(found.start, found.due) for found in candidates(review, events, rules.calendar())] == [
        ("awareness", london("2026-12-07 17:00")),
        ("notification_as_day_1", london("2026-12-10 17:00")),
        ("notification_as_day_0", london("2026-12-11 17:00")),
    ]


def test_the_starts_of_a_notification_and_the_earliest_first() -> None:
    """Whatever else somebody counts from, the day on which the council became aware counts, where it is the earliest."""
    notification = rules.rule_on("serious_incident_notification", TODAY).rule
    events = {
        "case_referred": london("2026-11-18 09:00"),
        "abuse_suspected": london("2026-11-19 09:00"),
        "council_aware": london("2026-11-16 10:00"),
    }
    found = candidates(notification, events, rules.calendar())
    assert [(one.start, one.due) for one in found] == [
        ("awareness", london("2026-11-23 17:00")),
        ("referral", london("2026-11-25 17:00")),
        ("suspicion", london("2026-11-26 17:00")),
    ]


def test_a_rule_that_is_not_there() -> None:
    assert rules.rule_on("rapid_review", date(2018, 6, 29)).rule.version == "1"
    with pytest.raises(NotInForce, match="No rule 'rapid_review' is in force on 2018-06-28"):
        rules.rule_on("rapid_review", date(2018, 6, 28))
    with pytest.raises(NotInForce, match="No rule 'a_rule'"):
        rules.rule_on("a_rule", TODAY)
    with pytest.raises(NotInForce, match="version '9'"):
        rules.rule("rapid_review", "9")


# Effective dates

Change = Callable[[Any], object]


def changed(path: Path, folder: Path, *changes: Change) -> Path:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for change in changes:
        change(content)
    copy = folder / path.name
    copy.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    return copy


def second_version(**more: Any) -> Change:
    def change(content: Any) -> None:
        content["rules"].append(content["rules"][1] | {"version": "2", "amount": 10} | more)

    return change


def end_first(day: str) -> Change:
    return lambda content: content["rules"][1].update(effective_to=date.fromisoformat(day))


def test_one_version_ends_and_the_next_begins(tmp_path: Path) -> None:
    path = changed(
        rules.STATUTORY_RULES,
        tmp_path,
        end_first("2026-11-30"),
        second_version(effective_from=date(2026, 12, 1), effective_to=None),
    )
    found = [entry for entry in rules.read_rules(path) if entry.rule.code == "rapid_review"]
    days = (date(2018, 6, 29), date(2026, 11, 30), date(2026, 12, 1))
    assert [rules.in_force(found, day, "rule").rule.amount for day in days] == [15, 15, 10]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([second_version(effective_from=date(2026, 12, 1))], "two versions of rapid_review apply on 2026-12-01"),
        (
            [end_first("2026-12-01"), second_version(effective_from=date(2026, 12, 1))],
            "two versions of rapid_review apply on 2026-12-01",
        ),
        ([second_version(version="1")], "rapid_review has two rows with the same version"),
    ],
)
def test_versions_do_not_overlap(tmp_path: Path, changes: list[Change], says: str) -> None:
    with pytest.raises(BadFile, match=says):
        rules.read_rules(changed(rules.STATUTORY_RULES, tmp_path, *changes))


def test_calendars_do_not_overlap(tmp_path: Path) -> None:
    first = changed(CALENDAR_FILE, tmp_path, lambda content: content.update(effective_to=date(2026, 12, 31)))
    text = first.read_text(encoding="utf-8").replace("england-and-wales-1", "england-and-wales-2")
    second = tmp_path / "england-and-wales-2.yaml"
    second.write_text(text.replace("effective_from: 2012-01-01", "effective_from: 2027-01-01").replace(
        "effective_to: 2026-12-31", "effective_to: null"), encoding="utf-8")  # fmt: skip
    assert [entry.calendar.version[-1] for entry in rules.read_calendars(tmp_path)] == ["1", "2"]
    second.write_text(
        second.read_text(encoding="utf-8").replace("effective_from: 2027-01-01", "effective_from: 2026-12-31"),
        encoding="utf-8",
    )
    with pytest.raises(BadFile, match="two versions of calendar apply on 2026-12-31"):
        rules.read_calendars(tmp_path)


# Faults


def in_rule(row: int, **fields: Any) -> Change:
    return lambda content: content["rules"][row - 1].update(fields)


def in_start(row: int, start: int, **fields: Any) -> Change:
    return lambda content: content["rules"][row - 1]["starts"][start - 1].update(fields)


def without(row: int, field: str) -> Change:
    return lambda content: content["rules"][row - 1].pop(field)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (in_rule(2, amount="15"), "row 2, column amount: Input should be a valid integer"),
        (in_rule(2, amount=0), "row 2: .*amount must be 1 or more"),
        (in_rule(2, amount=True), "row 2, column amount: "),
        (in_rule(2, unit="fortnights"), "row 2, column unit: Input should be 'clock_hours', 'working_hours'"),
        (in_rule(2, verified="yes"), "row 2, column verified: Input should be a valid boolean"),
        (in_rule(2, source=""), "row 2, column source: "),
        (in_rule(2, source=" "), "row 2, column source: "),
        (in_rule(2, effective_from="2018"), "row 2, column effective_from: "),
        (in_rule(2, effective_to=date(2018, 1, 1)), "row 2: .*effective_to lies before effective_from"),
        (in_rule(2, colour="red"), "row 2, column colour: Extra inputs are not permitted"),
        (in_rule(2, starts=[]), "row 2: .*starts must name at least one event"),
        (in_rule(4, unit="months"), "row 4: .*backwards in working_days only"),
        (in_start(2, 3, day_zero="trigger_is_day_7"), "row 2, column starts.3.day_zero: "),
        (in_start(2, 3, code="awareness"), "row 2: .*two starts have the same code"),
        (without(2, "edition"), "row 2, column edition: Field required"),
        (lambda content: content.pop("rules"), "column rules: Field required"),
    ],
)
def test_a_fault_in_a_rule_is_named_by_row_and_field(tmp_path: Path, change: Change, says: str) -> None:
    with pytest.raises(BadFile, match=rf"^statutory-rules\.yaml, {says}"):
        rules.read_rules(changed(rules.STATUTORY_RULES, tmp_path, change))


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = changed(rules.STATUTORY_RULES, tmp_path, in_rule(1, amount="5"), in_rule(3, unit="moons"))
    with pytest.raises(BadFile) as refused:
        rules.read_rules(path)
    said = str(refused.value)
    assert "2 fields are wrong" in said
    assert "row 1, column amount" in said
    assert "row 3, column unit" in said


def in_year(year: int, day: date, name: str) -> Change:
    return lambda content: content["years"][year - 2012]["holidays"].update({day: name})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (in_year(2026, date(2027, 1, 1), "x"), "row 15: .*2027-01-01 is not in 2026"),
        (in_year(2026, date(2026, 12, 26), "x"), "row 15: .*2026-12-26 is at a weekend; name the substitute day"),
        (in_year(2026, date(2026, 12, 24), ""), "row 15: .*holiday 2026-12-24 has no name"),
        (lambda content: content["years"].pop(3), ".*years must name each year from 2012 to 2030 once"),
        (lambda content: content.update(zone="Europe/Crewe"), ".*'Europe/Crewe' is not a time zone"),
        (lambda content: content.update(last=date(2011, 1, 1)), ".*last lies before first"),
        (lambda content: content["hours"].update(closes=1020), 'column hours.closes: .*in quotation marks, as "17:00"'),
        (lambda content: content["hours"].update(closes="08:00"), "column hours: .*closes must be later than opens"),
        (lambda content: content["hours"].update(opens="25:00"), "column hours.opens: .*hour must be in 0..23"),
        (lambda content: content.update(version="x"), ".*a file bears the name of its version"),
    ],
)
def test_a_fault_in_a_calendar_is_named_by_row_and_field(tmp_path: Path, change: Change, says: str) -> None:
    changed(CALENDAR_FILE, tmp_path, change)
    with pytest.raises(BadFile, match=rf"^england-and-wales-1\.yaml[,:] ?{says}"):
        rules.read_calendars(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"rules: []\nrules: []\n", "line 2: 'rules' stands twice"),
        (b"rules: [\n", "line 2: "),
        (b"rules: \xff\n", "not UTF-8"),
        (b"", "Input should be a valid dictionary"),
        (b"- 1\n", "Input should be a valid dictionary"),
        (b"rules: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
        (b"rules: \x07\n", "not YAML"),
    ],
)
def test_what_is_no_data_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        rules.read_rules(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="No such file"):
        rules.read_rules(tmp_path / "rules.yaml")
    with pytest.raises(BadFile, match="holds no calendar"):
        rules.read_calendars(tmp_path)


def test_the_data_folder_holds_data_only() -> None:
    assert {path.suffix for path in rules.DATA.rglob("*") if path.is_file()} == {".yaml"}


def test_years_stand_in_order() -> None:
    days = [day for day, _ in rules.calendars()[0].holidays]
    assert days == sorted(set(days))
    assert [year for year, _ in groupby(days, key=lambda day: day.year)] == list(YEARS)
