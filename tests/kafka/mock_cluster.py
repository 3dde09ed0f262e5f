"""Kafka brokers in memory whose faults can be chosen: librdkafka's own, real TCP on loopback, from confluent-kafka.

They keep nothing and prove nothing about durability; a real broker does that.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PRODUCER = 0
PRODUCE = 0
NOT_LEADER, REQUEST_TIMED_OUT, NOT_ALLOWED = 6, 7, 29  # the last is final, the others are tried again


@cache
def _library() -> ctypes.CDLL:
    spec = find_spec("confluent_kafka")
    assert spec is not None
    assert spec.origin is not None
    [path] = Path(spec.origin).parents[1].glob("confluent_kafka.libs/librdkafka*")
    library = ctypes.CDLL(str(path))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return library


class MockCluster:
    """Some brokers, numbered from 1."""

    def __init__(self, cluster: ctypes.c_void_p) -> None:
        self._cluster = cluster
        self.servers: str = _library().rd_kafka_mock_cluster_bootstraps(cluster).decode()

    def create(self, topic: str, partitions: int, leader: int) -> None:
        """A topic, led by one broker."""
        library = _library()
        assert library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1) == 0
        for partition in range(partitions):
            self.lead(topic, partition, leader)

    def lead(self, topic: str, partition: int, leader: int) -> None:
        """Move a partition to another broker."""
        assert _library().rd_kafka_mock_partition_set_leader(self._cluster, topic.encode(), partition, leader) == 0

    def coordinate(self, group: str, broker: int) -> None:
        """Make a broker the coordinator of a group."""
        assert _library().rd_kafka_mock_coordinator_set(self._cluster, b"group", group.encode(), broker) == 0

    def delay(self, broker: int, milliseconds: int) -> None:
        """Have a broker answer late what it is asked from now on; what it was asked before stays as late as it was."""
        assert _library().rd_kafka_mock_broker_set_rtt(self._cluster, broker, milliseconds) == 0

    def down(self, broker: int) -> None:
        """Cut a broker off."""
        assert _library().rd_kafka_mock_broker_set_down(self._cluster, broker) == 0

    def up(self, broker: int) -> None:
        """Bring it back."""
        assert _library().rd_kafka_mock_broker_set_up(self._cluster, broker) == 0

    def refuse(self, request: int, *errors: int) -> None:
        """Answer the next requests of a kind with these errors."""
        codes = (ctypes.c_int * len(errors))(*errors)
        _library().rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(request), ctypes.c_size_t(len(errors)), codes
        )


@contextmanager
def mock_cluster(brokers: int) -> Iterator[MockCluster]:
    """Brokers for the length of a `with` block."""
    library = _library()
    said = ctypes.create_string_buffer(512)
    settings = ctypes.c_void_p(library.rd_kafka_conf_new())
    library.rd_kafka_conf_set(settings, b"log_level", b"3", None, ctypes.c_size_t(0))
    handle = ctypes.c_void_p(library.rd_kafka_new(PRODUCER, settings, said, ctypes.c_size_t(len(said))))
    assert handle.value, said.value.decode()
    cluster = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(handle, brokers))
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
    try:
        yield MockCluster(cluster)
    finally:
        library.rd_kafka_mock_cluster_destroy(cluster)
        library.rd_kafka_destroy(handle)
