"""The sandbox's people are made up, and the same as those who can sign in at the gateway."""

import csv
from pathlib import Path

import pytest

from services.gateway.sandbox.cast import person_id, players
from services.governance.load import DATA, read_register
from services.governance.sandbox import people, register

REGISTERED = {entry.id for _, entry in read_register(DATA / "agencies.csv")}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the sandbox's files."""
    with (register.DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_with_a_seat_can_sign_in() -> None:
    cast = {(player.part.agency_id, player.role.value): player for player in players()}
    for row in rows("memberships.csv"):
        player = cast[row["agency_id"], row["role"]]
        assert row["person_name"] == player.name
        assert people.person_id(row["agency_id"], row["role"]) == player.person_id
        assert player.person_id == person_id(row["agency_id"], row["role"])


def test_every_address_and_number_is_nobodys() -> None:
    for row in rows("contacts.csv"):
        assert row["email"].endswith(".example")
        assert row["telephone"].startswith("01632 960")  # the block set aside for drama


@pytest.mark.parametrize("path", sorted(register.DATA.glob("*.csv")), ids=lambda path: path.name)
def test_every_agency_is_registered(path: Path) -> None:
    for row in rows(path.name):
        assert {row[column] for column in ("agency_id", "for_agency_id") if column in row} <= REGISTERED
