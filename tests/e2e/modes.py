"""The suite in both of its modes: one process on the embedded bus, and a process for each service on real Kafka."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

from services.composition import SERVICES
from shared import keyring
from shared.embedded import Address
from shared.migrations import owner, runtime
from tests.e2e.running import ROOT, START_SECONDS, ours, suite

GATEWAY = "gateway"


@dataclass
class Mode:
    """A suite that answers; `processes` are its services where each has its own."""

    url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def kill(self, service: str) -> None:
        """End a service's process at once, as a power cut would, and start it again."""
        self.processes[service].kill()
        self.processes[service].wait()
        self.processes[service] = start(service, self.environment)
        wait_until_ready(self.environment, [service])


@contextmanager
def embedded(data: Path) -> Iterator[Mode]:
    """One process, on embedded PostgreSQL and its bus."""
    with suite(data) as running:
        yield Mode(running.url)


@contextmanager
def separate(address: Address, servers: str, data: Path) -> Iterator[Mode]:
    """A process for each service, on a PostgreSQL and a Kafka of their own; the sandbox is filled before."""
    ports = {name: 20_000 + int(uuid4()) % 20_000 for name in SERVICES}
    environment = _environment(address, servers, ports, data)
    with suite(data, port=ports[GATEWAY], environment=environment):
        pass
    with ExitStack() as stack:
        mode = Mode(f"http://127.0.0.1:{ports[GATEWAY]}", environment)
        for name in SERVICES:
            mode.processes[name] = start(name, environment)
        stack.callback(_stop, mode)
        wait_until_ready(environment, SERVICES)
        yield mode


def start(service: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start one service's process."""
    return subprocess.Popen([sys.executable, "-m", "services", "run", service], cwd=ROOT, env=ours(environment))


def wait_until_ready(
    environment: Mapping[str, str], services: Iterator[str] | list[str] | Mapping[str, object]
) -> None:
    """Wait until each says that it has what it needs."""
    deadline = time.monotonic() + START_SECONDS
    for name in services:
        url = f"http://127.0.0.1:{environment[f'{name.upper()}_LISTEN_PORT']}/health/ready"
        while not _answers(url):
            assert time.monotonic() < deadline, f"{name} is not ready"
            time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _environment(address: Address, servers: str, ports: Mapping[str, int], data: Path) -> dict[str, str]:
    upstreams = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items() if name != GATEWAY)
    data.mkdir(parents=True, exist_ok=True)
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
        **keyring.kept(data / "keys.env"),
    }


def _stop(mode: Mode) -> None:
    for process in mode.processes.values():
        process.terminate()
    for process in mode.processes.values():
        process.wait(timeout=30)
