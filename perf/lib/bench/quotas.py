"""Quotas: beside increments on one process, in turns; and their asynchronous side beside a transaction a request."""

import contextlib
import http.client
import json
from dataclasses import replace

from .closed_loop import wrk_turn
from .command import PERF, Problem
from .contenders import ALL, FSYNC, on_postgresql, on_sqlite
from .generators import Steady, run_wrk
from .servers import request
from .turns import Turn, started, take_turns, watched

CONNECTIONS = 100
SUBJECTS = 10_000
PLANS = {"TALLYGATE_QUOTA_PLANS": str(PERF / "data" / "plans.yaml")}
CONSUME = "/api/v1/quota/consume"
BODY = '{"subject":NAME,"quota_type":"api_calls"}'
ACCEPTED = '{"subject":NAME,"quota_type":"api_calls","async":true}'
SATURATION = 0
STEADY_RATES = (100, 1000)
BURST_RATE = 2000
BURST_LEAD_SECONDS = 5
# Settings of the asynchronous side with which more of what is accepted folds into one row.
PROFILE = {"TALLYGATE_QUOTA_ASYNC_PROFILE": "high-throughput"}
GATHERING = {
    "TALLYGATE_QUOTA_ASYNC_WORKERS": "1",
    "TALLYGATE_QUOTA_ASYNC_QUEUE_MAX": "50000",
    "TALLYGATE_QUOTA_ASYNC_BATCH_MAX": "10000",
    "TALLYGATE_QUOTA_ASYNC_LINGER": "500ms",
}


# ---- beside increments ----


def quota(session, scenario):
    ours = ALL["sqlite-full"]
    with started(session, scenario, [replace(ours, start=on_sqlite("FULL", **PLANS))]) as up:
        for contender, running in up.items():
            increments = wrk_turn(session, contender, running, CONNECTIONS, contender.script, 1, scenario)
            turns = [replace(increments, name="increments", title="Tallygate, SQLite FULL, increments")]
            turns += [quota_turn(session, running, what, title) for what, title in WAYS.items()]
            put_subject(running, "one", "one-limit")
            take_turns(session, scenario, turns)


WAYS = {
    "consume": f"the same, consumption of two hard limits each, {SUBJECTS:,} subjects",
    "consume-one": "the same, consumption of one hard limit of one subject",
    "check": f"the same, checks of two limits each, {SUBJECTS:,} subjects",
}


def quota_turn(session, running, what, title):
    subjects = {"consume": [f"subject-{n}" for n in range(1, SUBJECTS + 1)], "consume-one": ["one"]}.get(what)

    def load(seconds):
        asked = session.asked
        return run_wrk(running.entry, "quota.lua", CONNECTIONS, 1, seconds, asked.file, asked.seed, what)

    counter = (lambda: used_by(running.entry.port, subjects)) if subjects else None
    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), counter, CONNECTIONS)
    acknowledges = FSYNC if subjects else "read from memory"
    return Turn(what, title, acknowledges, lambda: load(session.asked.warmup), measure)


def put_subject(running, subject, plan):
    status, body = request(running.entry.port, "PUT", f"/api/v1/quota/subjects/{subject}", {"plan": plan})
    if status != 200:
        raise Problem(f"{running.entry.name} answered {status} to a subject: {body[:200]!r}")


def used_by(port, subjects):
    """What these subjects have used this month in all, as the server's own API tells it."""
    total = 0
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for subject in subjects:
            connection.request("GET", f"/api/v1/quota/subjects/{subject}")
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise Problem(f"{answer.status} to a question for a subject: {body[:200]!r}")
            total += sum(limit["used"] for limit in json.loads(body)["limits"] if limit["per"] == "month")
    return total


# ---- beside a transaction a request ----


def quota_async(session, scenario):
    """Each way at most, at steady rates, and in a burst: what comes after five quiet seconds is what is measured."""

    def ours(name, **settings):
        return replace(ALL["postgresql"], name=f"postgresql.{name}", start=on_postgresql(**PLANS, **settings))

    wanted = {
        ours("sync"): ("sync", "Tallygate, one by one", FSYNC, BODY),
        ours("async"): ("async", "Tallygate, asynchronously", "accepted", ACCEPTED),
        ours("profile", **PROFILE): ("async.high-throughput", "the same, that profile", "accepted", ACCEPTED),
        ours("gathering", **GATHERING): ("async.gathering", "the same, 10,000 rows a flush", "accepted", ACCEPTED),
        ALL["naive"]: ("naive", "a transaction a request", FSYNC, BODY),
    }
    with started(session, scenario, list(wanted)) as up, contextlib.ExitStack() as stack:
        turns = []
        for contender, running in up.items():
            hdr, seed = session.prepared.get("hdr_histogram"), session.asked.seed
            steady = Steady(hdr, running.entry, f"uniform:{SUBJECTS}", seed, CONSUME, wanted[contender][3])
            all_loads = load_turns(session, running, stack.enter_context(steady), *wanted[contender][:3])
            turns += list(all_loads)[: 1 if "." in wanted[contender][0] else None]
        take_turns(session, scenario, turns)


def load_turns(session, running, steady, name, title, acknowledges):
    def turn(row, rate, lead=0, warm=lambda: None):
        def load():
            before = steady.load(STEADY_RATES[0], lead) if lead else {"errors": {}}
            result = steady.load(rate, session.asked.seconds)
            result["errors"]["failed_before"] = sum(before["errors"].values())
            return result

        measure = lambda: watched(running, 1, load, generator=steady)
        return Turn(f"{name} {row}", f"{title}, {row}", acknowledges, warm, measure)

    yield turn("at most", SATURATION, warm=lambda: steady.load(SATURATION, session.asked.warmup))
    for rate in STEADY_RATES:
        yield turn(f"{rate}/s", rate)
    yield turn(f"{BURST_RATE}/s after {STEADY_RATES[0]}/s", BURST_RATE, lead=min(BURST_LEAD_SECONDS, session.asked.seconds))
