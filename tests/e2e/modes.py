"""The suite in both of its modes: one process on the embedded bus, and a process for each service on real Kafka."""

import asyncio
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import asyncpg

from services.composition import SERVICES
from shared import keyring
from shared.bus import Bus
from shared.bus.kafka import KafkaBus
from shared.bus.postgres import PostgresBus
from shared.embedded import Address, EmbeddedPostgres, serving
from shared.migrations import owner, runtime
from tests.e2e.running import ROOT, START_SECONDS, STOP_SECONDS, Running, begin, greeted, ours, suite
from tests.kafka.broker import Broker

GATEWAY = "gateway"


class Mode(ABC):
    """A suite that answers, whose parts can be killed and whose bus can be taken away."""

    url: str

    @property
    @abstractmethod
    def address(self) -> Address:
        """Its PostgreSQL."""

    @abstractmethod
    def bus(self) -> Bus:
        """A connection to its bus, as one more reader would make it."""

    @abstractmethod
    def kill(self, service: str) -> None:
        """End a service's process at once, as a power cut would, and start it again; return when it is ready."""

    @abstractmethod
    async def take_bus_away(self) -> None:
        """From now on nobody reaches the bus."""

    @abstractmethod
    async def bring_bus_back(self) -> None:
        """From now on everybody does again."""

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
    running: Running

    @property
    def url(self) -> str:  # type: ignore[override]
        """Where it answers."""
        return self.running.url

    @property
    def address(self) -> Address:
        """Its PostgreSQL."""
        found = serving(self.data / "postgres")
        assert found
        return found

    def bus(self) -> Bus:
        """A connection to the log table."""
        return PostgresBus(self.address.url(runtime("bus")))

    def kill(self, service: str) -> None:
        """End the one process, and start it on the same port."""
        self.running.process.kill()
        self.running.process.communicate()
        self.running = greeted(begin(self.data, port=int(self.running.port), environment=self.environment), self.data)

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

    postgres: Address
    broker: Broker
    environment: Mapping[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:  # type: ignore[override]
        """Where the gateway answers."""
        return self.environment["SAFER_PUBLIC_URL"]

    @property
    def address(self) -> Address:
        """The PostgreSQL."""
        return self.postgres

    def bus(self) -> Bus:
        """A connection to the broker."""
        return KafkaBus(self.broker.servers)

    def start(self, services: Collection[str]) -> None:
        """Start processes, and wait until each says that it has what it needs."""
        for name in services:
            self.processes[name] = start(name, self.environment)
        deadline = time.monotonic() + START_SECONDS
        for name in services:
            while not answers(f"{self.own_url(name)}/health/ready"):
                assert time.monotonic() < deadline, f"{name} is not ready"
                time.sleep(0.1)

    def own_url(self, service: str) -> str:
        """Where one service's process answers to those behind the gateway."""
        return f"http://127.0.0.1:{self.environment[f'{service.upper()}_LISTEN_PORT']}"

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

    async def take_bus_away(self) -> None:
        """Cut the broker's power."""
        self.broker.kill()

    async def bring_bus_back(self) -> None:
        """Start it on what it has kept."""
        await asyncio.to_thread(self.broker.start)


@contextmanager
def embedded(data: Path, environment: Mapping[str, str] | None = None) -> Iterator[Embedded]:
    """One process, on a folder that may hold a sandbox already."""
    given = dict(environment or {})
    mode = Embedded(data, given, greeted(begin(data, environment=given), data))
    try:
        yield mode
    finally:
        mode.running.stop()
        mode.running.process.__exit__(None, None, None)


@contextmanager
def separate(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Separate]:
    """A process for each service; the sandbox is filled before, by one process on the same Kafka."""
    broker = Broker(folder / "kafka")
    with EmbeddedPostgres(folder / "postgres", durable=False) as address:
        try:
            broker.start()
            surroundings = _environment(address, broker.servers, folder) | dict(environment or {})
            with suite(folder, port=int(surroundings["GATEWAY_LISTEN_PORT"]), environment=surroundings):
                pass
            mode = Separate(address, broker, surroundings)
            try:
                mode.start(SERVICES)
                yield mode
            finally:
                mode.stop()
        finally:
            broker.kill()


def start(service: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start one service's process."""
    return subprocess.Popen([sys.executable, "-m", "services", "run", service], cwd=ROOT, env=ours(environment))


def answers(url: str) -> bool:
    """Whether an address answers well at this moment."""
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _environment(address: Address, servers: str, folder: Path) -> dict[str, str]:
    ports = {name: 20_000 + int(uuid4()) % 20_000 for name in SERVICES}
    upstreams = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items() if name != GATEWAY)
    return {
        "SAFER_DATABASE_URL": address.url(runtime("{service}")),
        "SAFER_OWNER_DATABASE_URL": address.url(owner("{service}")),
        "SAFER_ADMIN_DATABASE_URL": address.url(),
        "SAFER_BUS": "kafka",
        "SAFER_KAFKA_SERVERS": servers,
        "SAFER_SANDBOX": "true",
        "SAFER_LOG_LEVEL": "WARNING",
        "SAFER_PUBLIC_URL": f"http://127.0.0.1:{ports[GATEWAY]}",
        "GATEWAY_UPSTREAMS": upstreams,
        **{f"{name.upper()}_LISTEN_PORT": str(port) for name, port in ports.items()},
        **keyring.kept(folder / "keys.env"),
    }
