"""Rate limits: questions beside increments, the guard of the API beside none, and many keys in Redis."""

from dataclasses import replace

from . import servers
from .contenders import ALL, FSYNC, REDIS_MEMORY, start_monolith
from .generators import CONNECTIONS, run_wrk
from .turns import Turn, started, take_turns, watched

DOMAIN = "perf"
MEMORY = "in the process's memory"
# More than any load here: what is measured is what passes.
QUESTIONS = """
domain: perf
descriptors:
  - key: user
    rate_limit: {algorithm: token_bucket, unit: second, requests_per_unit: 1000000, burst: 1000000}
"""
FOUR = """
domain: perf
descriptors:
  - key: user
    rate_limit:
      limits:
        - {algorithm: token_bucket, unit: second, requests_per_unit: 1000000, burst: 1000000}
        - {algorithm: sliding_window, unit: minute, requests_per_unit: 1000000000}
        - {unit: hour, requests_per_unit: 1000000000}
        - {unit: day, requests_per_unit: 1000000000}
"""
GUARD = """
domain: tallygate
descriptors:
  - key: remote_address
    rate_limit: {unit: minute, requests_per_unit: 4000000000}
    descriptors:
      - key: endpoint
        rate_limit: {algorithm: token_bucket, unit: second, requests_per_unit: 1000000, burst: 1000000}
  - key: endpoint
    value: POST /api/v1/counter/increment
    rate_limit: {algorithm: sliding_window, unit: second, requests_per_unit: 1000000}
"""


def with_rules(rules, settings=None):
    def start(context, directory, name):
        file = directory / f"{name}.yaml"
        file.write_text(rules)
        more = {"TALLYGATE_STORE": "sqlite", "TALLYGATE_RATELIMIT_RULES": str(file), **(settings or {})}
        return start_monolith(context, directory, name, more)

    return start


def counted_in_redis(rules):
    def start(context, directory, name):
        redis = servers.start_redis(directory, f"{name}'s redis")
        # On a machine at its limit a question waits longer than the default, and would be decided without Redis.
        settings = {"TALLYGATE_RATELIMIT_STORE": "redis", "TALLYGATE_REDIS_URI": f"redis://127.0.0.1:{redis.port}"}
        settings["TALLYGATE_RATELIMIT_TIMEOUT"] = "1s"
        running = with_rules(rules, settings)(context, directory, name)
        return replace(running, behind=[redis])

    return start


def named(part, title, start, acknowledges=FSYNC):
    ours = ALL["sqlite-full"]
    name, title = f"{ours.name}.{part}", f"Tallygate, {title}"
    return replace(ours, name=name, title=title, start=start, acknowledges=acknowledges)


def turn(session, contender, running, script, users, domain):
    def load(seconds):
        return run_wrk(running.entry, script, CONNECTIONS, 1, seconds, users, session.asked.seed, domain)

    return Turn(
        contender.name,
        contender.title,
        contender.acknowledges,
        lambda: load(session.warmup_of(contender)),
        lambda: watched(running, 1, lambda: load(session.asked.seconds), redis=running.redis),
    )


def questions(session, scenario):
    """A question that is answered from memory, and an increment, over the same number of connections."""
    check = named("check", "a check in memory", with_rules(QUESTIONS), MEMORY)
    increment = named("increment", "an increment", with_rules(QUESTIONS))
    with started(session, scenario, [check, increment]) as up:
        scripts = {check: ("check.lua", DOMAIN), increment: ("increment.lua", scenario)}
        file = session.asked.file
        take_turns(session, scenario, [turn(session, c, r, scripts[c][0], file, scripts[c][1]) for c, r in up.items()])


def guard(session, scenario):
    """Increments where three rules are for each, counted in memory or in Redis, and where none is."""
    wanted = [
        named("guarded", "increments under three rules", with_rules(GUARD)),
        named("guarded-in-redis", "increments under three rules in Redis", counted_in_redis(GUARD)),
        named("free", "increments without rules", ALL["sqlite-full"].start),
    ]
    with started(session, scenario, wanted) as up:
        file = session.asked.file
        take_turns(session, scenario, [turn(session, c, r, "increment.lua", file, scenario) for c, r in up.items()])


def in_redis(session, scenario):
    """Questions that Redis decides, about few users and about many, of one limit and of four; and how fast Redis just counts."""
    sizes = [1_000] if session.asked.smoke else [1_000, 1_000_000]
    asked = {
        named(f"{size}-users", f"checks in Redis, {size:,} users", counted_in_redis(QUESTIONS), REDIS_MEMORY): size
        for size in sizes
    }
    four = "checks of four limits in Redis, 1,000 users"
    asked[named("four-limits", four, counted_in_redis(FOUR), REDIS_MEMORY)] = 1_000
    floor = ALL["webdis"]
    with started(session, scenario, [*asked, floor]) as up:
        turns = [turn(session, c, up[c], "check.lua", f"uniform:{size}", DOMAIN) for c, size in asked.items() if c in up]
        if floor in up:
            turns.append(turn(session, floor, up[floor], floor.script, session.asked.file, DOMAIN))
        take_turns(session, scenario, turns)
