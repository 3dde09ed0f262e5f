"""The secrets of an embedded installation: made at its first start, and kept where only its owner reads them."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from shared.startup import CannotStart

VARIABLES = ("SAFER_PSEUDONYM_KEY", "SAFER_SEAL_KEY", "SAFER_CURSOR_KEY", "SAFER_RECORD_KEY")


def kept(path: Path) -> Mapping[str, str]:
    """The keys by their variable's name, made where they are missing. Whoever loses the file cannot read what is sealed.

    The file reads as environment variables do, so that the same keys can be carried to another installation.
    """
    try:
        found = _read(path)
        missing = {name: secrets.token_hex(32) for name in VARIABLES if name not in found}
        if missing:
            _write(path, found | missing)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"The keys in {path} cannot be kept: {getattr(error, 'strerror', error)}.") from error
    return found | missing


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if line.startswith("SAFER_"))
    return {name: value for name, _, value in pairs}


def _write(path: Path, keys: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        file.write("# Secrets of this installation. What is sealed with them cannot be read without them.\n")
        file.writelines(f"{name}={value}\n" for name, value in sorted(keys.items()))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
