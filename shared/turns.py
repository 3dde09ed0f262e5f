"""Who has a turn next: each kind of work in the order in which it came, the kinds one after the other, nobody for too long."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field


class Crowded(TimeoutError):
    """More is asked for than can be done in time; `seconds` is how long it would take."""

    def __init__(self, seconds: float) -> None:
        super().__init__("more is asked for than can be done in time")
        self.seconds = seconds


@dataclass(slots=True)
class _Line:
    """Those of one kind who have a turn, those who wait for one, and how many have had one since when somebody has waited."""

    having: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    since: float = 0.0
    had: int = 0

    def expected(self, now: float) -> float:
        """Seconds until whoever joins now would have a turn, as it has gone since somebody waits; nought where nobody knows."""
        return len(self.waiting) * (now - self.since) / self.had if self.had else 0.0


class Turns:
    """So many at once, and at most four in five of one kind: where all of a kind wait for one row, others go on.

    Who would wait for longer than `longest` seconds is told at once; who has waited so long, then.
    """

    def __init__(self, places: int, longest: float) -> None:
        self._free, self._most, self._longest = places, max(1, places * 4 // 5), longest
        self._lines: OrderedDict[str, _Line] = OrderedDict()  # whose kind had a turn longest ago stands first

    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line.waiting) for line in self._lines.values())

    async def take(self, kind: str) -> None:
        """Wait for a turn; whoever has had it calls `give`. Crowded."""
        line = self._lines.get(kind) or self._lines.setdefault(kind, _Line())
        if self._free and line.having < self._most:  # so nobody of this kind waits
            self._free -= 1
            line.having += 1
            return
        try:
            await self._wait(line)
        except BaseException:
            self._leave(kind)
            raise

    def give(self, kind: str) -> None:
        """End a turn, and let whoever is next have one."""
        self._free += 1
        self._lines[kind].having -= 1
        self._pass_on()
        self._leave(kind)

    async def _wait(self, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        if not line.waiting:
            line.since, line.had = loop.time(), 0
        elif self._is_measured(line, loop.time()) and (seconds := line.expected(loop.time())) > self._longest:
            raise Crowded(seconds)
        mine = loop.create_future()
        line.waiting.append(mine)
        try:
            async with asyncio.timeout(self._longest):
                await mine
        except BaseException as failure:
            if mine.done() and not mine.cancelled():  # it came at the very moment at which she went
                self._free += 1
                line.having -= 1
            else:
                line.waiting.remove(mine)
            self._pass_on()
            if isinstance(failure, TimeoutError):
                raise Crowded(line.expected(loop.time())) from None
            raise

    def _is_measured(self, line: _Line, now: float) -> bool:
        """Whether it has gone on for long enough to be reckoned by: how the first of a crowd fared says nothing of the rest."""
        return now - line.since >= self._longest / 10

    def _pass_on(self) -> None:
        for kind, line in self._lines.items():
            next_one = next((one for one in line.waiting if not one.done()), None)
            if self._free and next_one and line.having < self._most:
                line.waiting.remove(next_one)
                next_one.set_result(None)
                line.having += 1
                line.had += 1
                self._free -= 1
                self._lines.move_to_end(kind)
                return

    def _leave(self, kind: str) -> None:
        line = self._lines.get(kind)
        if line and not (line.having or line.waiting):
            del self._lines[kind]
