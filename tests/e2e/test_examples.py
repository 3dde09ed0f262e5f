"""Every example of the README and of the integrators' page, sent in order as it stands to a fresh sandbox."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Running, ours, suite

pytestmark = pytest.mark.timeout(400)

PAGES = ("README.md", "docs/integrators.md")
BLOCK = re.compile(r"^```(sh|python)( fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Whoever types the commands sees a refusal; the test must fail by it.
CURL = "silent\nshow-error\nfail-with-body\n"
SHELL = ("bash", "-euo", "pipefail", "-c")


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    """A sandbox as a first start leaves it."""
    with suite(data) as running:
        yield running


@pytest.fixture
def desk(running: Running, tmp_path: Path) -> Path:
    """A folder like the project's, in which the commands may leave their files."""
    for name in ("Makefile", "requirements", "services", "shared"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / ".venv" / "bin" / "python").chmod(0o755)
    # What `make` would otherwise install again.
    for name in ("bin/pip", "run.stamp"):
        (tmp_path / ".venv" / name).touch()
    (tmp_path / ".curlrc").write_text(CURL)
    return tmp_path


def script(page: str, desk: Path) -> str:
    """The shell blocks of a page as one script; the Python blocks are saved beside it, under the names they bear."""
    parts = []
    for kind, fails, text in BLOCK.findall((ROOT / page).read_text()):
        if kind == "python":
            (desk / text.partition("\n")[0].removeprefix("# ")).write_text(text)
        elif fails:
            parts.append(f"( {text.strip()} ) && exit 9 || test $? = 22")
        else:
            parts.append(text)
    return "\n".join(parts)


def surroundings(desk: Path, running: Running) -> dict[str, str]:
    """The environment of somebody who has run `make run` on that port, and has a browser."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    browser = f"{sys.executable} {ROOT / 'tests/e2e/sign_in_as.py'} practitioner police %s &"
    own = {"HOME": str(desk), "PATH": path, "PORT": running.port, "BROWSER": browser, "PYTHONPATH": str(ROOT)}
    return ours(own)


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page(page: str, desk: Path, running: Running) -> None:
    lines = script(page, desk)
    assert len(lines) > 500
    done = subprocess.run(
        [*SHELL, lines], cwd=desk, env=surroundings(desk, running), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    if page == "README.md":
        assert '"status":"responded"' in done.stdout
    else:
        assert "closed" in done.stdout
        assert "verified: 2026/27 Q2" in done.stdout
        assert "furthest: activity_signed" in done.stdout
        assert "escalations, as at" in done.stdout
