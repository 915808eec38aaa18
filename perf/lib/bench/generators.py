"""The load: wrk as it comes, and the generators of this directory where wrk does not do what is asked."""

import contextlib
import json
import subprocess
import threading

from .command import PERF, Problem, find_java, need, run

# Beyond the time a generator was asked to run for: its start, its warm-up's last answers, the time-outs of requests.
GRACE_SECONDS = 60
CONNECTIONS = 100
JVM = ("-XX:+UseSerialGC", "-Xmx512m")
# What the servers' manifests say of Netty; its clients want it, too.
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")


def result_of(output, who):
    line = next((line for line in output.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise Problem(f"{who} gave no result: {output[-500:]}")
    return json.loads(line.removeprefix("RESULT "))


def run_wrk(server, script, connections, threads, seconds, file, seed, counter_type):
    """What wrk saw, as the scripts in perf/wrk print it."""
    need("wrk")
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    command += ["-s", PERF / "wrk" / script, server.url, "--", file, seed, counter_type]
    return result_of(run(command, seconds + GRACE_SECONDS), "wrk")


def run_totals(what, server, names, counter_type, seconds_max):
    command = [find_java(), *JVM, PERF / "Totals.java", what, server.url, names, counter_type]
    return result_of(run(command, seconds_max), "Totals.java")["sum"]


def run_unary(classes, arguments, seconds):
    return result_of(run(grpc_command(classes, "Unary.java", arguments), seconds + GRACE_SECONDS), "Unary.java")


def run_stream(classes, arguments, seconds):
    """The line of its one round, and its totals."""
    output = run(grpc_command(classes, "Stream.java", arguments), seconds + GRACE_SECONDS)
    return [json.loads(line) for line in output.splitlines()]


def grpc_command(classes, program, arguments):
    return [find_java(), *JVM, *QUIET, "-cp", class_path(classes), PERF / program, *arguments]


def class_path(jars):
    return ":".join(str(jar) for jar in jars)


class Generator:
    """One that stays up, and so warm, between its rounds, so that several can take turns. It talks in lines of JSON."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(part) for part in (find_java(), *JVM, *command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def lines(self, count, seconds_max):
        watchdog = threading.Timer(seconds_max, self.process.kill)
        watchdog.start()
        try:
            lines = [self.process.stdout.readline() for _ in range(count)]
        finally:
            watchdog.cancel()
        if not all(lines):
            raise Problem(f"a generator ended, or said nothing for {seconds_max} s: {self.process.args}")
        return [json.loads(line) for line in lines]


class Steady(Generator):
    """Steady.java: for a time, at a constant rate or, with rate 0, as many as are answered."""

    def __init__(self, hdr_histogram, server, names, seed, counter_type, *body):
        """Increments of a counter type; or, with a body, what is posted to the path that stands in its place."""
        what = (server.url, names, seed, counter_type, CONNECTIONS, *body)
        super().__init__("-cp", hdr_histogram, PERF / "Steady.java", *what)

    def load(self, rate, seconds):
        self.ask(f"{rate} {seconds}")
        return self.lines(1, seconds + GRACE_SECONDS)[0]


class Decisions(Generator):
    """Decisions.java: questions about rate limits over gRPC, to one server after the other."""

    def __init__(self, *classes):
        super().__init__(*QUIET, "-cp", class_path(classes), PERF / "Decisions.java")

    def load(self, limiter, port, rule, limit, prefix, keys, callers, seconds, rate=0, mark=0):
        """So many callers at once; with a rate, so many a second. At the mark something happens, see there."""
        asked = (limiter.protocol, port, rule, limit, prefix, keys, callers, rate, seconds, mark)
        self.ask(" ".join(map(str, asked)))
        return self.lines(1, seconds + GRACE_SECONDS)[0]


class Levels(Generator):
    """Load.java: fixed numbers of requests over fixed numbers of connections."""

    def __init__(self, server, levels, warmup, rounds, file, seed, counter_type):
        super().__init__(PERF / "Load.java", server.url, file, seed, counter_type, warmup, rounds, *levels)
        self.levels, self.seconds_max = len(levels), warmup + GRACE_SECONDS

    def warm_up(self):
        self.lines(1, self.seconds_max)

    def round(self):
        """One line a level."""
        self.ask("")
        return self.lines(self.levels, self.seconds_max)

    def summary(self):
        """After the last round: one line a level over all rounds, then what was sent and acknowledged in all."""
        *levels, counts = self.lines(self.levels + 1, self.seconds_max)
        return levels, counts
