"""Dead letters: how many a second have their effect when all are replayed, and that a second replay does nothing."""

import contextlib
import http.client
import json
import time
from dataclasses import replace

from .command import Problem
from .contenders import ALL, on_sqlite
from .events import append
from .servers import request
from .turns import Turn, started, take_turns, watched

LETTERS, LETTERS_SMOKE = 20_000, 1_000
COUNTERS = 100
TYPE = "replayed"
BATCH = 1000
DLQ = "/api/v1/dlq"
NAME = "counter_events"
RATE_MAX = 100_000
MOST = 2**63 - 1
DELTA_MAX = 2**53
WAIT_SECONDS_MAX = 120
POLL_SECONDS = 0.01
# Each dies at once, and the topic goes on although all of them do.
SETTINGS = {
    "TALLYGATE_EVENTS_COUNTER_EVENTS_RETRIES": "0",
    "TALLYGATE_EVENTS_COUNTER_EVENTS_FAILURE_RATE": "100",
}


def replay_dead_letters(session, scenario):
    ours = replace(ALL["sqlite-full"], start=on_sqlite("FULL", **SETTINGS))
    with started(session, scenario, [ours]) as up:
        for contender, running in up.items():
            take_turns(session, scenario, [replay_turn(session, contender, running)])


def replay_turn(session, contender, running):
    count = LETTERS_SMOKE if session.asked.smoke else LETTERS
    port, rounds = running.entry.port, []

    def one_round():
        rounds.append(len(rounds))
        counters = [f"{TYPE}-{len(rounds)}-{n}" for n in range(COUNTERS)]
        die(port, counters, count, len(rounds))
        result = watched(running, 1, lambda: replayed(port, count))
        again = replay_all(port)
        counted = running.counted(TYPE, counters)
        result["totals_hold"] = counted == count and again["matched"] == again["succeeded"] == 0
        asked(port, "POST", f"{DLQ}/{NAME}/purge", {"before": "9999-01-01T00:00:00Z"}, 204)
        return result

    title = f"{contender.title}: {count:,} dead letters, from the request to the last effect"
    return Turn(contender.name, title, contender.acknowledges, one_round, one_round)


def asked(port, method, path, body, *expected):
    status, told = request(port, method, path, body)
    if status not in expected:
        raise Problem(f"{status} to {method} {path}: {told[:200]!r}")
    return json.loads(told) if told else {}


def die(port, counters, count, number):
    """Events that no counter can take, because all of them are at their greatest; then there is room again."""
    steps = [DELTA_MAX] * (MOST // DELTA_MAX) + [MOST % DELTA_MAX]
    filling = [{"resource_id": name, "counter_type": TYPE, "delta": step} for name in counters for step in steps]
    for start in range(0, len(filling), BATCH):
        asked(port, "POST", "/api/v1/counter/batch-increment", {"operations": filling[start : start + BATCH]}, 200)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for start in range(0, count, BATCH):
            events = [event(counters, number, n) for n in range(start, min(start + BATCH, count))]
            append(connection, json.dumps({"events": events}).encode())
    wait_until_dead(port, count)
    for name in counters:
        asked(port, "DELETE", f"/api/v1/counter/{name}/{TYPE}", None, 204)


def event(counters, number, n):
    """Of a key of its own, so that none waits for another one."""
    data = {"resource_id": counters[n % COUNTERS], "counter_type": TYPE, "delta": 1}
    return {"id": f"{number}-{n}", "key": f"key-{n}", "data": data}


def wait_until_dead(port, count):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        topics = asked(port, "GET", DLQ, None, 200)["topics"]
        if sum(topic["dead_letters"] for topic in topics if topic["topic"] == NAME) == count:
            return
        time.sleep(POLL_SECONDS)
    raise Problem(f"{count:,} events were not dead in {WAIT_SECONDS_MAX} s")


def replayed(port, count):
    begun = time.monotonic()
    run = replay_all(port)
    return {"requests": run["succeeded"], "seconds": time.monotonic() - begun, "errors": {"failed": count - run["succeeded"]}}


def replay_all(port):
    """Replays what a filter without conditions means, and waits for the last of them."""
    run = asked(port, "POST", f"{DLQ}/{NAME}/replay", {"rate": RATE_MAX}, 202)
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while run["state"] != "ended":
        if time.monotonic() > deadline:
            raise Problem(f"a replay did not end in {WAIT_SECONDS_MAX} s: {run}")
        time.sleep(POLL_SECONDS)
        run = asked(port, "GET", f"{DLQ}/replays/{run['replay_id']}", None, 200)
    return run
