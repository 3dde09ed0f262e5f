"""The pages tell of everything that there is, and of nothing that there is not."""

import dataclasses
import importlib
import json
import pkgutil
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from prometheus_client import REGISTRY

import services
import shared
from services.__main__ import cli
from services.composition import SERVICES
from services.escalations.own_tables import COLUMNS
from shared import policy
from shared.contract_documents import GENERATED
from shared.contract_tables import problems_page
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
OPERATORS, PROBLEMS, EVENTS, ACTIONS = (
    (ROOT / "docs" / f"{name}.md").read_text() for name in ("operators", "problems", "events", "actions")
)
ALERTS = (ROOT / "deploy" / "alerts.yaml").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
FIRST_CELL = re.compile(r"^\| `([^`]+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
PAGES = (
    "README.md",
    "DECISIONS.md",
    "CHANGELOG.md",
    "deploy/README.md",
    *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)


def modules() -> Iterator[ModuleType]:
    """Every module, imported."""
    for package in (shared, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in found.name.split(".")[2:] and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def metrics() -> set[str]:
    """The suite's own, as Prometheus reads them."""
    list(modules())
    own = (family for family in REGISTRY.collect() if family.name.startswith("safer_"))
    return {f"{family.name}_total" if family.type == "counter" else family.name for family in own}


def told_and_there(told: Iterable[str], there: Iterable[str]) -> None:
    """Each is in both; neither is empty."""
    told = set(told)
    assert told
    assert told == set(there)


def test_every_setting() -> None:
    there = {
        f"SAFER_{f.name.upper()}": f.metadata["about"] for f in dataclasses.fields(Settings) if f.name != "service"
    }
    told_and_there((name for name in FIRST_CELL.findall(OPERATORS) if name.startswith("SAFER_")), there)
    for name, about in there.items():
        assert f"| {about} |" in OPERATORS, name


def test_every_problem() -> None:
    """Once each: where two services refuse alike, they say so alike; and each says what it means and what cures it."""
    imported = list(modules())
    assert problems_page(GENERATED) == PROBLEMS, f"a class of {len(imported)} modules is not on the page"
    rows = [line.strip("|").split(" | ") for line in PROBLEMS.splitlines() if line.startswith("| `")]
    assert len({code for code, *_ in rows}) == len(rows)
    for code, status, title, meaning, cure in rows:
        assert 400 <= int(status) < 600
        assert title
        assert meaning.endswith("."), code
        assert cure.strip().endswith("."), code


def test_every_event() -> None:
    there = {event.type for service in SERVICES.values() for event in service.publishes}
    told_and_there((name for name in FIRST_CELL.findall(EVENTS) if name.endswith(".v1")), there)


def test_every_action() -> None:
    told_and_there(FIRST_CELL.findall(ACTIONS), policy.ACTIONS)
    for name, action in policy.ACTIONS.items():
        assert action.about in ACTIONS, name


def test_every_metric_has_its_alarm_and_cure() -> None:
    told_and_there((name for name in FIRST_CELL.findall(OPERATORS) if name.startswith("safer_")), metrics())


def test_every_column_of_running_escalations() -> None:
    """Who writes the table has nothing else to go by."""
    assert [column for column in COLUMNS if f"`{column}`" not in OPERATORS] == []


def test_every_target_and_command() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert targets
    for target in set(targets[1].split()):
        assert f"`make {target}`" in OPERATORS, target
    for command in cli.registered_commands:
        assert command.callback
        assert re.search(rf"`{command.callback.__name__}[ `]", OPERATORS), command.callback.__name__


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall((ROOT / page).read_text()):
        assert ((ROOT / page).parent / target).exists(), target


def test_compose_is_by_its_specification() -> None:
    jsonschema.validate(COMPOSE, json.loads((Path(__file__).parent / "compose-spec.json").read_text()))


def test_compose_sets_known_settings_for_known_services() -> None:
    names = {f.name.upper() for f in dataclasses.fields(Settings)}
    known = {f"{prefix}_{name}" for prefix in ("SAFER", *map(str.upper, SERVICES)) for name in names}
    ours = {name: one for name, one in COMPOSE["services"].items() if name not in ("postgres", "kafka")}
    assert set(ours) == {*SERVICES, "migrate", "load"}
    for name, one in ours.items():
        assert set(one["environment"]) <= known, name
        assert one["command"] in (["run", name], [name]), name


def test_the_image_has_what_the_services_need() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "requirements/run.txt" in image
    assert "COPY docs/*.md docs/" in image
    assert "USER safer" in image
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert COMPOSE["services"]["gateway"]["image"] == f"safer:{version}"


def test_the_map_of_what_is_shared_names_each_module_once() -> None:
    house = (ROOT / "docs" / "contributors.md").read_text().split("What stands in `shared/`")[1].split("\n## ")[0]
    named = re.findall(
        r"`([a-z_]+)`", "".join(line.split("|")[2] for line in house.splitlines() if line.startswith("|"))
    )
    assert sorted(named) == sorted(
        found.name for found in pkgutil.iter_modules(shared.__path__) if found.name != "data"
    )


def test_every_alarm_is_a_rule_on_figures_that_there_are() -> None:
    """And stands on the operators' page, where its cure is; each figure has one."""
    rules = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
    told_and_there(re.findall(r"\| `(Safer\w+)` \|", OPERATORS), [rule["alert"] for rule in rules])
    asked = {re.sub("_bucket$", "", name) for rule in rules for name in re.findall(r"\bsafer_\w+", rule["expr"])}
    told_and_there(asked, metrics())
    labels = {label for rule in rules for label in re.findall(r"(\w+)(?:=~|!~|!=|=)\"", rule["expr"])}
    labels |= {
        label for rule in rules for by in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in by.split(", ")
    }
    assert labels <= {*_labels(), "job", "le"}


def _labels() -> set[str]:
    """The labels of the suite's own metrics."""
    own = [one for one in set(REGISTRY._collector_to_names) if getattr(one, "_name", "").startswith("safer_")]
    return {label for one in own for label in getattr(one, "_labelnames", ())}


def test_the_image_gets_what_it_copies() -> None:
    """What is shut out of the build's context leaves the image without a word."""
    let_in = {line[1:] for line in (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().split() if line[0] == "!"}
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    told_and_there(let_in, re.findall(r"^COPY (?!--)(\S+)", image, re.MULTILINE))
