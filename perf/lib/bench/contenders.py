"""Who is measured: how each is started, what it is asked, and how what it counted is known."""

import json
import pathlib
import re
from dataclasses import dataclass, field
from typing import Callable

from . import servers
from .command import Missing, Problem, need, run
from .servers import Server, accepts, free_port, request, start_java

READ_MAX = 1000


@dataclass
class Running:
    """A contender's processes: the one that is asked, and those behind it."""

    entry: Server
    behind: list = field(default_factory=list)
    # How many increments of a counter type among these names it has counted since it started; None where nothing counts.
    counted: Callable | None = None

    @property
    def servers(self):
        return [self.entry, *self.behind]

    @property
    def redis(self):
        """The one behind it; None without."""
        return next((server for server in self.behind if server.name.endswith("redis")), None)

    def stop(self):
        for server in self.servers:
            server.stop()


@dataclass(frozen=True)
class Contender:
    name: str
    title: str
    # What it has done when it says 200.
    acknowledges: str
    start: Callable
    script: str = "increment.lua"
    jvm: bool = False


FSYNC = "stored, fsynced"
PAGE_CACHE = "stored, in the page cache"
REDIS_MEMORY = "in Redis's memory"
NOTHING = "nothing"


# ---- ours ----


def counted_by(entry):
    """The sum of the named counters, as the server's own batch read tells it."""

    def counted(counter_type, names):
        total = 0
        for start in range(0, len(names), READ_MAX):
            queries = [{"resource_id": n, "counter_type": counter_type} for n in names[start : start + READ_MAX]]
            path = "/api/v1/counter/batch?consistency=strong"
            status, body = request(entry.port, "POST", path, {"queries": queries})
            if status != 200:
                raise Problem(f"{entry.name} answered {status} to a batch read: {body[:200]!r}")
            total += sum(result["value"] for result in json.loads(body)["results"])
        return total

    return counted


def ready(port):
    return request(port, "GET", "/health/readiness")[0] == 200


def start_monolith(context, directory, name, settings, behind=(), jar=None):
    port, grpc_port, data = free_port(), free_port(), directory / f"{name}-data"
    data.mkdir()
    environment = {"TALLYGATE_PORT": str(port), "TALLYGATE_GRPC_PORT": str(grpc_port)}
    environment |= {"TALLYGATE_DATA_DIR": str(data)} | settings
    jar = jar or context.prepared.get("monolith")
    entry = start_java(name, context.java_options, jar, port, environment, directory, ready)
    entry.grpc_port = grpc_port
    return Running(entry, list(behind), counted_by(entry))


def on_sqlite(synchronous, **more):
    def start(context, directory, name):
        settings = {"TALLYGATE_STORE": "sqlite", "TALLYGATE_SQLITE_SYNCHRONOUS": synchronous, **more}
        return start_monolith(context, directory, name, settings)

    return start


def baseline(context, directory, name):
    if not context.asked.baseline:
        raise Missing("no --baseline JAR was named")
    return start_monolith(context, directory, name, {"TALLYGATE_STORE": "sqlite"}, jar=context.asked.baseline)


def on_redis(context, directory, name):
    redis = servers.start_redis(directory, f"{name}'s redis")
    settings = {"TALLYGATE_STORE": "redis", "TALLYGATE_REDIS_URI": f"redis://127.0.0.1:{redis.port}"}
    return start_monolith(context, directory, name, settings, [redis])


def on_postgresql(**more):
    def start(context, directory, name):
        store = servers.start_postgresql(context.prepared.get("postgresql"), directory, f"{name}'s postgresql")
        settings = {
            "TALLYGATE_STORE": "postgresql",
            "TALLYGATE_POSTGRESQL_URL": f"jdbc:postgresql://127.0.0.1:{store.port}/postgres",
            "TALLYGATE_POSTGRESQL_USER": "postgres",
            "TALLYGATE_POSTGRESQL_PASSWORD": "postgres",
        }
        return start_monolith(context, directory, name, settings | more, [store])

    return start


def split(context, directory, name):
    service_jar, gateway_jar = context.prepared.get("split")
    grpc_port, port, data = free_port(), free_port(), directory / f"{name}-data"
    data.mkdir()
    environment = {"TALLYGATE_GRPC_PORT": str(grpc_port), "TALLYGATE_DATA_DIR": str(data)}
    options = context.java_options
    service = start_java(f"{name}'s service", options, service_jar, grpc_port, environment, directory, accepts)
    environment = {"TALLYGATE_PORT": str(port), "TALLYGATE_SERVICES_COUNTER_ADDRESSES": f"127.0.0.1:{grpc_port}"}
    entry = start_java(name, options, gateway_jar, port, environment, directory, ready)
    return Running(entry, [service], counted_by(entry))


# ---- peers ----


def counted_in(redis):
    """By Redis's own count of the commands that it has executed."""
    return lambda _counter_type, _names: servers.redis_calls(redis, "incrby")


def gin(*options):
    def start(context, directory, name):
        binary = context.prepared.get("gin")
        redis, port = servers.start_redis(directory, f"{name}'s redis"), free_port()
        command = [binary, "--listen", f"127.0.0.1:{port}", "--redis", f"127.0.0.1:{redis.port}", *options]
        entry = Server(name, command, port, {"GIN_MODE": "release"}, directory / f"{name}.log").wait_until(accepts)
        return Running(entry, [redis], counted_in(redis))

    return start


def webdis(context, directory, name):
    """Debian's configuration, but for addresses, its log, and that it stays in the foreground."""
    binary, environment = context.prepared.get("webdis")
    redis, port = servers.start_redis(directory, f"{name}'s redis"), free_port()
    settings = {"redis_host": "127.0.0.1", "redis_port": redis.port, "http_host": "127.0.0.1", "http_port": port}
    settings |= {"threads": 2, "daemonize": False, "database": 0, "acl": [{"disabled": ["DEBUG"]}], "verbosity": 0}
    settings["logfile"] = str(directory / f"{name}-own.log")
    file = directory / f"{name}.json"
    file.write_text(json.dumps(settings))
    entry = Server(name, [binary, file], port, environment, directory / f"{name}.log").wait_until(accepts)
    return Running(entry, [redis], counted_in(redis))


def micronaut(context, directory, name):
    port, jar = free_port(), context.prepared.get("micronaut")
    environment = {"MICRONAUT_SERVER_HOST": "127.0.0.1", "MICRONAUT_SERVER_PORT": str(port)}
    return Running(start_java(name, context.java_options, jar, port, environment, directory, accepts))


def naive_quota(context, directory, name):
    """One consumption a transaction, on a database that is set up as ours is."""
    store = servers.start_postgresql(context.prepared.get("postgresql"), directory, f"{name}'s postgresql")
    port = free_port()
    environment = {
        "MICRONAUT_SERVER_HOST": "127.0.0.1",
        "MICRONAUT_SERVER_PORT": str(port),
        "NAIVE_URL": f"jdbc:postgresql://127.0.0.1:{store.port}/postgres",
        "NAIVE_USER": "postgres",
        "NAIVE_PASSWORD": "postgres",
    }
    jar = context.prepared.get("naive_quota")
    return Running(start_java(name, context.java_options, jar, port, environment, directory, accepts), [store])


NGINX = """
daemon off;
worker_processes auto;
pid {directory}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    # Its default of 1000 would make it close connections all the time, which no other contender does.
    keepalive_requests 1000000000;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{
            default_type application/json;
            return 200 '{{"resource_id":"ansi-styles","counter_type":"x","value":1}}';
        }}
    }}
}}
"""


def nginx(context, directory, name):
    binary, environment = context.prepared.get("nginx")
    port, own = free_port(), directory / f"{name}-files"
    own.mkdir()
    file = own / "nginx.conf"
    file.write_text(NGINX.format(directory=own, port=port))
    command = [binary, "-p", own, "-e", "stderr", "-c", file]
    return Running(Server(name, command, port, environment, directory / f"{name}.log").wait_until(accepts))


def bare_redis(context, directory, name):
    need("redis-benchmark")
    redis = servers.start_redis(directory, name)
    return Running(redis, [], lambda *_: servers.redis_calls(redis, "incr"))


def redis_benchmark(running, pipeline, seconds, rate=None):
    """INCR of 5,000 keys over 50 connections, for about so many seconds."""
    if rate is None:
        rate = redis_benchmark(running, pipeline, 1, 50_000)["requests_per_second"]
    count = max(1000, round(rate * seconds / pipeline) * pipeline)
    command = ["redis-benchmark", "-p", running.entry.port, "-t", "incr", "-r", 5000, "--csv"]
    command += ["-P", pipeline, "-n", count]
    line = next((l for l in run(command, 60 + 10 * seconds).splitlines() if l.startswith('"INCR"')), None)
    if line is None:
        raise Problem("redis-benchmark gave no result")
    figures = [float(cell) for cell in re.findall(r'"([0-9.]+)"', line)]
    per_second, _average, _least, p50, p95, p99, greatest = figures
    return {
        "requests": count,
        "seconds": count / per_second,
        "requests_per_second": per_second,
        **{"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": greatest},
        "errors": {},
    }


ALL = {
    contender.name: contender
    for contender in (
        Contender("sqlite-full", "Tallygate, SQLite FULL", FSYNC, on_sqlite("FULL"), jvm=True),
        Contender("baseline", "the JAR of --baseline, SQLite FULL", FSYNC, baseline, jvm=True),
        Contender(
            "no-metrics",
            "Tallygate, SQLite FULL, no metrics",
            FSYNC,
            on_sqlite("FULL", MICRONAUT_METRICS_ENABLED="false"),
            jvm=True,
        ),
        Contender("sqlite-normal", "Tallygate, SQLite NORMAL", PAGE_CACHE, on_sqlite("NORMAL"), jvm=True),
        Contender("redis", "Tallygate, Redis", REDIS_MEMORY, on_redis, jvm=True),
        Contender("postgresql", "Tallygate, PostgreSQL", FSYNC, on_postgresql(), jvm=True),
        Contender("split", "Tallygate, gateway + service, SQLite FULL", FSYNC, split, jvm=True),
        Contender("gin", "Gin + go-redis, default pool", REDIS_MEMORY, gin()),
        Contender("gin-pool-50", "Gin + go-redis, pool of 50", REDIS_MEMORY, gin("--pool-size", 50)),
        Contender("rueidis", "Gin + rueidis", REDIS_MEMORY, gin("--client", "rueidis")),
        Contender("webdis", "Webdis", REDIS_MEMORY, webdis, script="webdis.lua"),
        Contender("micronaut", "bare Micronaut controller, a constant", NOTHING, micronaut, jvm=True),
        Contender("naive", "quotas by a transaction a request, PostgreSQL", FSYNC, naive_quota, jvm=True),
        Contender("nginx", "nginx `return 200`", NOTHING, nginx),
    )
}
BARE_REDIS = {
    pipeline: Contender(name, f"redis-benchmark INCR{f' -P {pipeline}' * (pipeline > 1)}", REDIS_MEMORY, bare_redis)
    for name, pipeline in (("redis-benchmark", 1), ("redis-benchmark-P32", 32))
}


def names_in(file):
    with pathlib.Path(file).open(encoding="utf-8") as lines:
        return [line.split("\t")[0] for line in lines if line.rstrip("\n").rpartition("\t")[2].isdigit()]
