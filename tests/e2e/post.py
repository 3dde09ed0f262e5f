"""A real mail server beside the suite's processes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.service.escalations.post_office import PostOffice


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """It listens in a thread of its own, on a port that was free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        office = PostOffice(port=free.getsockname()[1])
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
