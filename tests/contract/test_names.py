"""The names that partners' scripts rely on: the make targets with their variables, and the words of the command line."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from services.__main__ import cli
from services.composition import SERVICES

ROOT = Path(__file__).parents[2]
TARGETS = {"help", "run", "test", "token", "bench", "endure", "lint", "contracts", "reset"}
COMMANDS = {"run", "migrate", "load", "restate", "redeliver", "rebuild", "contracts", "token", "reset"}


def make(*words: str) -> str:
    """What make says."""
    return subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_help_lists_every_target_with_what_it_does() -> None:
    lines = [re.fullmatch(r"  make (\w+) +(\S.+)", line) for line in make("help").splitlines()]
    assert {line[1] for line in lines if line} == TARGETS
    assert all(lines)
    assert make() == make("help")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("run", "PORT=8123", "DATA=/srv/safer"), "run all --port '8123' --data '/srv/safer'"),
        (("run",), "run all --port '8000' --data 'var'"),
        (("reset", "DATA=other"), "reset --data 'other'"),
        (("token", "AGENCY=police"), "token --agency 'police' --role 'agency_lead'  --port '8000'"),
        (("token", "AGENCY=icb", "ROLE=practitioner", "SYSTEM=1"), "'icb' --role 'practitioner' --system --port"),
    ],
)
def test_variables_reach_the_command(words: tuple[str, ...], line: str) -> None:
    assert line in make("--dry-run", *words)


def test_the_command_line_has_its_words() -> None:
    commands = get_command(cli).commands  # type: ignore[attr-defined]
    assert commands.keys() >= COMMANDS
    assert all(command.help for command in commands.values())


def test_the_services_have_their_names() -> None:
    assert list(SERVICES) == ["governance", "gateway", "escalations", "reviews", "training"]


@pytest.mark.parametrize("script", [".ci/run", "tests/tools.sh"])
def test_scripts_are_sound(script: str) -> None:
    subprocess.run(["sh", "-n", str(ROOT / script)], check=True)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
