"""The suite in both of its modes: one process on the embedded bus, and a process for each service on real Kafka."""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import asyncpg

from services.composition import SERVICES
from shared import keyring
from shared.bus import Bus
from shared.bus.kafka import KafkaBus
from shared.bus.postgres import PostgresBus
from shared.embedded import Address, EmbeddedPostgres, serving
from shared.migrations import owner, runtime
from shared.postmaster import recorded_pid
from tests.e2e.running import ROOT, START_SECONDS, STOP_SECONDS, Ended, Running, begin, command, greeted, ours, suite
from tests.kafka.broker import Broker

GATEWAY = "gateway"
PORTS = (15_000, 32_000)
CHANCE = random.SystemRandom()  # every worker's own, whatever order its tests are shuffled in
GIVEN: set[int] = set()


class Mode(ABC):
    """A suite that answers, whose parts can be killed and whose bus can be taken away."""

    url: str
    address: Address  # of its PostgreSQL

    @abstractmethod
    def bus(self) -> Bus:
        """A connection to its bus, as one more reader would make it."""

    @abstractmethod
    def kill(self, service: str) -> None:
        """End a service's process at once, as a power cut would, and start it again; return when it is ready."""

    @property
    @abstractmethod
    def victims(self) -> Mapping[str, Callable[[], None]]:
        """Its parts, each with how it is killed and started again."""

    @abstractmethod
    async def take_bus_away(self) -> None:
        """From now on nobody reaches the bus."""

    @abstractmethod
    async def bring_bus_back(self) -> None:
        """From now on everybody does again."""

    @abstractmethod
    def command(self, *words: str) -> Ended:
        """Run `python -m services …` on its data, as its operator would."""

    @abstractmethod
    def logs(self) -> Collection[Path]:
        """What its processes have logged."""

    @abstractmethod
    def health(self, service: str) -> str:
        """Where it says how a service is."""

    @abstractmethod
    def metrics(self, service: str) -> str:
        """Where a service's figures are."""

    async def ask(self, statement: str) -> list[Any]:
        """What is in the database, as its superuser."""
        connection = await asyncpg.connect(self.address.url())
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()


@dataclass
class Embedded(Mode):
    """One process on embedded PostgreSQL and its bus: whatever is killed, all of it is.

    There is no broker to stop. The bus is away when its role is refused and its connections end, which is what its users
    see of a stopped broker; the services' own connections to the same PostgreSQL stay.
    """

    data: Path
    environment: Mapping[str, str]
    running: Running = field(init=False)

    def start(self, port: int = 0) -> None:
        """Start it; what it logs follows what it logged before."""
        (log,) = self.logs()
        self.running = greeted(begin(self.data, port=port, environment=self.environment, log=log), self.data)

    def end(self, number: signal.Signals) -> None:
        """End it, one way or another."""
        self.running.begun.end(number)

    @property
    def url(self) -> str:  # type: ignore[override]
        """Where it answers."""
        return self.running.url

    @property
    def address(self) -> Address:  # type: ignore[override]
        """Its PostgreSQL."""
        found = serving(self.data / "postgres")
        assert found
        return found

    def bus(self) -> Bus:
        """A connection to the log table."""
        return PostgresBus(self.address.url(runtime("bus")))

    def kill(self, service: str) -> None:
        """End the one process, and start it on the same port."""
        port = int(self.running.port)
        self.end(signal.SIGKILL)
        self.start(port)

    def logs(self) -> Collection[Path]:
        """The one process's."""
        return [self.data / "suite.log"]

    def health(self, service: str) -> str:
        """The gateway's: nobody reaches the services behind it."""
        return f"{self.url}/health/ready"

    def metrics(self, service: str) -> str:
        """Everybody's."""
        return f"http://127.0.0.1:{self.environment['SAFER_METRICS_PORT']}/metrics"

    def command(self, *words: str) -> Ended:
        """Run a command on its folder."""
        return command(*words, "--data", str(self.data), environment=self.environment)

    @property
    def victims(self) -> Mapping[str, Callable[[], None]]:
        """The one process, and the PostgreSQL that it starts again by itself."""
        return {"suite": partial(self.kill, "all"), "database": self._kill_database}

    def _kill_database(self) -> None:
        kill_postgres(self.data / "postgres")
        await_answer(f"{self.url}/health/ready")

    async def take_bus_away(self) -> None:
        """Refuse its role, and end its connections."""
        role = runtime("bus")
        await self.ask(f"ALTER ROLE {role} NOLOGIN")
        await self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'")

    async def bring_bus_back(self) -> None:
        """Let its role in."""
        await self.ask(f"ALTER ROLE {runtime('bus')} LOGIN")


@dataclass
class Separate(Mode):
    """A process for each service, on a PostgreSQL and a Kafka of their own."""

    folder: Path
    postgres: EmbeddedPostgres
    address: Address
    broker: Broker
    environment: Mapping[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:  # type: ignore[override]
        """Where the gateway answers."""
        return self.environment["SAFER_PUBLIC_URL"]

    def bus(self) -> Bus:
        """A connection to the broker."""
        return KafkaBus(self.broker.servers)

    def start(self, services: Collection[str]) -> None:
        """Start processes, and wait until each says that it has what it needs."""
        for name in services:
            self.processes[name] = self._process(name)
        for name in services:
            await_answer(self.health(name))

    def logs(self) -> Collection[Path]:
        """A file for each."""
        return [self.folder / f"{name}.log" for name in self.processes]

    def health(self, service: str) -> str:
        """Of its own process."""
        return f"{self._own(service)}/health/ready"

    def metrics(self, service: str) -> str:
        """Of its own process; the gateway's are on an address of their own."""
        own = f"http://127.0.0.1:{self.environment['SAFER_METRICS_PORT']}" if service == GATEWAY else self._own(service)
        return f"{own}/metrics"

    def _own(self, service: str) -> str:
        return f"http://127.0.0.1:{self.environment[f'{service.upper()}_LISTEN_PORT']}"

    def _process(self, service: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{service}.log").open("ab") as log:
            command = [sys.executable, "-m", "services", "run", service]
            return subprocess.Popen(command, cwd=ROOT, env=ours(self.environment), stdout=log, stderr=log)

    def kill(self, service: str) -> None:
        """End one service's process, and start it."""
        self.processes[service].kill()
        self.processes[service].wait()
        self.start([service])

    def stop(self) -> None:
        """End them all in good order."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(STOP_SECONDS)

    def command(self, *words: str) -> Ended:
        """Run a command with its settings."""
        return command(*words, environment=self.environment)

    @property
    def victims(self) -> Mapping[str, Callable[[], None]]:
        """Every process."""
        services = {name: partial(self.kill, name) for name in SERVICES}
        return services | {"database": self._kill_database, "broker": self._kill_broker}

    def _kill_database(self) -> None:
        kill_postgres(self.postgres.folder)
        while not self.postgres.revive():
            time.sleep(0.01)

    def _kill_broker(self) -> None:
        self.broker.kill()
        self.broker.start()

    async def take_bus_away(self) -> None:
        """Cut the broker's power."""
        self.broker.kill()

    async def bring_bus_back(self) -> None:
        """Start it on what it has kept."""
        await asyncio.to_thread(self.broker.start)


@contextmanager
def embedded(data: Path, environment: Mapping[str, str] | None = None) -> Iterator[Embedded]:
    """One process, on a folder that may hold a sandbox already."""
    given = {"SAFER_METRICS_PORT": str(free_port()), **(environment or {})}
    mode = Embedded(data, given)
    mode.start()
    try:
        yield mode
    finally:
        mode.end(signal.SIGINT)


@contextmanager
def separate(
    folder: Path, environment: Mapping[str, str] | None = None, *, started: Path | None = None, kafka: bool = True
) -> Iterator[Separate]:
    """A process for each service, on Kafka or on the bus's log table; what they log is in the folder, a file for each.

    On a copy of the data of a suite that has `started` everybody has heard all that there was to hear; else the sandbox
    is filled before, by one process on the same bus.
    """
    broker = Broker(folder / "kafka")
    if started:
        shutil.copytree(started, folder, dirs_exist_ok=True)
    postgres = EmbeddedPostgres(folder / "postgres")  # what is killed must have kept what it promised
    with postgres as address:
        surroundings = _environment(address, folder) | {"SAFER_BUS": "postgres"} | dict(environment or {})
        try:
            if kafka:
                broker.start()
                surroundings |= {"SAFER_BUS": "kafka", "SAFER_KAFKA_SERVERS": broker.servers}
            if not started:
                quiet = surroundings | {"SAFER_LOG_LEVEL": "WARNING"}
                with suite(folder, port=int(surroundings["GATEWAY_LISTEN_PORT"]), environment=quiet):
                    pass
            mode = Separate(folder, postgres, address, broker, surroundings)
            try:
                mode.start(SERVICES)
                yield mode
            finally:
                mode.stop()
        finally:
            broker.kill()


def free_port() -> int:
    """A port on which nobody listens, never given twice, and out of the range from which connections take theirs."""
    while True:
        port = CHANCE.randrange(*PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            if port not in GIVEN:
                GIVEN.add(port)
                return port


def await_answer(url: str) -> None:
    """Wait until an address answers well."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError), urlopen(url, timeout=2):
            return
        assert time.monotonic() < deadline, f"{url} does not answer"
        time.sleep(0.1)


def kill_postgres(folder: Path) -> None:
    """End a PostgreSQL at once."""
    pid = recorded_pid(folder / "data")
    assert pid
    os.kill(pid, signal.SIGKILL)


def _environment(address: Address, folder: Path) -> dict[str, str]:
    ports = {name: free_port() for name in SERVICES}
    upstreams = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items() if name != GATEWAY)
    return {
        "SAFER_DATABASE_URL": address.url(runtime("{service}")),
        "SAFER_OWNER_DATABASE_URL": address.url(owner("{service}")),
        "SAFER_ADMIN_DATABASE_URL": address.url(),
        "SAFER_SANDBOX": "true",
        "SAFER_LOG_LEVEL": "WARNING",
        "SAFER_PUBLIC_URL": f"http://127.0.0.1:{ports[GATEWAY]}",
        "SAFER_METRICS_PORT": str(free_port()),
        "GATEWAY_UPSTREAMS": upstreams,
        **{f"{name.upper()}_LISTEN_PORT": str(port) for name, port in ports.items()},
        **keyring.kept(folder / "keys.env"),
    }
