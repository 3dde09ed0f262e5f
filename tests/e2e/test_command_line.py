"""What a newcomer meets: it starts, says so, stops, starts again; and what stands in its way is told in a sentence."""

import os
import re
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.__main__ import main
from shared import embedded
from tests.e2e.running import ROOT, Running, begin, command, suite

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    """A suite at work on a filled sandbox."""
    with suite(data) as running:
        yield running


@pytest.fixture(scope="module")
def used(first_started: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that a suite has used and left."""
    return Path(shutil.copytree(first_started, tmp_path_factory.mktemp("used") / "var"))


def status(url: str, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return int(answer.status)


def in_a_sentence(said: str) -> bool:
    return said.strip().endswith(".") and "Traceback" not in said and len(said.strip().splitlines()) == 1


def test_it_says_where_it_is_and_what_to_copy(running: Running) -> None:
    assert status(f"{running.url}/health/ready") == 200
    assert running.greeting.count("curl -H") == 2
    assert "TOKEN=$(make token" in running.greeting
    assert "✓ PostgreSQL" in running.greeting


@pytest.mark.parametrize("agency", ["police", "icb", "council"])
def test_a_token_and_nothing_else(running: Running, agency: str) -> None:
    ended = command("token", "--agency", agency, "--port", running.port)
    assert ended.code == 0
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", ended.said)
    assert status(f"{running.url}/governance/v1/agencies", ended.said.strip()) == 200


def test_a_token_of_a_system(running: Running) -> None:
    ended = command("token", "--agency", "police", "--system", "--port", running.port)
    assert status(f"{running.url}/governance/v1/agencies", ended.said.strip()) == 200


def test_a_token_that_nobody_can_have(running: Running) -> None:
    for words in (("--role", "emperor"), ("--agency", "atlantis"), ("--port", "1")):
        ended = command("token", "--port", running.port, *words)
        assert ended.code == 1
        assert in_a_sentence(ended.said)


def test_data_are_brought_in_while_it_runs(running: Running, tmp_path: Path) -> None:
    again = command("load", "governance", "agencies", "--data", running.data)
    assert again.code == 0, again.said
    assert "Agencies: " in again.said
    bad = tmp_path / "agencies.csv"
    bad.write_text((ROOT / "services/governance/data/agencies.csv").read_text().replace(",academy,", ",castle,", 1))
    refused = command("load", "governance", "agencies", str(bad), "--data", running.data)
    assert refused.code == 1
    assert "row" in refused.said
    assert "agency_type" in refused.said
    assert "Traceback" not in refused.said


@pytest.mark.long
def test_what_was_told_is_told_again(running: Running) -> None:
    told = command("restate", "governance", "agencies", "--data", running.data)
    assert told.code == 0, told.said
    assert int(told.said.split()[0].replace(",", "")) > 200
    assert "0 handled, 0 failed" in command("redeliver", "escalations", "--data", running.data).said
    rebuilt = command("rebuild", "escalations", "--data", running.data)
    assert rebuilt.code == 0, rebuilt.said
    assert status(f"{running.url}/health/ready") == 200


def test_a_taken_port(running: Running, tmp_path: Path) -> None:
    port = running.port
    ended = command("run", "all", "--data", str(tmp_path / "var"), "--port", port)
    assert ended.code == 1
    assert in_a_sentence(ended.said)
    assert f"Port {port}" in ended.said
    assert "PORT=" in ended.said
    assert not (tmp_path / "var").exists()


def test_data_in_use(running: Running) -> None:
    ended = command("run", "all", "--data", running.data, "--port", "0")
    assert ended.code == 1
    assert in_a_sentence(ended.said)
    assert f"process {running.process.pid}" in ended.said
    assert command("reset", "--data", running.data).code == 1
    assert status(f"{running.url}/health/ready") == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_good_order_and_starts_again_quickly(used: Path, number: int) -> None:
    with suite(used) as running:
        # Its own work, and not the clock's: others may be at work on this machine.
        assert (
            sum(psutil.Process(running.process.pid).cpu_times()[:4]) < 15
        )  # seconds of work; a wall clock would measure the machine's other work
        assert status(f"{running.url}/health/ready") == 200
        ended = running.stop(number)
    assert ended.code == 0
    assert "Traceback" not in ended.said
    assert embedded.serving(used / "postgres") is None


@pytest.mark.long
def test_killed_and_started_again(used: Path) -> None:
    with suite(used) as running:
        running.process.kill()
        running.process.wait()
    with suite(used) as running:
        assert status(f"{running.url}/health/ready") == 200


@pytest.mark.long
def test_stopped_in_the_middle_of_its_first_start(tmp_path: Path) -> None:
    data = tmp_path / "var"
    for seconds, number in ((1.0, signal.SIGINT), (3.0, signal.SIGKILL), (4.0, signal.SIGTERM)):
        begun = begin(data)
        time.sleep(seconds)
        assert "Traceback" not in begun.end(number)
    with suite(data) as running:
        assert status(f"{running.url}/health/ready") == 200


@pytest.mark.long
def test_postgresql_that_ends_by_itself_is_started_again(used: Path) -> None:
    with suite(used) as running:
        pid = int((used / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while not _healthy(running.url):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _healthy(url: str) -> bool:
    try:
        return status(f"{url}/health/ready") == 200
    except OSError:
        return False


def test_data_of_a_newer_version(used: Path) -> None:
    """One of the schemas' is refused alike; what prepares a database is tested for that by itself."""
    mark = used / "postgres" / "data" / "PG_VERSION"
    mark.write_text("19\n")
    try:
        ended = command("run", "all", "--data", str(used), "--port", "0")
    finally:
        mark.write_text("18\n")
    assert ended.code == 1
    assert in_a_sentence(ended.said)
    assert "newer PostgreSQL" in ended.said


@pytest.mark.parametrize("name", ["uvloop", "httptools"])
def test_it_does_not_fall_back_to_slow_parts(tmp_path: Path, name: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{name!r}] = None\n")
    ended = command("run", "all", "--data", str(tmp_path / "var"), environment={"PYTHONPATH": str(tmp_path)})
    assert ended.code == 1
    assert in_a_sentence(ended.said)
    assert name in ended.said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "nothing"), "there are: governance, gateway, escalations, reviews, training"),
        (("run", "escalations"), "SAFER_DATABASE_URL is needed"),
        (("load", "escalations", "nothing"), "can be loaded"),
        (("restate", "escalations", "nothing"), "can restate"),
    ],
)
def test_a_command_that_cannot_be_done(
    words: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["services", *words])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main() == 1
    said = capsys.readouterr().err
    assert told in said
    assert in_a_sentence(said)


def test_a_setting_that_cannot_be_read(tmp_path: Path) -> None:
    ended = command("run", "all", "--data", str(tmp_path), "--port", "0", environment={"SAFER_POOL_SIZE": "many"})
    assert ended.code == 1
    assert "SAFER_POOL_SIZE must be a whole number from 1 to 999,999, not 'many'" in ended.said
    assert "Traceback" not in ended.said


def test_reset(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with embedded.EmbeddedPostgres(data / "postgres", durable=False):
        pass
    (data / "keys.env").write_text("")
    (data / "mine.txt").write_text("not the suite's")
    assert command("reset", "--data", str(data)).code == 0
    assert [path.name for path in data.iterdir()] == ["mine.txt"]
    assert "no data" in command("reset", "--data", str(data)).said
