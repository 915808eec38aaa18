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


def hop_ms(data):
    split, monolith = median(data, "hop", "split", "p50_ms"), median(data, "hop", "sqlite-full", "p50_ms")
    return split - monolith if split and monolith else None


def others_with_slow_keys(data):
    """The events of the keys that are not slow, 99 of 100, against as many where no key is slow."""
    slow, none = median(data, "events-kafka", "tallygate slow-keys"), median(data, "events-kafka", "tallygate")
    return slow / (none * OTHERS) if slow and none else None


AT_LEAST, AT_MOST = "at least", "at most"
GOALS = (
    ("SQLite `FULL`, 100 connections, against Webdis", AT_LEAST, 1.0, ratio("http-100", "sqlite-full", "webdis")),
    ("SQLite `FULL`, 100 connections, against Gin + go-redis", AT_LEAST, 3.0, ratio("http-100", "sqlite-full", "gin")),
    ("SQLite `FULL`, 100 connections, against nginx", AT_LEAST, 0.5, ratio("http-100", "sqlite-full", "nginx")),
    ("SQLite `FULL`, 100 connections, against bare Micronaut", AT_LEAST, 0.85, ratio("http-100", "sqlite-full", "micronaut")),
    ("metrics on, against off", AT_LEAST, 0.93, ratio("http-100", "sqlite-full", "no-metrics")),
    ("through the gateway, against the monolith", AT_LEAST, 0.85, ratio("http-100", "split", "sqlite-full")),
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
        ratio("quota-async", "async at most", "naive at most"),
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
