"""What is measured, by name."""

from .closed_loop import BATCH, BATCH_CONNECTIONS, batch, http
from .decisions import hot_key, outage, over_grpc
from .events import events
from .events_kafka import events_kafka, events_kafka_latency
from .grpc import grpc
from .keys import keys
from .levels import levels
from .limits import guard, in_redis, questions
from .outbox import outbox
from .profiles import profile
from .quotas import quota, quota_async
from .rates import constant_rates, hop
from .replays import replay_dead_letters
from .slow_disk import slow_disk

# A contender without a compiler at work only has to open its connections and fill its caches.
WARMUP_SECONDS_NATIVE = 5

SCENARIOS = {
    "http-100": (http(100), "one increment a request over 100 connections: ours beside all peers"),
    "http-500": (http(500), "the same over 500 connections"),
    "batch": (batch, f"batches of {BATCH} over {BATCH_CONNECTIONS} connections, beside redis-benchmark"),
    "grpc": (grpc, "over gRPC, a call an increment, and one stream of batches"),
    "levels": (levels, "the five load levels: 1,000 requests over 10 connections to 50,000 over 500"),
    "rate": (
        constant_rates(lambda _: [0.5], lambda session: session.asked.rate_seconds),
        "a constant rate at half of saturation, latency without coordinated omission",
    ),
    "sweep": (
        constant_rates(lambda session: session.fractions, lambda session: session.asked.seconds),
        "constant rates from a tenth of saturation to beyond it: throughput against p99",
    ),
    "hop": (hop, "1,000 requests a second to the split and to the monolith: the milliseconds that the gateway adds"),
    "slow-disk": (slow_disk, "reads beside a full load of writes, on a disk that is slow or stalls"),
    "keys": (keys, "10³ to 10⁷ counters, asked for evenly and by Zipf's law, and the popularity file"),
    "quota": (quota, "consumption and checks of quotas beside increments, one process, in turns"),
    "quota-async": (
        quota_async,
        "consumption on PostgreSQL, one by one and asynchronously, beside a transaction a request: at most, steady, a burst",
    ),
    "events": (events, "counter events from their append to the counters: how many a second, and how soon"),
    "events-kafka": (
        events_kafka,
        "counter events from a full topic of Kafka to the counters, beside other consumers; and with keys that are slow",
    ),
    "events-kafka-latency": (events_kafka_latency, "how soon an event that is appended to Kafka is counted"),
    "outbox": (outbox, "increments that become events when they are committed, beside increments that do not"),
    "replay-dead-letters": (replay_dead_letters, "how many dead letters a second have their effect when they are replayed"),
    "ratelimit-http": (questions, "a question about a rate limit, decided in memory, beside an increment"),
    "ratelimit-guard": (guard, "increments under three rules for our own API, beside none"),
    "ratelimit-redis": (in_redis, "questions that Redis decides, of one limit and of four, beside an INCRBY by Webdis"),
    "ratelimit-grpc": (
        over_grpc,
        "a million keys and a hot one over gRPC: ours on Redis beside envoyproxy/ratelimit, ours in memory beside gubernator",
    ),
    "ratelimit-hot": (hot_key, "one hot key on Redis over 400 connections: ours beside bucket4j with Lettuce"),
    "ratelimit-outage": (outage, "Redis stops in the midst of 2,000 questions a second: ours beside envoyproxy/ratelimit"),
    "profile": (profile, "where the time goes and what allocates, as flame graphs: our monolith and our split"),
}
