"""A real mail server beside the suite's processes."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.e2e.modes import free_port
from tests.post_office import PostOffice

LETTER_SECONDS = 20


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """It listens in a thread of its own, on a port that was free."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def link_in(office: PostOffice, path: str, about: str = "") -> str:
    """The link below this path in the first letter about something; it may come among others that were kept."""
    deadline = time.monotonic() + LETTER_SECONDS
    while time.monotonic() < deadline:
        for letter in office.texts:
            found = re.search(rf"\S+{re.escape(path)}\S+", letter)
            if found and about in letter:
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter with {path} has come")
