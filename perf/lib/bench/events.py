"""Counter events from their append to the counters: how many a second end to end, and how soon one is visible."""

import contextlib
import http.client
import json
import statistics
import threading
import time
from dataclasses import replace

from .command import Problem
from .contenders import ALL
from .servers import request
from .turns import Turn, started, take_turns, watched

BATCH = 1000
COUNTERS = 5000
SENDERS = 4
EVENTS, EVENTS_SMOKE = 1_000_000, 10_000
WARM_EVENTS = 200_000
DRAIN_SECONDS_MAX = 600
RATE = 1000
RATE_BATCH = 10
VISIBLE_SECONDS_MAX = 30
POLL_SECONDS = 0.001
TOPIC = "/api/v1/events/counter_events"


def events(session, scenario):
    """A row for what is counted a second, and one for the time to visibility, of each store."""
    wanted = [replace(ALL[name], name=name) for name in session.few(("sqlite-full", "postgresql", "redis"))]
    with started(session, scenario, wanted) as up:
        turns = []
        for contender, running in up.items():
            source = Source()
            turns.append(throughput_turn(session, contender, running, source))
            turns.append(latency_turn(session, contender, running, source))
        take_turns(session, scenario, turns)


class Source:
    """Batches of events. Each event has an id of its own, so that none is taken for a repetition."""

    def __init__(self):
        self.made = 0

    def batch(self, size, first_counter=None):
        events = []
        for _ in range(size):
            self.made += 1
            counter = first_counter or f"counter-{self.made % COUNTERS}"
            first_counter = None
            data = f'{{"resource_id":"{counter}","counter_type":"events","delta":1}}'
            events.append(f'{{"id":"{self.made}","key":"{counter}","data":{data}}}')
        return f'{{"events":[{",".join(events)}]}}'.encode()


def throughput_turn(session, contender, running, source):
    count = EVENTS_SMOKE if session.asked.smoke else EVENTS

    def load(events):
        bodies = [source.batch(BATCH) for _ in range(events // BATCH)]
        begun = time.monotonic()
        latencies = send_all(running.entry.port, bodies)
        wait_until_done(running.entry.port)
        return {"requests": len(bodies), "seconds": time.monotonic() - begun, "errors": {}} | percentiles(latencies)

    warm = lambda: load(min(count, WARM_EVENTS))
    counter = lambda: counted(running.entry.port)
    measure = lambda: watched(running, BATCH, lambda: load(count), counter)
    title = f"{contender.title}: {count:,} events in batches of {BATCH:,}, until all are counted"
    return Turn(f"{contender.name} at most", title, contender.acknowledges, warm, measure)


def send_all(port, bodies):
    """Sends over a few connections, and returns how long each request took, in ms."""
    left, latencies, failures = list(bodies), [], []

    def sender():
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            while not failures:
                try:
                    body = left.pop()
                except IndexError:
                    return
                try:
                    begun = time.monotonic()
                    append(connection, body)
                    latencies.append((time.monotonic() - begun) * 1000)
                except (Problem, OSError, http.client.HTTPException) as failure:
                    failures.append(failure)

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Problem(f"an append failed: {failures[0]}")
    return latencies


def append(connection, body):
    """A full queue is a server's right: it is asked again until it takes the events, which are no repetition to it."""
    while True:
        connection.request("POST", TOPIC, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told = answer.read()
        if answer.status == 202:
            return
        if answer.status != 503:
            raise Problem(f"{answer.status} to an append: {told[:200]!r}")
        time.sleep(0.01)


def wait_until_done(port):
    deadline = time.monotonic() + DRAIN_SECONDS_MAX
    while time.monotonic() < deadline:
        status, body = request(port, "GET", f"{TOPIC}/lag")
        if status == 200 and all(group["lag"] == 0 for group in json.loads(body)["groups"]):
            return
        time.sleep(0.02)
    raise Problem(f"events were not done in {DRAIN_SECONDS_MAX} s")


def counted(port):
    queries = [{"resource_id": f"counter-{n}", "counter_type": "events"} for n in range(COUNTERS)]
    total = 0
    for start in range(0, COUNTERS, BATCH):
        path, body = "/api/v1/counter/batch?consistency=strong", {"queries": queries[start : start + BATCH]}
        status, told = request(port, "POST", path, body)
        if status != 200:
            raise Problem(f"{status} to a batch read: {told[:200]!r}")
        total += sum(result["value"] for result in json.loads(told)["results"])
    return total


def latency_turn(session, contender, running, source):
    """Batches at a constant rate; the first event of some has a counter of its own, which is read until it is there."""

    def load(seconds):
        waits, sent, stop = [], [0], threading.Event()
        watcher_failures = []
        marker, marked = [], threading.Semaphore(0)

        def watch():
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", running.entry.port, timeout=60)) as asking:
                while not stop.is_set():
                    if not marked.acquire(timeout=0.1):
                        continue
                    name, begun = marker[0]
                    try:
                        waits.append(until_visible(asking, name, begun))
                    except (Problem, OSError, http.client.HTTPException) as failure:
                        watcher_failures.append(failure)
                        return
                    marker.clear()

        watcher = threading.Thread(target=watch)
        watcher.start()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", running.entry.port, timeout=60)) as connection:
            begun = time.monotonic()
            while time.monotonic() - begun < seconds and not watcher_failures:
                time.sleep(max(0.0, begun + sent[0] * RATE_BATCH / RATE - time.monotonic()))
                name = None if marker else f"marker-{source.made}"
                body = source.batch(RATE_BATCH, name)
                at = time.monotonic()
                append(connection, body)
                sent[0] += 1
                if name:
                    marker.append((name, at))
                    marked.release()
            spent = time.monotonic() - begun
        stop.set()
        watcher.join()
        if watcher_failures or not waits:
            raise Problem(f"no event became visible: {watcher_failures}")
        return {"requests": sent[0], "seconds": spent, "errors": {}} | percentiles(waits)

    warm = lambda: load(min(3, session.asked.warmup))
    measure = lambda: watched(running, RATE_BATCH, lambda: load(session.asked.seconds))
    title = f"{contender.title}: {RATE:,} events a second, from the append to the count"
    return Turn(f"{contender.name} {RATE}/s", title, contender.acknowledges, warm, measure)


def until_visible(connection, name, begun):
    while time.monotonic() - begun < VISIBLE_SECONDS_MAX:
        connection.request("GET", f"/api/v1/counter/{name}/events?consistency=strong")
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status == 200 and told["value"] > 0:
            return (time.monotonic() - begun) * 1000
        time.sleep(POLL_SECONDS)
    raise Problem(f"an event was not counted in {VISIBLE_SECONDS_MAX} s")


def percentiles(millis):
    """Of as many values as there are: a hundredth of few is their greatest."""
    cuts = statistics.quantiles(millis, n=1000, method="inclusive") if len(millis) > 1 else [millis[0]] * 999
    named = {"p50_ms": 500, "p95_ms": 950, "p99_ms": 990, "p999_ms": 999}
    return {name: cuts[at - 1] for name, at in named.items()} | {"max_ms": max(millis)}
