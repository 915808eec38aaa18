"""Counter events on Kafka: how many a second are counted from a topic that is full, by ours and by what else consumes."""

import contextlib
import functools
import shutil
import time
from dataclasses import replace

from .command import Problem, find_java, run, say
from .consumers import CONSUMERS, PARTITIONS, TOPIC, kafka_settings
from .contenders import ALL, Running, counted_by, on_sqlite
from .events import Source, latency_turn
from .goals import OTHERS
from .servers import start_kafka, work_directory
from .turns import Turn, started, take_turns, watched

EVENTS, EVENTS_SMOKE = 1_000_000, 20_000
# Counted before the clock starts, by a process whose compilers have to warm to it.
WARM_EVENTS, WARM_EVENTS_SMOKE = 1_000_000, 5_000
# A slow one is measured by as much as it does meanwhile.
WARM_SECONDS_MAX, SECONDS_MAX = 40, 60
SMOKE_SECONDS_MAX = 20
FILL_SECONDS_MAX = 300
POLL_SECONDS = 0.02
COUNTERS = [f"counter-{n}" for n in range(1000, 6000)]


@contextlib.contextmanager
def broker(session):
    """A broker for the time of a scenario, with data of its own."""
    class_path = session.prepared.get("events_peers")
    directory = work_directory(session.asked.work)
    try:
        kafka = start_kafka(class_path, directory)
        try:
            yield kafka
        finally:
            kafka.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def events_kafka(session, scenario):
    """Each consumes the same topic, alone on the machine; once with keys that are slow, once without."""
    events, warm = (EVENTS_SMOKE, WARM_EVENTS_SMOKE) if session.asked.smoke else (EVENTS, WARM_EVENTS)
    wanted = [consumer for consumer in CONSUMERS.values() if session.wants(consumer)]
    if not wanted:
        return
    with broker(session) as kafka:
        say(f"{scenario}: filling the topic")
        fill(session, kafka, warm + events)
        turns = [
            consumption_turn(session, kafka, consumer, slow, warm, events)
            for consumer in wanted
            for slow in (False, True)
        ]
        take_turns(session, scenario, turns)


def fill(session, kafka, events):
    class_path = session.prepared.get("events_peers")
    where = (f"127.0.0.1:{kafka.port}", TOPIC, PARTITIONS, events)
    run([find_java(), "-Xmx256m", "-cp", class_path, "io.tallygate.peer.events.Fill", *where], FILL_SECONDS_MAX)


def consumption_turn(session, kafka, consumer, slow, warm, events):
    part, share = ("others", OTHERS) if slow else ("all", 1)
    warmed, all_of_them = round(warm * share), round((warm + events) * share)
    seconds_max = SMOKE_SECONDS_MAX if session.asked.smoke else SECONDS_MAX

    def measure():
        directory = work_directory(session.asked.work)
        try:
            consuming = consumer.start(session, directory, kafka, slow)
            try:
                counted = functools.partial(consuming.counted, part)
                until(counted, warmed, WARM_SECONDS_MAX)
                # Kafka is watched beside it, and outlives it.
                pair = Running(consuming.entry, [kafka])
                result = watched(pair, 1, lambda: consumed(counted, all_of_them, seconds_max))
                if consumer.name == "tallygate" and not slow:
                    counter = counted_by(consuming.entry)
                    result["totals_hold"] = totals_hold(counter, consuming, warm + events)
                return result
            finally:
                consuming.entry.stop()
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    name = f"{consumer.name} slow-keys" if slow else consumer.name
    title = f"{consumer.title}; 10 ms for 1 % of the keys: events of the others" if slow else consumer.title
    return Turn(name, title, consumer.acknowledges, lambda: None, measure)


def until(counted, wanted, seconds_max):
    """Whether so many were counted in time."""
    deadline = time.monotonic() + seconds_max
    while (now := counted()) < wanted and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return now >= wanted


def consumed(counted, wanted, seconds_max):
    before, begun = counted(), time.monotonic()
    until(counted, wanted, seconds_max)
    after, seconds = counted(), time.monotonic() - begun
    if after <= before:
        raise Problem(f"no event was counted in {seconds:.0f} s, after {before:,} before")
    return {"requests": after - before, "seconds": seconds, "errors": {}}


def totals_hold(counter, consuming, events):
    """Whether each event was counted once, by the counters themselves."""
    return consuming.counted("all") == events == counter("events", COUNTERS)


def events_kafka_latency(session, scenario):
    """As the embedded log's: batches at a constant rate, from their append over HTTP to the count."""
    with broker(session) as kafka:
        ours = ALL["sqlite-full"]
        start = on_sqlite("FULL", **kafka_settings(kafka))
        wanted = [replace(ours, name="sqlite-full.kafka", title="Tallygate on Kafka, SQLite FULL", start=start)]
        with started(session, scenario, wanted) as up:
            take_turns(session, scenario, [latency_turn(session, c, r, Source()) for c, r in up.items()])
