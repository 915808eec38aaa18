"""What this project wants to reach, and how far a run is from it."""

import statistics

from .tables import markdown_table

# Of all events of `events-kafka`, those of keys that are never slow.
OTHERS = 0.99


def median(data, scenario, row, key="increments_per_second"):
    rounds = data["scenarios"].get(scenario, {}).get("rows", {}).get(row, {}).get("rounds")
    return statistics.median(one[key] for one in rounds) if rounds else None


def ratio(scenario, row, other, other_scenario=None):
    def of(data):
        ours, theirs = median(data, scenario, row), median(data, other_scenario or scenario, other)
        return ours / theirs if ours and theirs else None

    return of


def at_half(key, of_rounds):
    def of(data):
        rounds = data["scenarios"].get("rate", {}).get("rows", {}).get("sqlite-full 50%", {}).get("rounds")
        return of_rounds(one[key] for one in rounds) if rounds else None

    return of


def ratio_of_tails(scenario, row, other):
    def of(data):
        ours, theirs = median(data, scenario, row, "p99_ms"), median(data, scenario, other, "p99_ms")
        return ours / theirs if ours and theirs else None

    return of


def fastest(data, scenario, rows):
    """That of the rows that goes at the highest rate."""
    measured = [row for row in rows if median(data, scenario, row)]
    return max(measured, key=lambda row: median(data, scenario, row), default=None)


def against_fastest(scenario, row, others, of=median):
    """A figure of a row over that of the fastest of others: a peer is measured in more than one setting."""

    def ratio_of(data):
        best = fastest(data, scenario, others)
        ours, theirs = of(data, scenario, row), best and of(data, scenario, best)
        return ours / theirs if ours and theirs else None

    return ratio_of


def fastest_against(scenario, rows, other):
    """The other way round: where ours is measured in more than one setting."""

    def ratio_of(data):
        best = fastest(data, scenario, rows)
        ours, theirs = best and median(data, scenario, best), median(data, scenario, other)
        return ours / theirs if ours and theirs else None

    return ratio_of


def p99(data, scenario, row):
    return median(data, scenario, row, "p99_ms")


def cpu(data, scenario, row):
    """CPU a request, of all processes that had a part in it."""
    rounds = data["scenarios"].get(scenario, {}).get("rows", {}).get(row, {}).get("rounds")
    return statistics.median(sum(one["cpu_us"].values()) for one in rounds) if rounds else None


def wrong(scenario, rows):
    """What was decided otherwise than the rules say, in all rounds."""

    def of(data):
        known = data["scenarios"].get(scenario, {}).get("rows", {})
        rounds = [one for row in rows if row in known for one in known[row]["rounds"]]
        return sum(one["wrongly_allowed"] + one["wrongly_denied"] for one in rounds) if rounds else None

    return of


def hop_ms(data):
    split, monolith = median(data, "hop", "split", "p50_ms"), median(data, "hop", "sqlite-full", "p50_ms")
    return split - monolith if split and monolith else None


def others_with_slow_keys(data):
    """The events of the keys that are not slow, 99 of 100, against as many where no key is slow."""
    slow, none = median(data, "events-kafka", "tallygate slow-keys"), median(data, "events-kafka", "tallygate")
    return slow / (none * OTHERS) if slow and none else None


AT_LEAST, AT_MOST = "at least", "at most"
ASYNC = ("async", "async.high-throughput", "async.gathering")
ENVOYPROXY = ("envoyproxy many", "envoyproxy.pool-50 many")
GUBERNATOR = ("gubernator many",)
DECIDERS = [f"{who} {what}" for who in ("ratelimit", "ratelimit.memory") for what in ("many", "hot")]
GOALS = (
    ("SQLite `FULL`, 100 connections, against Webdis", AT_LEAST, 1.0, ratio("http-100", "sqlite-full", "webdis")),
    ("SQLite `FULL`, 100 connections, against Gin + go-redis", AT_LEAST, 3.0, ratio("http-100", "sqlite-full", "gin")),
    ("SQLite `FULL`, 100 connections, against nginx", AT_LEAST, 0.6, ratio("http-100", "sqlite-full", "nginx")),
    (
        "its CPU an increment against nginx's",
        AT_MOST,
        1.6,
        against_fastest("http-100", "sqlite-full", ("nginx",), of=cpu),
    ),
    ("its p99 against Webdis's", AT_MOST, 1.3, ratio_of_tails("http-100", "sqlite-full", "webdis")),
    ("SQLite `FULL`, 100 connections, against bare Micronaut", AT_LEAST, 0.85, ratio("http-100", "sqlite-full", "micronaut")),
    ("metrics on, against off", AT_LEAST, 0.93, ratio("http-100", "sqlite-full", "no-metrics")),
    ("through the gateway, against the monolith", AT_LEAST, 0.95, ratio("http-100", "split", "sqlite-full")),
    ("latency that the gateway adds at 1,000/s, p50, ms", AT_MOST, 1.0, hop_ms),
    (
        "batches of 100, against `redis-benchmark` INCR `-P 32`",
        AT_LEAST,
        0.5,
        ratio("batch", "sqlite-full", "redis-benchmark-P32"),
    ),
    ("p99 at half of saturation, ms", AT_MOST, 5.0, at_half("p99_ms", statistics.median)),
    ("max at half of saturation, ms", AT_MOST, 50.0, at_half("max_ms", max)),
    ("consumption of two limits, 10,000 subjects, against increments", AT_LEAST, 0.8, ratio("quota", "consume", "increments")),
    ("its p99 against theirs", AT_MOST, 1.5, ratio_of_tails("quota", "consume", "increments")),
    ("one subject with one limit against 10,000 with two", AT_LEAST, 0.8, ratio("quota", "consume-one", "consume")),
    ("checks of quotas against increments", AT_LEAST, 1.0, ratio("quota", "check", "increments")),
    (
        "asynchronous consumption against a transaction a request, at most",
        AT_LEAST,
        10.0,
        fastest_against("quota-async", [f"{name} at most" for name in ASYNC], "naive at most"),
    ),
    (
        "asynchronous consumption at 1,000/s, p99, ms",
        AT_MOST,
        12.0,
        lambda data: median(data, "quota-async", "async 1000/s", "p99_ms"),
    ),
    (
        "counter events a second, from append to counter, SQLite `FULL`",
        AT_LEAST,
        100_000,
        lambda data: median(data, "events", "sqlite-full at most"),
    ),
    (
        "an event's way to its count at 1,000/s, p99, ms",
        AT_MOST,
        50.0,
        lambda data: median(data, "events", "sqlite-full 1000/s", "p99_ms"),
    ),
    (
        "counter events a second from Kafka to committed counters, one process, SQLite `FULL`",
        AT_LEAST,
        150_000,
        lambda data: median(data, "events-kafka", "tallygate"),
    ),
    ("with 10 ms for 1 % of the keys, events of the others, against without", AT_LEAST, 0.9, others_with_slow_keys),
    (
        "an event's way over Kafka to its count at 1,000/s, p99, ms",
        AT_MOST,
        100.0,
        lambda data: median(data, "events-kafka-latency", "sqlite-full.kafka 1000/s", "p99_ms"),
    ),
    (
        "increments with changes told as events, against without",
        AT_LEAST,
        0.8,
        ratio("outbox", "sqlite-full.told", "sqlite-full.untold"),
    ),
    (
        "dead letters replayed a second, a second replay doing nothing",
        AT_LEAST,
        10_000,
        lambda data: median(data, "replay-dead-letters", "sqlite-full"),
    ),
    (
        "`ShouldRateLimit` on Redis, many keys, against envoyproxy/ratelimit",
        AT_LEAST,
        1.3,
        against_fastest("ratelimit-grpc", "ratelimit many", ENVOYPROXY),
    ),
    (
        "its CPU a decision, Redis's included, against theirs",
        AT_MOST,
        0.7,
        against_fastest("ratelimit-grpc", "ratelimit many", ENVOYPROXY, cpu),
    ),
    ("its p99 against theirs", AT_MOST, 1.0, against_fastest("ratelimit-grpc", "ratelimit many", ENVOYPROXY, p99)),
    (
        "`ShouldRateLimit` in memory, many keys, against gubernator",
        AT_LEAST,
        1.3,
        against_fastest("ratelimit-grpc", "ratelimit.memory many", GUBERNATOR),
    ),
    (
        "its CPU a decision against gubernator's",
        AT_MOST,
        0.7,
        against_fastest("ratelimit-grpc", "ratelimit.memory many", GUBERNATOR, cpu),
    ),
    ("wrong decisions over gRPC", AT_MOST, 0, wrong("ratelimit-grpc", DECIDERS)),
    (
        "one hot key on Redis, 400 connections, against bucket4j",
        AT_LEAST,
        5.0,
        ratio("ratelimit-hot", "ratelimit.http", "bucket4j"),
    ),
    ("wrong decisions on one", AT_MOST, 0, wrong("ratelimit-hot", ["ratelimit.http exact"])),
    (
        "checks of rate limits in memory against increments",
        AT_LEAST,
        0.9,
        ratio("ratelimit-http", "sqlite-full.check", "sqlite-full.increment"),
    ),
    (
        "increments under three rules in memory against none",
        AT_LEAST,
        0.95,
        ratio("ratelimit-guard", "sqlite-full.guarded", "sqlite-full.free"),
    ),
    (
        "Redis stopped, 2,000/s: p99 in the first second, ms",
        AT_MOST,
        30.0,
        lambda data: p99(data, "ratelimit-outage", "ratelimit first_second"),
    ),
    ("the same from then on, ms", AT_MOST, 5.0, lambda data: p99(data, "ratelimit-outage", "ratelimit later")),
    ("10⁷ counters against 10³, even popularity", AT_LEAST, 0.6, ratio("keys", "uniform:10000000", "uniform:1000")),
)


def goals_table(data):
    """Those of the goals that this run has figures for."""
    rows = []
    for what, direction, goal, of in GOALS:
        figure = of(data)
        if figure is not None:
            reached = figure >= goal if direction == AT_LEAST else figure <= goal
            rows.append([what, f"{direction} {goal:g}", f"{figure:.2f}", "yes" if reached else "no"])
    return markdown_table(["what", "goal", "measured", "reached"], rows) if rows else ""
