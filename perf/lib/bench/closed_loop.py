"""As many as are answered: one increment a request, and batches, by wrk; and redis-benchmark."""

from . import contenders
from .contenders import ALL, BARE_REDIS
from .generators import run_wrk
from .turns import Turn, started, take_turns, watched

OURS = ("sqlite-full", "sqlite-normal", "redis", "postgresql", "split")
PEERS = ("gin", "gin-pool-50", "rueidis", "webdis", "micronaut", "nginx")
# They differ from another one by a setting alone, so a smoke run learns nothing from them.
TWINS = ("sqlite-normal", "no-metrics", "gin-pool-50")
BATCH = 100
BATCH_CONNECTIONS = 32


def wrk_turn(session, contender, running, connections, script, increments, counter_type):
    def load(seconds):
        asked = session.asked
        return run_wrk(running.entry, script, connections, 1, seconds, asked.file, asked.seed, counter_type)

    counter = (lambda: running.counted(counter_type, session.names)) if running.counted else None
    return Turn(
        contender.name,
        contender.title,
        contender.acknowledges,
        lambda: load(session.warmup_of(contender)),
        lambda: watched(running, increments, lambda: load(session.asked.seconds), counter, connections),
    )


def http(connections):
    def measure(session, scenario):
        others = ("baseline", "no-metrics") if session.asked.baseline else ("no-metrics",)
        twins = TWINS if session.asked.smoke else ()
        wanted = [ALL[name] for name in (*OURS, *others, *PEERS) if name not in twins]
        with started(session, scenario, wanted) as up:
            turns = [wrk_turn(session, c, r, connections, c.script, 1, scenario) for c, r in up.items()]
            take_turns(session, scenario, turns)

    return measure


def batch(session, scenario):
    wanted = [ALL[name] for name in session.few(OURS)] + list(BARE_REDIS.values())
    with started(session, scenario, wanted) as up:
        turns = []
        for contender, running in up.items():
            pipeline = next((p for p, bare in BARE_REDIS.items() if bare == contender), None)
            if pipeline:
                turns.append(redis_turn(session, contender, running, pipeline))
            else:
                turns.append(wrk_turn(session, contender, running, BATCH_CONNECTIONS, "batch.lua", BATCH, scenario))
        take_turns(session, scenario, turns)


def redis_turn(session, contender, running, pipeline):
    rate = []

    def warm():
        rate.append(contenders.redis_benchmark(running, pipeline, 1)["requests_per_second"])

    def load():
        return contenders.redis_benchmark(running, pipeline, session.asked.seconds, rate[0])

    counter = lambda: running.counted(None, None)
    measure = lambda: watched(running, 1, load, counter)
    return Turn(contender.name, contender.title, contender.acknowledges, warm, measure)
