"""Who consumes a topic of Kafka, each a process of its own, in a group of its own that begins at the topic's start."""

import json
import uuid
from dataclasses import dataclass
from typing import Callable

from .command import Problem
from .contenders import FSYNC, ready
from .servers import free_port, request, start_jvm

TOPIC = "counter_events"
MEMORY = "counted in memory"
# As many threads as partitions, which is the most that a listener can use.
PARTITIONS = 12
# Ours has as many by default.
PARALLEL = 256
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
MAIN = "io.tallygate.monolith.Tallygate"


@dataclass(frozen=True)
class Consumer:
    name: str
    title: str
    # What has happened to an event that is counted as done.
    acknowledges: str
    start: Callable


@dataclass
class Consuming:
    """A running one, and where it tells how far it is."""

    entry: object
    port: int

    def counted(self, part):
        status, told = request(self.port, "GET", "/")
        if status != 200:
            raise Problem(f"{self.entry.name} answered {status} to how far it is")
        return json.loads(told)[part]


def tells(port):
    return request(port, "GET", "/")[0] == 200


def kafka_settings(kafka):
    return {
        "TALLYGATE_EVENTS_LOG": "kafka",
        "TALLYGATE_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{kafka.port}",
        "TALLYGATE_KAFKA_GROUP_PREFIX": f"perf-{uuid.uuid4()}",
        "TALLYGATE_KAFKA_CREATE_TOPICS": "true",
        "TALLYGATE_EVENTS_PARTITIONS": str(PARTITIONS),
    }


def ours(session, directory, kafka, slow):
    """The monolith as it is, with a handler around the one that counts, which tells how far it is, and may be slow."""
    monolith, handler = session.prepared.get("monolith"), session.prepared.get("slow_handler")
    port, grpc_port, told, data = free_port(), free_port(), free_port(), directory / "data"
    data.mkdir()
    settings = {
        "TALLYGATE_PORT": str(port),
        "TALLYGATE_GRPC_PORT": str(grpc_port),
        "TALLYGATE_DATA_DIR": str(data),
        "TALLYGATE_STORE": "sqlite",
        "PERF_PORT": str(told),
        "PERF_SLOW_KEYS": str(slow).lower(),
    }
    java = [*session.java_options, *QUIET, "-cp", f"{monolith}:{handler}", MAIN]
    return Consuming(start_jvm("tallygate", java, port, settings | kafka_settings(kafka), directory, ready), told)


def peer(main, *more):
    def start(session, directory, kafka, slow):
        told, group = free_port(), f"perf-{uuid.uuid4()}"
        class_path = session.prepared.get("events_peers")
        java = [*session.java_options, *QUIET, "-cp", class_path, f"io.tallygate.peer.events.{main}"]
        java += [f"127.0.0.1:{kafka.port}", TOPIC, group, told, str(slow).lower()]
        java += [part(directory) if callable(part) else part for part in more]
        return Consuming(start_jvm(main, java, told, {}, directory, tells), told)

    return start


CONSUMERS = {
    consumer.name: consumer
    for consumer in (
        Consumer("tallygate", "Tallygate, SQLite FULL", FSYNC, ours),
        Consumer(
            "kafka-loop",
            "a plain loop, a transaction of SQLite FULL a poll",
            FSYNC,
            peer("Loop", lambda directory: directory / "counters.db"),
        ),
        Consumer(
            "spring-kafka",
            f"Spring Kafka, `@RetryableTopic`, {PARTITIONS} threads",
            MEMORY,
            peer("SpringListener", PARTITIONS),
        ),
        Consumer(
            "parallel-consumer",
            f"Confluent's parallel consumer, by key, {PARALLEL} at once",
            MEMORY,
            peer("ParallelConsumer", PARALLEL),
        ),
    )
}
