"""The walls between services, nouns and rooms: each stands, and each falls when somebody breaks through it."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = {"api", "commands", "queries", "schemas", "models", "domain"}
PURE = (
    "acting",
    "calendar",
    "child_records/domain",
    "children",
    "clocks",
    "days",
    "directory",
    "invitations/domain",
    "keeping/domain",
    "joint_decisions/domain",
    "joint_decisions/said",
    "letters/domain",
    "moves",
    "problems",
)
PURE_MAY_IMPORT = {
    "rfc8785",
    "shared.acting",
    "shared.calendar",
    "shared.children",
    "shared.clocks",
    "shared.days",
    "shared.deadlines",
    "shared.directory",
    "shared.identifying",
    "shared.keeping.domain",
    "shared.joint_decisions.domain",
    "shared.joint_decisions.said",
    "shared.one_time",
    "shared.letters.domain",
    "shared.moves",
    "shared.problems",
    "shared.policy",
}

# Contract, the file to which a line is added, and the line that breaks through.
PLANTED = [
    ("services", "services/gateway/state.py", "import services.escalations.tables"),
    ("shared-knows-no-service", "shared/etag.py", "import services.escalations.tables"),
    ("shared", "shared/etag.py", "import shared.service"),
    ("escalations", "services/escalations/ladders/domain.py", "import services.escalations.stages.domain"),
    ("governance", "services/governance/agencies/domain.py", "import services.governance.bodies.domain"),
    ("reviews", "services/reviews/tables.py", "import services.reviews.register.models"),
    ("training", "services/training/tables.py", "import services.training.register.models"),
    ("rooms", "services/escalations/stages/domain.py", "import services.escalations.stages.models"),
    ("oauth-core", "services/gateway/oauth/context.py", "import sqlalchemy"),
    ("reports", "services/escalations/reports/figures.py", "import services.escalations.reports.document"),
    (
        "operations-decide-nothing",
        "services/escalations/escalations/api.py",
        "import services.escalations.escalations.models",
    ),
    ("commands-know-no-http", "services/escalations/escalations/commands.py", "import fastapi"),
    ("kafka", "shared/outbox.py", "import aiokafka"),
]


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check a copy of the house."""
    only = [argument for one in contracts for argument in ("--contract", one)]
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *only]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which walls may be broken."""
    folder = tmp_path_factory.mktemp("house")
    for part in ("shared", "services"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_walls_stand(house: Path) -> None:
    """Nothing breaks through as the house is."""
    checked = lint(house)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED, ids=[contract for contract, _, _ in PLANTED])
def test_a_breach_is_seen(house: Path, contract: str, file: str, line: str) -> None:
    """One import through the wall breaks its contract."""
    path = house / file
    whole = path.read_text()
    path.write_text(f"{whole}\n{line}\n")
    try:
        checked = lint(house, contract)
    finally:
        path.write_text(whole)
    assert checked.returncode == 1, checked.stdout
    assert "BROKEN" in checked.stdout


def test_every_contract_has_its_breach() -> None:
    """A contract that nobody has seen fail may check nothing."""
    assert {contract["id"] for contract in CONTRACTS} <= {contract for contract, _, _ in PLANTED}


def nouns() -> set[str]:
    """Every folder of a service that has a room."""
    return {
        f"services.{path.parent.parent.name}.{path.parent.name}"
        for path in ROOT.glob("services/*/*/*.py")
        if path.stem in ROOMS and path.parent.parent.name != "gateway"
    }


def test_every_noun_is_under_the_contract_of_rooms() -> None:
    """A noun that the contract does not name would be free to import what it likes."""
    rooms = next(contract for contract in CONTRACTS if contract["id"] == "rooms")
    with_their_own = {container for one in CONTRACTS if one["id"] == "reports" for container in one["containers"]}
    assert nouns() == set(rooms["containers"]) | with_their_own
    assert nouns()


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def domains() -> list[Path]:
    """Every domain, and the pure modules of what is shared."""
    found = [
        path for path in ROOT.glob("services/*/*/domain.py") if path.parts[-3] != "gateway"
    ]  # it has no domain of its own
    return found + [ROOT / "shared" / f"{name}.py" for name in PURE]


@pytest.mark.parametrize("path", domains(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_domain_is_pure(path: Path) -> None:
    """The standard library, the pure modules, and the domains of nouns beneath: nothing that reads, writes or waits."""
    for name in imported(path):
        known = name.split(".")[0] in sys.stdlib_module_names or any(
            name == allowed or name.startswith(f"{allowed}.") for allowed in PURE_MAY_IMPORT
        )
        assert known or name.endswith(".domain"), f"{path} imports {name}"
