"""Every table of records about children says when they are over, and every class of theirs has its period."""

from importlib import import_module

import pytest

from services.composition import SERVICES
from shared.db import table_of
from shared.keeping.queries import Keeping
from shared.keeping.schedule import OWN, read_periods
from shared.retention import Retained
from tests.contract.test_docs import modules

KEEPINGS: dict[str, Keeping] = {
    service: import_module(f"services.{service}.keeping.queries").KEEPING
    for service in ("escalations", "governance", "reviews")
}


def retained(service: str) -> set[type]:
    """The tables of a service that have the columns."""
    mapped = [one for one in SERVICES[service].base.registry.mappers if issubclass(one.class_, Retained)]
    return {one.class_ for one in mapped if table_of(one.class_).schema == service}


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_says_when_its_records_are_over(service: str) -> None:
    """One that nobody declares would be kept for ever, and no legal hold would reach it."""
    declared = [one.table for one in KEEPINGS[service].kept] if service in KEEPINGS else []
    assert set(declared) == retained(service)
    assert len(set(declared)) == len(declared)


@pytest.mark.parametrize("service", KEEPINGS)
def test_what_others_belong_to_comes_before_them(service: str) -> None:
    """Their days follow from its days, in one walk; and what belongs to nothing has an end of its own, and can be held."""
    kept = KEEPINGS[service].kept
    places = {one.table: place for place, one in enumerate(kept)}
    assert [(one, link) for one in kept for link in one.within if places[link.parent] > places[one.table]] == []
    assert [one for one in kept if not one.within and (one.ended is None or not one.noun)] == []


def test_every_class_has_a_period() -> None:
    """By the classes that commands give: `RETENTION` of each."""
    names = ("RETENTION", "LEARNING_RETENTION")
    used = {value for one in modules() for name in names if isinstance(value := getattr(one, name, None), str)}
    assert used == {one.code for one in read_periods(OWN)}
