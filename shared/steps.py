"""What a person at the terminal sees of long work: each step as it begins, how far it is, and how long it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


class Steps:
    """Steps written to a console; to one that is no terminal, each as a line when it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """One step; the block may tell how many of how many are done."""
        begun = time.monotonic()
        with self._console.status(f"{doing} …") as status:
            yield lambda done, total: status.update(f"{doing} … {done:,} of {total:,}")
        self.done(doing, time.monotonic() - begun)

    def done(self, what: str, seconds: float) -> None:
        """A finished step."""
        self._console.print(Text.assemble(("✓ ", "green"), f"{what:<58}", (f"{seconds:6.1f} s", "dim")))
