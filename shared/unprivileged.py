"""Runs programs that refuse to be root (PostgreSQL does), also when we are root, without opening anybody's folder."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.startup import CannotStart


@dataclass(frozen=True, slots=True)
class Account:
    """As whom a program runs: the words put before it, and the user and group it changes to (None: our own)."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def popen(
        self, command: Sequence[str | Path], *, environment: dict[str, str], log: int, stdin: int = subprocess.DEVNULL
    ) -> "subprocess.Popen[bytes]":
        """Start `command` in a session of its own, so that Ctrl-C at our terminal is ours alone to handle."""
        return subprocess.Popen(  # noqa: S603 - the command is ours
            [*self.prefix, *map(str, command)],
            stdin=stdin,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def own(self, folder: Path) -> None:
        """Hand an empty folder of ours to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may pass through `folder`: asked of the kernel, not guessed from modes."""
        return self._succeeds("test", "-x", str(folder))

    def can_run(self, program: Path) -> bool:
        """Whether the account can run `program` where it is."""
        return self._succeeds(str(program), "--version")

    def _succeeds(self, *command: str) -> bool:
        try:
            with self.popen(command, environment=dict(os.environ), log=subprocess.DEVNULL) as process:
                return process.wait() == 0
        except OSError:
            return False


def account_for(data: Path, program: Path) -> Account:
    """As whom `program` may serve the folder `data`, which may not exist yet; refused with `CannotStart`.

    Not root: as ourselves. Root: within a user namespace that shows us, and our files, as somebody else, so no mode
    and no owner changes; where the machine forbids namespaces, or the folder is another's, as that other account.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise CannotStart(f"{data} belongs to {_name(owner)}: start as that user, or name another folder (DATA=).")
        return Account()
    if not owner:
        # The account must exist: initdb looks up the name of the user that it believes to be.
        shown_as = next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid)
        account = Account(prefix=("unshare", "--user", f"--map-user={shown_as}", "--"))
        if shutil.which("unshare") and account.can_run(program):
            return account
    if owner == 0:
        raise CannotStart(
            f"{data} belongs to root, and PostgreSQL may not run as root here: start as an ordinary user with a folder "
            "of that user's (DATA=)."
        )
    entry = pwd.getpwnam("nobody") if owner is None else pwd.getpwuid(owner)
    account = Account(uid=entry.pw_uid, gid=entry.pw_gid)
    nearest = next(folder for folder in data.parents if folder.exists())
    for place, reached in ((nearest, account.can_enter(nearest)), (program, account.can_run(program))):
        if not reached:
            raise CannotStart(
                f"PostgreSQL may not run as root, and {entry.pw_name} cannot reach {place}: start as an ordinary user, "
                "or move the suite and its data (DATA=) to a folder that others may pass through."
            )
    return account


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return f"user {uid}"
