"""Processes that never outlive the command, and the stores that the contenders need."""

import atexit
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

from .command import Problem, find_java, need, run, say

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def work_directory(parent):
    """A fresh directory, removed at exit, on the disk of `parent`: a memory file system would make fsync free."""
    parent = pathlib.Path(parent)
    parent.mkdir(parents=True, exist_ok=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="data-", dir=parent))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


class Server:
    """A process under test in a session of its own, so that Ctrl-C reaches this command alone, which then stops it."""

    def __init__(self, name, command, port, environment=None, log=None, stop_signal=signal.SIGTERM):
        self.name, self.port, self.stop_signal = name, port, stop_signal
        self.log, self.gc_log = pathlib.Path(log), None
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.stop)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def wait_until(self, ready):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Problem(f"{self.name} stopped with {self.process.returncode}:\n{self.log_tail()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ready(self.port):
                    return self
            time.sleep(0.1)
        self.stop()
        raise Problem(f"{self.name} was not ready in {START_SECONDS_MAX} s:\n{self.log_tail()}")

    def log_tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not stop in {STOP_SECONDS_MAX} s and was killed")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        atexit.unregister(self.stop)


def start_java(name, java_options, program, port, environment, directory, ready):
    """A JVM that logs its garbage collections, one line each; with the program's ahead-of-time cache, where it has one."""
    jar = pathlib.Path(program).resolve()
    cache = jar.with_suffix(".aot")
    cached = [f"-XX:AOTCache={cache}"] if cache.exists() else []
    return start_jvm(name, [*java_options, *cached, "-jar", jar], port, environment, directory, ready)


def start_jvm(name, arguments, port, environment, directory, ready):
    """The same of whatever is run, without the cache."""
    gc_log = directory / f"{name}.gc.log"
    command = [find_java(), f"-Xlog:gc:file={gc_log}", *arguments]
    server = Server(name, command, port, environment, directory / f"{name}.log")
    server.gc_log = gc_log
    return server.wait_until(ready)


def start_redis(directory, name="redis"):
    """Redis as it comes, without snapshots: it keeps everything in memory alone."""
    need("redis-server")
    port = free_port()
    own = directory / f"{name}-data"
    own.mkdir()
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", own]
    return Server(name, command, port, log=directory / f"{name}.log").wait_until(accepts)


def start_postgresql(binaries, directory, name="postgresql"):
    """PostgreSQL as it comes (fsync on, synchronous_commit on), with a database and a user `postgres`."""
    # It refuses to run as root; in a user namespace of its own a process is not root and yet owns its files.
    alone = ["unshare", "-U"] if os.geteuid() == 0 else []
    port, data = free_port(), directory / f"{name}-data"
    initdb = [*alone, binaries / "bin" / "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-D", data]
    run(initdb, START_SECONDS_MAX)
    command = [*alone, binaries / "bin" / "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", ""]
    # SIGINT is its "fast" stop, which waits for no client.
    server = Server(name, command, port, log=directory / f"{name}.log", stop_signal=signal.SIGINT)
    server.wait_until(lambda _: "ready to accept connections" in server.log.read_text(errors="replace"))
    return server


KAFKA = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
num.network.threads=1
num.io.threads=2
"""
KAFKA_JVM = ("-Xmx384m", "-XX:+UseSerialGC")


def start_kafka(class_path, directory, name="kafka"):
    """One broker, its own controller, with its defaults but for what is of several brokers and of many cores."""
    port, controller_port, data = free_port(), free_port(), directory / f"{name}-data"
    properties = directory / f"{name}.properties"
    properties.write_text(KAFKA.format(port=port, controller_port=controller_port, data=data))
    java = [find_java(), *KAFKA_JVM, "-cp", class_path]
    run([*java, "kafka.tools.StorageTool", "format", "-t", uuid.uuid4(), "-c", properties], START_SECONDS_MAX)
    # A killed broker leaves nothing that anybody wants, and an orderly stop takes seconds.
    server = Server(name, [*java, "kafka.Kafka", properties], port, log=directory / f"{name}.log", stop_signal=signal.SIGKILL)
    return server.wait_until(accepts)


def accepts(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def request(port, method, path, body=None):
    """A question beside the load."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def redis_info(server, section):
    """What a Redis tells of itself, a line each."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"INFO {section}\r\nQUIT\r\n".encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode().splitlines()


def redis_calls(server, command):
    """How often a Redis has executed a command, by its own count."""
    line = next((l for l in redis_info(server, "commandstats") if l.startswith(f"cmdstat_{command}:calls=")), None)
    return int(line.split("=")[1].split(",")[0]) if line else 0


def redis_traffic(server):
    """How often a Redis has read what clients sent, run a script, and executed a command, those of scripts among them."""
    stats = dict(line.split(":") for line in redis_info(server, "stats") if ":" in line)
    return {
        "reads": int(stats["total_reads_processed"]),
        "scripts": redis_calls(server, "evalsha") + redis_calls(server, "eval"),
        "commands": int(stats["total_commands_processed"]),
    }
