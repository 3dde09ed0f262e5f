"""A real PostgreSQL from a wheel, for whoever has none: run on a folder and reached by a private unix socket only."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from shared import cluster
from shared.cluster import DATABASE, SUPERUSER, binary
from shared.postmaster import SOCKET_PREFIX, STOP_SECONDS, ready, recorded_pid, serves, socket_folder, stop_orphan
from shared.startup import CannotStart
from shared.unprivileged import Account, account_for

SOCKET_FOLDERS = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - mkdtemp makes a folder that only we can enter
LONGEST_SOCKET_FOLDER = 107 - len("/safer-12345678/.s.PGSQL.5432")
LOG_KEPT = 5_000_000
STRAGGLERS_SECONDS = 10.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
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
        self._address: Address | None = None

    def start(self) -> Address:
        """Start the server, at first on a new cluster, and wait until it is ready. CannotStart says why not."""
        if self._lock is not None:
            raise RuntimeError("started already")
        self._account = account_for(self._data, binary("postgres"))
        self._make_folder()
        self._lock = _locked(self.folder / "lock", self.folder)
        try:
            cluster.forget_unfinished(self.folder)
            if not self._data.exists():
                cluster.create(self._data, self._account, durable=self._durable)
            cluster.check_version(self._data)
            stop_orphan(self._data)
            self._address = Address(_new_socket_folder(self._account))
            self._launch(self._address)
        except BaseException:
            self.stop()
            raise
        return self._address

    def revive(self) -> bool:
        """Start the server again, at the same address, if it has ended by itself; whether it had."""
        if self._address is None or (self._server is not None and self._server.poll() is None):
            return False
        self._launch(self._address)
        return True

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
        if self._address is not None:
            shutil.rmtree(self._address.socket_folder, ignore_errors=True)
            self._address = None
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

    def _launch(self, address: Address) -> None:
        settings = SETTINGS | ({} if self._durable else FAST_BUT_FORGETFUL)
        settings["unix_socket_directories"] = str(address.socket_folder)
        command = [str(binary("postgres")), "-D", str(self._data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        give_up = time.monotonic() + STRAGGLERS_SECONDS
        while (said := self._launched(command)) is not None:
            # Sessions that outlived a killed server hold its shared memory until they notice, in a second or so.
            if "shared memory block" not in said or time.monotonic() > give_up:
                raise CannotStart(cluster.explained(said, self._data))
            time.sleep(0.2)

    def _launched(self, command: list[str]) -> str | None:
        """Start the server once: None when it is ready, or what it said before it ended."""
        if self._log.exists() and self._log.stat().st_size > LOG_KEPT:
            self._log.replace(self._log.with_suffix(".log.1"))
        with open(self._log, "ab", opener=_private) as log:
            begun = log.seek(0, os.SEEK_END)
            ours = cluster.environment(ignoring=recorded_pid(self._data))
            self._server = self._account.popen(command, environment=ours, log=log.fileno())
        while self._server.poll() is None:
            if ready(self._data, self._server.pid):
                return None
            time.sleep(0.01)
        self._server = None
        with self._log.open("rb") as log:
            log.seek(begun)
            return log.read().decode(errors="replace")


def serving(folder: Path) -> Address | None:
    """The address of the PostgreSQL that another process of ours runs on `folder` at this moment, if one does."""
    data = folder.absolute() / "data"
    pid, listens = recorded_pid(data), socket_folder(data)
    if pid is None or listens is None or not serves(pid, data) or not ready(data, pid):
        return None
    return Address(listens)


def remove(folder: Path) -> bool:
    """Delete the cluster for good; whether there was one. CannotStart where it is in use, or none of ours."""
    if not folder.exists():
        return False
    with _locked(folder / "lock", folder):
        if not (folder / "data").exists():
            return False
        cluster.check_version(folder / "data")
        stop_orphan(folder / "data")
        shutil.rmtree(folder)
    return True


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


def _new_socket_folder(account: Account) -> Path:
    """A new folder that only the account can enter, so short that the socket's path fits into its 107 bytes."""
    parent = next(folder for folder in SOCKET_FOLDERS if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER)
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    account.own(folder)
    return folder


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
