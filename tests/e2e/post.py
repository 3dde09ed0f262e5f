"""A real mail server beside the suite's processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.e2e.modes import free_port
from tests.service.escalations.post_office import PostOffice


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
