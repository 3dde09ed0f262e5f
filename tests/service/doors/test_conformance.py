"""The documents are kept: Schemathesis, with all its checks and one of ours, against each service on a socket.

At the gate the documents' own examples and every border of every schema, always the same. `HYPOTHESIS_PROFILE=long` takes
many others too, other ones each time, one operation after the other as links lead, and for narrower callers as well.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.composition import SERVICES
from shared.policy import Access, Role
from tests.postgres import Databases
from tests.service.doors.operations import OPENAPI
from tests.service.doors.running import Doors, Filled, doors, own_address
from tests.service.escalations.running import COUNCIL, POLICE
from tests.service.gateway.running import serving

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(3600)]

ROOT = Path(__file__).parents[3]
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
EXAMPLES = ["--max-examples", "100"] if LONG else ["--phases", "examples,coverage", "--generation-deterministic"]
CALLERS: Mapping[str, tuple[Any, tuple[Role, ...], Access]] = {
    # Not of the council, which is suspended on the way.
    "everybody at once": ((POLICE[0], COUNCIL[1]), tuple(Role), Access.USER),
    "a practitioner": (POLICE, (Role.PRACTITIONER,), Access.USER),
    "a system": (COUNCIL, (Role.AGENCY_LEAD,), Access.APPLICATION),
}
SETTINGS = """
request-timeout = 60.0

[phases.coverage]
unexpected-methods = []  # `test_paths.py` sends every one to every path, at both doors, and reads `Allow` besides

[checks]
# 404, 409, 412, 422 and 429 are rules about records, which no schema states; a check of ours sees to 422.
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422", "429"]
negative_data_rejection.expected-statuses = ["4xx"]
missing_required_header.expected-statuses = ["400", "401", "403", "415", "422", "428"]
"""


@pytest.fixture
def filled(databases: Databases, installed: Filled) -> Iterator[Filled]:
    """One for each run, which leaves much behind."""
    with databases.lent(installed.database.name) as copy:
        yield replace(installed, database=copy)


@pytest.mark.parametrize("caller", CALLERS if LONG else list(CALLERS)[:1])
@pytest.mark.parametrize("service", SERVICES)
async def test_what_the_document_says(filled: Filled, tmp_path: Path, service: str, caller: str) -> None:
    """No 5xx, no status, content type, header or body that it does not name; what it forbids is refused."""
    listener, url = own_address()
    agency, roles, access = CALLERS[caller]
    async with doors(filled, url) as suite, serving(suite.app(service), listener):
        settings = tmp_path / "schemathesis.toml"
        settings.write_text(SETTINGS + "".join(known(suite)))
        token = suite.bearer(agency, *roles, access=access, subject="somebody", exp=2**40)
        document = str(OPENAPI / f"{service}.json")
        run = ["--config-file", str(settings), "run", document, "--url", url, "--checks", "all", "--no-color"]
        run += [] if LONG else ["--warnings", "off"]  # what could be asked besides, which is told after a long run
        said = await output(tmp_path, *run, "--header", f"Authorization: {token['authorization']}", *EXAMPLES)
    assert said.endswith("0"), said


def known(suite: Doors) -> Iterator[str]:
    """Settings by which most paths lead to a record that exists."""
    for name, value in suite.ids.items():
        yield f'[dictionaries.{name}]\nvalues = ["{value}"]\n'
    yield "[parameters]\n"
    for name in suite.ids:
        yield f'{name} = {{ dictionary = "{name}", probability = 0.8 }}\n'


async def output(folder: Path, *arguments: str) -> str:
    """What Schemathesis says, and its exit code."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("st")),
        *arguments,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.service.doors.checks"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return f"{said.decode()}\n{process.returncode}"
