"""What must hold before anything is started; each failure is one sentence for the person at the terminal."""

import socket
from importlib.util import find_spec


class Mendable(Exception):
    """Something that the person at the terminal can mend; its text is one sentence that names the cause and the cure."""


class CannotStart(Mendable):
    """The suite cannot start, or must not."""


def require_fast_server() -> None:
    """Refuse to serve without uvloop and httptools: uvicorn's fallbacks are three times slower, and silent."""
    missing = [name for name in ("uvloop", "httptools") if find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"{' and '.join(missing)} cannot be imported: install what requirements/run.txt names, then start again."
        )


def listen(host: str, port: int, named: str = "PORT") -> socket.socket:
    """Bind `host:port` at once, so that a taken port is known before any work is done; returns the listening socket.

    CannotStart says by what another is `named`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({_reason(error)}): stop what uses it, or name another with {named}=."
        ) from error
    listener.setblocking(False)
    return listener


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
