"""Rate limits beside their peers: over gRPC, one hot key over HTTP, and what becomes of questions when Redis stops."""

import itertools
import os
import signal
import threading
import time

from .command import Problem
from .generators import CONNECTIONS, Decisions, run_wrk
from .limiters import (
    BUCKET4J,
    BUCKET4J_BATCHING,
    DOMAIN,
    ENVOYPROXY,
    ENVOYPROXY_POOL,
    GUBERNATOR,
    HOT,
    HOT_HTTP_LIMIT,
    HOT_LIMIT,
    IMPATIENT,
    IN_MEMORY,
    MANY_LIMIT,
    ON_REDIS,
)
from .turns import Turn, started, take_turns, watched

KEYS = 1_000_000
CALLERS = 100
HOT_CONNECTIONS = 400
# The server is warm by then, from the keys before.
HOT_WARMUP_SECONDS = 5
OUTAGE_KEYS = 10_000
OUTAGE_RATE = 2_000
OUTAGE_OPEN_MAX = 30_000
OUTAGE_LEAD_SECONDS = 2
OUTAGE_SECONDS_MIN = 3


def judged(result, limit, begun, limiter, unanswered=0):
    """Adds what was decided wrongly: more allowed than the rule, or denied although it had room.

    A question that failed may have counted or not, so it excuses a denial. Whether what a key may have more after a time was
    asked for then is not known, so its denial is never wrong here.
    """
    allowed, decided = result["allowed"], result["allowed"] + result["denied"]
    result["wrongly_allowed"] = max(0, allowed - limit - limiter.more(limit, begun, time.time()))
    result["wrongly_denied"] = max(0, min(limit, decided) - sum(result["errors"].values()) - unanswered - allowed)
    result["totals_hold"] = not result["wrongly_allowed"] and not result["wrongly_denied"]
    return result


# ---- over gRPC ----


def over_grpc(session, scenario):
    """Many keys and a hot one: Redis's deciders in turn, and those that decide in memory. One client asks all."""
    wanted = (*session.few((ON_REDIS, IN_MEMORY)), *session.few((ENVOYPROXY, ENVOYPROXY_POOL)), GUBERNATOR)
    with decisions(session) as client, started(session, scenario, wanted) as up:
        turns = []
        for limiter, running in up.items():
            turns += [many_turn(session, limiter, running, client), hot_turn(session, limiter, running, client)]
        take_turns(session, scenario, turns)


def decisions(session):
    return Decisions(session.prepared.get("ratelimit_service"), session.prepared.get("hdr_histogram"))


def many_turn(session, limiter, running, client):
    """No key is asked about so often that it is denied."""

    def load(seconds):
        begun = time.time()
        result = client.load(limiter, running.entry.port, "user", MANY_LIMIT, "key-", KEYS, CALLERS, seconds)
        return judged(result, result["requests"], begun, limiter)

    warm = lambda: load(session.warmup_of(limiter))
    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), generator=client, redis=running.redis)
    return Turn(f"{limiter.name} many", f"{limiter.title}, {KEYS:,} keys", limiter.acknowledges, warm, measure)


def hot_turn(session, limiter, running, client):
    """Each time another key, so that what it has is known."""
    fresh = fresh_names()

    def load(seconds):
        begun = time.time()
        prefix = f"{next(fresh)}-"
        result = client.load(limiter, running.entry.port, "hot", HOT_LIMIT, prefix, 1, CALLERS, seconds)
        return judged(result, HOT_LIMIT, begun, limiter)

    warm = lambda: load(min(HOT_WARMUP_SECONDS, session.asked.warmup))
    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), generator=client, redis=running.redis)
    title = f"{limiter.title}, one key, {HOT_LIMIT:,} a day"
    return Turn(f"{limiter.name} hot", title, limiter.acknowledges, warm, measure)


def fresh_names():
    return (f"hot-{time.time_ns()}-{number}" for number in itertools.count(1))


# ---- one hot key over HTTP ----


def hot_key(session, scenario):
    """A key that always has room, for the rate; and one that is soon used up, for whether the count is exact."""
    wanted = [HOT, BUCKET4J, *session.few((BUCKET4J_BATCHING,))]
    with started(session, scenario, wanted) as up:
        turns = []
        for limiter, running in up.items():
            turns += [wide_turn(session, limiter, running), exact_turn(session, limiter, running)]
        take_turns(session, scenario, turns)


def ask_by_wrk(session, running, key, seconds):
    return run_wrk(running.entry, "check.lua", HOT_CONNECTIONS, 1, seconds, f"one:{key}", session.asked.seed, DOMAIN)


def wide_turn(session, limiter, running):
    load = lambda seconds: ask_by_wrk(session, running, "user=hot", seconds)
    warm = lambda: load(session.warmup_of(limiter))
    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), redis=running.redis)
    return Turn(limiter.name, f"{limiter.title}, one key", limiter.acknowledges, warm, measure)


def exact_turn(session, limiter, running):
    """What is in flight when wrk hangs up may have been allowed, unless there was a denial for each connection before."""
    fresh = fresh_names()

    def load(seconds):
        begun = time.time()
        result = ask_by_wrk(session, running, f"hot={next(fresh)}", seconds)
        result["denied"] = result["errors"].pop("status")
        result["allowed"] = result["requests"] - result["denied"]
        unanswered = HOT_CONNECTIONS if result["denied"] < HOT_CONNECTIONS else 0
        return judged(result, HOT_HTTP_LIMIT, begun, limiter, unanswered)

    warm = lambda: None
    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), redis=running.redis)
    title = f"{limiter.title}, one key, {HOT_HTTP_LIMIT:,} a day"
    return Turn(f"{limiter.name} exact", title, limiter.acknowledges, warm, measure)


# ---- when Redis stops ----


def outage(session, scenario):
    """Redis is stopped in the midst of a steady load, so that it takes questions and answers none: the worst way to go."""
    with decisions(session) as client, started(session, scenario, [IMPATIENT, ENVOYPROXY]) as up:
        turns = []
        for limiter, running in up.items():
            turns += outage_turns(session, limiter, running, client)
        take_turns(session, scenario, turns)


PARTS = {"before": "before", "first_second": "in the first second without Redis", "later": "from then on"}


def outage_turns(session, limiter, running, client):
    """One run a round, whose parts are a row each."""
    told = {}

    def run():
        seconds = OUTAGE_LEAD_SECONDS + max(OUTAGE_SECONDS_MIN, session.asked.seconds)
        result = stopped_in_between(running, lambda mark: ask(client, limiter, running, OUTAGE_RATE, seconds, mark))
        told.update({part: result.pop(part) for part in PARTS})

    def part_of(part):
        if part not in told:
            raise Problem("the run was not whole")
        result = told.pop(part)
        return result | {"increments_per_second": result["requests"] / result["seconds"]}

    def first():
        run()
        return part_of("before")

    # At once as many as are answered: a steady rate that is too much for cold code would only make a queue.
    warm = lambda: ask(client, limiter, running, 0, session.warmup_of(limiter), 0)
    for part, what in PARTS.items():
        title = f"{limiter.title}, {OUTAGE_RATE:,} a second, {what}"
        whole = part == "before"
        measure = first if whole else lambda part=part: part_of(part)
        yield Turn(f"{limiter.name} {part}", title, limiter.acknowledges, warm if whole else lambda: None, measure)


def ask(client, limiter, running, rate, seconds, mark):
    port, callers = running.entry.port, OUTAGE_OPEN_MAX if rate else CALLERS
    return client.load(limiter, port, "user", MANY_LIMIT, "key-", OUTAGE_KEYS, callers, seconds, rate, mark)


def stopped_in_between(running, load):
    """Stops the Redis at a time that the client knows, too: both clocks are the kernel's monotonic one."""
    redis, mark = running.behind[0], time.monotonic_ns() + OUTAGE_LEAD_SECONDS * 1_000_000_000

    def stop():
        time.sleep(max(0, mark - time.monotonic_ns()) / 1e9)
        os.kill(redis.pid, signal.SIGSTOP)

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        return load(mark)
    finally:
        stopper.join()
        os.kill(redis.pid, signal.SIGCONT)
