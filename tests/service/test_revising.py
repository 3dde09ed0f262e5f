"""The next migration, written by a command: nothing where tables and migrations agree, and what is missing where not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from services.composition import SERVICES, revise
from shared.service import Service


def copied(name: str, folder: Path) -> Service:
    """A service whose migrations stand where they may be written."""
    service = SERVICES[name]
    shutil.copytree(service.migrations, folder / "migrations")
    return replace(service, migrations=folder / "migrations")


@pytest.mark.parametrize("name", SERVICES)
def test_every_table_is_migrated(name: str, tmp_path: Path) -> None:
    written = revise(copied(name, tmp_path), "Nothing")
    assert written is None, written and written.read_text()


def test_what_is_missing_is_written(tmp_path: Path) -> None:
    service = copied("escalations", tmp_path)
    first, *later = sorted((service.migrations / "versions").glob("0*.py"))
    for one in later:  # all of them: the last one alone may do nothing that a comparison sees
        one.unlink()
    first.write_text(first.read_text().replace(", 'practice_alert')", ")"))
    written = revise(service, "The same again")
    assert written
    assert written.name == f"{later[0].name[:4]}_the_same_again.py"
    revision = written.read_text()
    assert "op.create_table(" in revision
    for kind in ("drop_constraint", "create_check_constraint"):
        assert f'op.{kind}("ck_escalation_kind"' in revision.replace("'", '"'), "a code was missing there"
