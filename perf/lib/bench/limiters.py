"""Who decides about rate limits: ours and its peers, all by the same rules, each with a Redis of its own where it needs one."""

from dataclasses import dataclass, replace
from typing import Callable

from . import servers
from .contenders import REDIS_MEMORY, Contender, Running, start_monolith
from .servers import Server, accepts, free_port, request, start_java

DOMAIN = "perf"
MEMORY = "in the process's memory"
# So many a day: of the keys that are asked about evenly no load here uses up any, and of the hot key it soon has.
MANY_LIMIT, HOT_LIMIT = 1_000_000, 50_000
DAY_SECONDS = 86_400
RULES = """
domain: perf
descriptors:
  - key: user
    rate_limit: {{{algorithm}unit: day, requests_per_unit: {many}}}
  - key: hot
    rate_limit: {{{algorithm}unit: day, requests_per_unit: {hot}}}
"""
# More than the keys here; by default it keeps 50,000 and forgets what others have used.
GUBERNATOR_KEYS = 2_000_000


@dataclass(frozen=True)
class Limiter(Contender):
    """A contender that is asked about limits: in which words, and what a key that is used up may have more after a time."""

    protocol: str = "envoy"
    more: Callable = lambda _limit, _begun, _ended: 0


def of_windows(limit, begun, ended):
    """A whole limit again in each window, which are aligned to the epoch."""
    return limit * (int(ended) // DAY_SECONDS - int(begun) // DAY_SECONDS)


def of_refills(limit, begun, ended):
    """Tokens come back evenly; the one that was on its way may have come, too."""
    return int((ended - begun) * limit / DAY_SECONDS) + 1


def rules(algorithm=None):
    return RULES.format(algorithm=f"algorithm: {algorithm}, " if algorithm else "", many=MANY_LIMIT, hot=HOT_LIMIT)


# ---- over gRPC ----


def start_service(context, directory, name, text, settings, behind=()):
    """Our rate limit service alone, which speaks gRPC and nothing else."""
    port, data, file = free_port(), directory / f"{name}-data", directory / f"{name}.yaml"
    data.mkdir()
    file.write_text(text)
    environment = {"TALLYGATE_GRPC_PORT": str(port), "TALLYGATE_DATA_DIR": str(data)}
    environment |= {"TALLYGATE_RATELIMIT_RULES": str(file)} | settings
    jar = context.prepared.get("ratelimit_service")
    return Running(start_java(name, context.java_options, jar, port, environment, directory, accepts), list(behind))


def service_in_memory(context, directory, name):
    return start_service(context, directory, name, rules("token_bucket"), {"TALLYGATE_RATELIMIT_STORE": "memory"})


def service_on_redis(**more):
    def start(context, directory, name):
        redis = servers.start_redis(directory, f"{name}'s redis")
        settings = {"TALLYGATE_RATELIMIT_STORE": "redis", "TALLYGATE_REDIS_URI": f"redis://127.0.0.1:{redis.port}"}
        return start_service(context, directory, name, rules(), settings | more, [redis])

    return start


def envoyproxy(pool=None):
    def start(context, directory, name):
        """With neither StatsD nor a local cache, which is its default; it reads what is in `config` below its root."""
        binary = context.prepared.get("envoyproxy")
        redis = servers.start_redis(directory, f"{name}'s redis")
        config = directory / f"{name}-files" / "config"
        config.mkdir(parents=True)
        (config / "perf.yaml").write_text(rules())
        port = free_port()
        environment = {
            "USE_STATSD": "false",
            "DISABLE_STATS": "true",
            "REDIS_SOCKET_TYPE": "tcp",
            "REDIS_URL": f"127.0.0.1:{redis.port}",
            "RUNTIME_ROOT": str(config.parent),
            "RUNTIME_SUBDIRECTORY": "",
            "RUNTIME_WATCH_ROOT": "false",
            **{f"{what}HOST": "127.0.0.1" for what in ("", "GRPC_", "DEBUG_")},
            **{"PORT": str(free_port()), "GRPC_PORT": str(port), "DEBUG_PORT": str(free_port())},
            **({"REDIS_POOL_SIZE": str(pool)} if pool else {}),
        }
        return Running(Server(name, [binary], port, environment, directory / f"{name}.log").wait_until(accepts), [redis])

    return start


def gubernator(context, directory, name):
    """One node, which is its own and only peer."""
    binary = context.prepared.get("gubernator")
    port, http, members = free_port(), free_port(), f"127.0.0.1:{free_port()}"
    environment = {
        "GUBER_GRPC_ADDRESS": f"127.0.0.1:{port}",
        "GUBER_HTTP_ADDRESS": f"127.0.0.1:{http}",
        "GUBER_ADVERTISE_ADDRESS": f"127.0.0.1:{port}",
        "GUBER_PEER_DISCOVERY_TYPE": "member-list",
        **{f"GUBER_MEMBERLIST_{what}": members for what in ("ADDRESS", "BIND_ADDRESS", "KNOWN_NODES")},
        "GUBER_CACHE_SIZE": str(GUBERNATOR_KEYS),
        "OTEL_TRACES_EXPORTER": "none",
    }
    healthy = lambda _: b"unhealthy" not in (answer := request(http, "GET", "/v1/HealthCheck"))[1] and answer[0] == 200
    return Running(Server(name, [binary], port, environment, directory / f"{name}.log").wait_until(healthy))


# ---- over HTTP ----

# bucket4j's are in its program; a million a second is more than any load here.
HOT_HTTP_LIMIT = 1_000
HTTP_RULES = """
domain: perf
descriptors:
  - key: user
    rate_limit: {algorithm: token_bucket, unit: second, requests_per_unit: 1000000, burst: 1000000}
  - key: hot
    rate_limit: {algorithm: token_bucket, unit: day, requests_per_unit: 1000, burst: 1000}
"""


def monolith_on_redis(context, directory, name):
    redis = servers.start_redis(directory, f"{name}'s redis")
    file = directory / f"{name}.yaml"
    file.write_text(HTTP_RULES)
    settings = {"TALLYGATE_STORE": "sqlite", "TALLYGATE_RATELIMIT_RULES": str(file)}
    settings |= {"TALLYGATE_RATELIMIT_STORE": "redis", "TALLYGATE_REDIS_URI": f"redis://127.0.0.1:{redis.port}"}
    return start_monolith(context, directory, name, settings | PATIENT, [redis])


def bucket4j(batching):
    def start(context, directory, name):
        redis, port = servers.start_redis(directory, f"{name}'s redis"), free_port()
        environment = {"MICRONAUT_SERVER_HOST": "127.0.0.1", "MICRONAUT_SERVER_PORT": str(port)}
        environment |= {"PEER_REDIS": f"redis://127.0.0.1:{redis.port}", "PEER_BATCHING": str(batching).lower()}
        jar = context.prepared.get("bucket4j")
        return Running(start_java(name, context.java_options, jar, port, environment, directory, accepts), [redis])

    return start


# On a machine at its limit a question waits longer than the default, and would be decided without Redis.
PATIENT = {"TALLYGATE_RATELIMIT_TIMEOUT": "1s"}
IN_REDIS = {"acknowledges": REDIS_MEMORY, "more": of_windows}
ON_REDIS = Limiter(
    "ratelimit", "Tallygate's rate limit service on Redis", start=service_on_redis(**PATIENT), jvm=True, **IN_REDIS
)
IN_MEMORY = replace(
    ON_REDIS,
    name="ratelimit.memory",
    title="Tallygate's rate limit service, in memory",
    acknowledges=MEMORY,
    start=service_in_memory,
    more=of_refills,
)
# As it comes: with its deadline of 20 ms for an answer of Redis.
IMPATIENT = replace(ON_REDIS, start=service_on_redis())
ENVOYPROXY = Limiter("envoyproxy", "envoyproxy/ratelimit, its pool of 10", start=envoyproxy(), **IN_REDIS)
ENVOYPROXY_POOL = replace(
    ENVOYPROXY, name="envoyproxy.pool-50", title="envoyproxy/ratelimit, a pool of 50", start=envoyproxy(50)
)
GUBERNATOR = Limiter("gubernator", "gubernator, one node", MEMORY, gubernator, protocol="gubernator")

IN_BUCKETS = {"acknowledges": REDIS_MEMORY, "more": of_refills}
HOT = Limiter("ratelimit.http", "Tallygate, checks on Redis", start=monolith_on_redis, jvm=True, **IN_BUCKETS)
BUCKET4J = Limiter("bucket4j", "bucket4j with Lettuce, bare Micronaut", start=bucket4j(False), jvm=True, **IN_BUCKETS)
BUCKET4J_BATCHING = replace(
    BUCKET4J, name="bucket4j.batching", title=f"{BUCKET4J.title}, its batching on", start=bucket4j(True)
)

# By the names that `--contenders` takes, which are also those of their variants.
LIMITERS = {limiter.name: limiter for limiter in (ON_REDIS, ENVOYPROXY, GUBERNATOR, BUCKET4J)}
