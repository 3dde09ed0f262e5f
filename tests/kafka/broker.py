"""A real Kafka broker on loopback, from its published jars: one for all workers of a test run, or one of one's own."""

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

POM = Path(__file__).with_name("pom.xml")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "safer"
START_SECONDS = 60.0
USER, PASSWORD = "safer", "a pencil"
JVM = ("-Xmx512m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},SIGNED://127.0.0.1:{signed},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SIGNED://127.0.0.1:{signed}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SIGNED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
listener.name.signed.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.signed.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
log.dirs={folder}/log
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.min.session.timeout.ms=1000
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
"""
LOGGING = """
appender.file.type=File
appender.file.name=file
appender.file.fileName={folder}/broker.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %p %c %m%n
rootLogger.level=WARN
rootLogger.appenderRef.file.ref=file
"""


class BrokerUnavailable(RuntimeError):
    """The broker cannot be had on this machine; the text says what is missing."""


def jars() -> Path:
    """The folder with the broker's jars, fetched by Maven at the first call and kept in the user's cache."""
    for program, package in (("java", "default-jre-headless"), ("mvn", "maven")):
        if shutil.which(program) is None:
            raise BrokerUnavailable(f"the tests need `{program}` for a real Kafka broker: install {package}")
    wanted = CACHE / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            fresh = Path(tempfile.mkdtemp(dir=CACHE))
            done = subprocess.run(
                ["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={fresh}"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                shutil.rmtree(fresh)
                raise BrokerUnavailable(f"Maven could not fetch the broker's jars: {done.stdout[-2000:]}")
            fresh.rename(wanted)
    return wanted


class Broker:
    """One broker with its data in `folder`. It can be killed and started again on the same port with the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.signed_port, self._controller = _free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> str:
        """Kafka's bootstrap servers."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, on fresh storage the first time, and return when groups can be formed."""
        configuration = self.folder / "server.properties"
        if not configuration.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "log4j2.properties").write_text(LOGGING.format(folder=self.folder))
            ports = {"port": self.port, "signed": self.signed_port, "controller": self._controller}
            configuration.write_text(PROPERTIES.format(**ports, folder=self.folder))
            form = ("format", "-t", "c2FmZXItdGVzdHMta2Fma2E", "-c", configuration)
            known = f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"
            self._java("kafka.tools.StorageTool", *form, "--add-scram", known).wait()
        self._process = self._java("kafka.Kafka", configuration)
        self._wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def _java(self, main: str, *arguments: object) -> "subprocess.Popen[bytes]":
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        with (self.folder / "output.log").open("ab") as output:
            return subprocess.Popen(
                ["java", *JVM, logging, "-cp", f"{jars()}/*", main, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _wait(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self._process is not None and self._process.poll() is None:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                asyncio.run(_find_coordinator(self.servers))
                return
            time.sleep(0.1)
        said = (self.folder / "output.log").read_text(errors="replace")[-2000:]
        self.kill()
        raise BrokerUnavailable(f"the Kafka broker did not start: {said}")

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


async def _find_coordinator(servers: str) -> None:
    """Ask for the coordinator of a group, which a broker has some time after it takes connections."""
    client = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5000)
    try:
        await client.start()
        await client.find_coordinator("any")
    finally:
        await client.close()


def shared_servers(*, signed: bool = False) -> str:
    """Bootstrap servers of the one broker of this test run, started by whichever worker asks first; `signed` where USER signs in.

    A keeper process of its own runs it and ends it, with its data, as soon as the run's main process is gone,
    however that ended.
    """
    main = psutil.Process(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid())
    place = Path(tempfile.gettempdir()) / f"safer-kafka-{main.pid}-{int(main.create_time())}"
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = place / "address.json"
        if not address.exists():
            _start_keeper(main, place, address)
        return str(json.loads(address.read_text())["signed" if signed else "servers"])


def _start_keeper(main: psutil.Process, place: Path, address: Path) -> None:
    jars()
    with (place / "keeper.log").open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.kafka.broker", str(main.pid), str(place)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    keeper.returncode = 0  # it outlives this worker by design, which is no reason for a warning
    give_up = time.monotonic() + START_SECONDS
    while not address.exists():
        if time.monotonic() > give_up or not psutil.pid_exists(keeper.pid):
            raise BrokerUnavailable(f"the Kafka broker did not start: {(place / 'keeper.log').read_text()[-2000:]}")
        time.sleep(0.1)


def keep(main: psutil.Process, place: Path) -> None:
    """Run the shared broker while `main` lives, then remove all trace of it."""
    broker = Broker(place / "broker")
    try:
        broker.start()
        ready = place / "address.new"
        ready.write_text(json.dumps({"servers": broker.servers, "signed": f"127.0.0.1:{broker.signed_port}"}))
        ready.rename(place / "address.json")
        while main.is_running() and main.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.3)
    finally:
        broker.kill()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def own_broker() -> Iterator[Broker]:
    """A broker for one test alone, which may kill it and start it again."""
    with tempfile.TemporaryDirectory(prefix="safer-kafka-") as folder:
        broker = Broker(Path(folder))
        try:
            broker.start()
            yield broker
        finally:
            broker.kill()


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


if __name__ == "__main__":
    with contextlib.suppress(psutil.NoSuchProcess):
        keep(psutil.Process(int(sys.argv[1])), Path(sys.argv[2]))
