"""The reviewed register against what was published: every name there, once, of a type that exists, with its source."""

import csv
import unicodedata
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from services.governance.agencies.domain import Entry, faults, succession_faults
from services.governance.bodies.domain import Body, MemberRole
from services.governance.bodies.domain import faults as body_faults
from services.governance.load import DATA, read_bodies, read_register
from services.governance.terms.domain import Standing
from shared.policy import STATUTORY, AgencyType
from tests.unit.register.published import appendix

ENTRIES = [entry for _, entry in read_register(DATA / "agencies.csv")]
BY_ID = {entry.id: entry for entry in ENTRIES}
BODIES = {body.id: body for _, body in read_bodies(DATA / "bodies.csv")}
DOCUMENTS = ("Arrangements 2019, ", "Annual report 2022/23, ", "JTAI update 2023-07, ")
FILES = sorted(DATA.rglob("*.csv"))

# The register's other rows: name as published → id. Reviewed by hand, so that a lost row is noticed.
NAMED = {
    "Cheshire East Council": "cheshire-east-council",
    "CEC": "cheshire-east-council",
    "Cheshire Constabulary": "cheshire-constabulary",
    "Cheshire Police": "cheshire-constabulary",
    "NHS Eastern Cheshire Clinical Commissioning Group": "nhs-eastern-cheshire-ccg",
    "NHS South Cheshire Clinical Commissioning Group": "nhs-south-cheshire-ccg",
    "NHS Vale Royal CCG": "nhs-vale-royal-ccg",
    "NHS West Cheshire CCG": "nhs-west-cheshire-ccg",
    "NHS Cheshire CCG": "nhs-cheshire-ccg",
    "NHS Cheshire and Merseyside Integrated Care Board": "nhs-cheshire-and-merseyside-icb",
    "Public Health": "cheshire-east-public-health",
    "National Probation Service": "national-probation-service-cheshire",
    "National Probation Service (Cheshire)": "national-probation-service-cheshire",
    "Community Rehabilitation Company": "community-rehabilitation-company-cheshire",
    "Community Rehabilitation Company (Cheshire)": "community-rehabilitation-company-cheshire",
    "probation services": "probation-service-cheshire",
    "Youth Justice Service": "youth-justice-service",
    "NHS England Cheshire and Merseyside Team": "nhs-england-cheshire-and-merseyside",
    "North West Ambulance Service NHS Trust": "north-west-ambulance-service-nhs-trust",
    "Mid Cheshire Hospitals NHS Foundation Trust": "mid-cheshire-hospitals-nhs-foundation-trust",
    "Mid Cheshire Hospital NHS Trust": "mid-cheshire-hospitals-nhs-foundation-trust",
    "East Cheshire NHS Trust": "east-cheshire-nhs-trust",
    "Cheshire & Wirral Partnership NHS Foundation Trust": "cheshire-and-wirral-partnership-nhs-foundation-trust",
    "Cheshire & Wirral Partnership": "cheshire-and-wirral-partnership-nhs-foundation-trust",
    "Wirral Community NHS Trust": "wirral-community-nhs-trust",
    "CAFCASS Cheshire": "cafcass-cheshire",
    "British Transport Police": "british-transport-police",
    "HMPYOI Styal": "hmpyoi-styal",
    "HMP Styal": "hmpyoi-styal",
    "Styal Prison": "hmpyoi-styal",
    "Young Addaction": "young-addaction",
    "Cheshire Fire and Rescue Service": "cheshire-fire-and-rescue-service",
    "PCC": "police-and-crime-commissioner-cheshire",
    "Ofsted": "ofsted",
    "Care Quality Commission": "care-quality-commission",
    "His Majesty's Inspectorate of Constabulary and Fire and Rescue Services": "hmicfrs",
    "Department for Education": "department-for-education",
    "Independent scrutineer": "independent-scrutineer",
    "Cheshire West and Chester Safeguarding Children's Partnership": (
        "cheshire-west-and-chester-safeguarding-children-partnership"
    ),
    "Stockport Children's Social Care": "stockport-childrens-social-care",
    "Greater Manchester Police": "greater-manchester-police",
    "West Midlands police": "west-midlands-police",
}


def test_the_appendix_has_171_entries_of_which_one_stands_twice() -> None:
    printed = appendix()
    assert {heading: len(entries) for heading, entries in printed.items()} == {
        "Primary Schools": 122,
        "Secondary Schools": 23,
        "Independent": 8,
        "16+": 3,
        "Others": 15,
    }
    names = Counter(name for entries in printed.values() for name in entries)
    assert (names.total(), len(names)) == (171, 170)
    assert [name for name, count in names.items() if count > 1] == ["Oracle School, Cheshire"]


def test_every_setting_of_the_appendix_is_registered_once_under_its_heading() -> None:
    registered: dict[str, list[str]] = {}
    for entry in ENTRIES:
        place = entry.source or ""
        if place.startswith("Arrangements 2019, Appendix 1, "):
            registered.setdefault(place.removeprefix("Arrangements 2019, Appendix 1, "), []).append(entry.name)
    assert {heading: sorted(names) for heading, names in registered.items()} == {
        heading: sorted(set(names)) for heading, names in appendix().items()
    }


def test_every_other_published_name_leads_to_its_agency() -> None:
    names = {name.casefold(): entry.id for entry in ENTRIES for name in (entry.name, *entry.also_known_as)}
    assert {name: names.get(name.casefold()) for name in NAMED} == NAMED
    settings = {name for entries in appendix().values() for name in entries}
    assert {entry.id for entry in ENTRIES if entry.name not in settings} == set(NAMED.values())


def test_the_register_is_170_settings_and_34_others() -> None:
    assert (len(ENTRIES), len(BY_ID)) == (204, 204)


def test_near_twins_are_all_there() -> None:
    for part, count in (("Mary's Catholic", 3), ("Wistaston", 2), ("Shavington", 2), ("Sandbach", 3), ("Wilmslow", 3)):
        assert sum(part in entry.name for entry in ENTRIES) == count, part
    of_st_john = [entry.name for entry in ENTRIES if "St John" in entry.name]
    assert len(of_st_john) == 4  # three primary schools, and St John's Wood Academy


def test_probable_pairs_are_kept_apart_and_name_each_other() -> None:
    pairs = {frozenset((entry.id, entry.possibly_same_as)) for entry in ENTRIES if entry.possibly_same_as}
    assert pairs == {
        frozenset(("david-lewis-school", "the-david-lewis-centre")),
        frozenset(("knutsford-academy", "knutsford-academy-the-studio")),
    }
    for entry in ENTRIES:
        if entry.possibly_same_as:
            assert BY_ID[entry.possibly_same_as].possibly_same_as == entry.id


def test_no_name_is_used_twice() -> None:
    names = Counter(name.casefold() for entry in ENTRIES for name in {entry.name, *entry.also_known_as})
    assert [name for name, count in names.items() if count > 1] == []


def test_one_of_each_safeguarding_partner_is_in_effect() -> None:
    now = [e.agency_type for e in ENTRIES if e.agency_type in STATUTORY and e.effective_to is None]
    assert sorted(now) == sorted(STATUTORY)
    for entry in ENTRIES:
        if entry.agency_type is AgencyType.OTHER_AREA:
            assert entry.agency_type not in STATUTORY


def test_every_succession_leads_to_an_agency_of_today() -> None:
    for entry in ENTRIES:
        assert faults(entry) == []
        assert succession_faults(entry, BY_ID) == []
        assert _heirs(entry), entry.id
    assert [heir.id for heir in _heirs(BY_ID["nhs-south-cheshire-ccg"])] == ["nhs-cheshire-and-merseyside-icb"]
    crc = BY_ID["community-rehabilitation-company-cheshire"]
    assert [heir.id for heir in _heirs(crc)] == ["probation-service-cheshire"]


def _heirs(entry: Entry) -> list[Entry]:
    if entry.effective_to is None:
        return [entry]
    return [heir for successor_id in entry.successor_ids for heir in _heirs(BY_ID[successor_id])]


def test_every_row_says_where_it_comes_from_and_what_is_not_stated_there() -> None:
    names = {field.name for field in fields(Entry)}
    for entry in ENTRIES:
        assert entry.source
        assert entry.source.startswith(DOCUMENTS), entry.id
        assert set(entry.unverified) <= names
        for name in entry.unverified:
            assert getattr(entry, name) not in (None, ()), (entry.id, name)
        if entry.expected_to_raise:
            assert "expected_to_raise" in entry.unverified
        if entry.effective_from or entry.effective_to:
            assert {"effective_from", "effective_to"} & set(entry.unverified)
    for body in BODIES.values():
        assert body.source
        assert body.source.startswith(DOCUMENTS), body.id
        assert set(body.unverified) <= {field.name for field in fields(Body)}


def test_types_that_no_document_states_are_marked() -> None:
    unstated = [entry for entry in ENTRIES if "agency_type" in entry.unverified]
    assert len(unstated) == 112
    assert {entry.agency_type for entry in unstated} == {AgencyType.SCHOOL_MAINTAINED}
    assert not any("Academy" in entry.name for entry in unstated)


def test_the_kinds_of_agency_that_are_published_without_names_have_types_that_exist() -> None:
    with (DATA / "agency_classes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    for row in rows:
        assert row["source"].startswith(DOCUMENTS)
        assert {AgencyType(kind) for kind in row["agency_types"].split(";")}
    covered = {kind for row in rows for kind in row["agency_types"].split(";")} | {e.agency_type for e in ENTRIES}
    assert set(AgencyType) - covered == {AgencyType.ADULT_SERVICES}  # in no published list


def test_bodies_report_to_bodies_and_give_roles_of_their_own_work() -> None:
    assert len(BODIES) == 26
    assert {body.id: body_faults(body, BODIES) for body in BODIES.values()} == {body_id: [] for body_id in BODIES}
    assert {body.id: body.member_role for body in BODIES.values() if body.member_role} == {
        "executive": MemberRole.EXECUTIVE_MEMBER,
        "quality-assurance": MemberRole.QA_MEMBER,
        "learning-and-improvement": MemberRole.LI_MEMBER,
        "operational-group": MemberRole.OPERATIONAL_MEMBER,
    }
    assert BODIES["contextual-safeguarding-strategic-group"].parent_ids == (
        "executive",
        "safer-cheshire-east-partnership",
    )
    ended = BODIES["emotional-health-and-wellbeing"]
    assert ended.effective_to
    assert ended.term.standing(ended.effective_to) is Standing.CURRENT


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_letter_of_another_alphabet(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    strange = {letter for letter in text if letter.isalpha() and not unicodedata.name(letter).startswith("LATIN")}
    assert strange == set()
    assert text == unicodedata.normalize("NFC", text)
