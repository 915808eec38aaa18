"""What the measuring commands share: tools, servers that never outlive the command, what the kernel says of them, tables."""

import atexit
import contextlib
import http.client
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PERF = pathlib.Path(__file__).resolve().parent.parent
OUT = PERF / "out"
JAR = PERF.parent / "app-monolith" / "target" / "tallygate.jar"
SAMPLE = PERF / "data" / "popularity-sample.tsv"

TOOLS = {
    "wrk": "apt-get install wrk",
    "redis-server": "apt-get install redis-server",
    "go": "install Go 1.25 or later, or leave the peer out with --no-peer",
}
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Problem(Exception):
    """Something the person at the keyboard can put right; its message is all they need to see."""


def run_main(main):
    """Runs main so that a signal or a problem still stops every server, and a problem reads as one line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except Problem as problem:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {problem}")


def say(text):
    """Progress goes to stderr, so that stdout holds the report alone."""
    print(text, file=sys.stderr, flush=True)


# ---- tools ----


def need(*tools):
    missing = [f"{tool} is not on the PATH ({TOOLS[tool]})" for tool in tools if not shutil.which(tool)]
    if missing:
        raise Problem("; ".join(missing))


def need_jar(jar):
    if not pathlib.Path(jar).is_file():
        raise Problem(f"{jar} is not there: build it with `mvn package`, or name it with --jar")


def find_java():
    found = subprocess.run([PERF.parent / "infra" / "tools" / "find-java"], capture_output=True, text=True)
    if found.returncode:
        raise Problem(found.stderr.strip())
    return found.stdout.strip()


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "not installed"
    return ((done.stdout + done.stderr).strip().splitlines() or ["?"])[0]


# ---- servers ----


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

    def __init__(self, name, command, port, environment=None, log=None):
        self.name, self.port = name, port
        self.log = pathlib.Path(log)
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

    def wait_until(self, ready):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Problem(f"{self.name} stopped with {self.process.returncode}:\n{self.log_tail()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ready(self.port):
                    return self
            time.sleep(0.1)
        raise Problem(f"{self.name} was not ready in {START_SECONDS_MAX} s:\n{self.log_tail()}")

    def log_tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not stop in {STOP_SECONDS_MAX} s and was killed")
                self.process.kill()
                self.process.wait()


def start_redis(directory, name="redis"):
    """Redis as it comes, without snapshots: both it and the peer's keep everything in memory alone."""
    need("redis-server")
    port = free_port()
    command = [
        "redis-server",
        "--port",
        port,
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        directory,
    ]
    return Server(name, command, port, log=directory / f"{name}.log").wait_until(accepts)


def start_tallygate(store, jar, directory, java_options, redis=None):
    port = free_port()
    data = directory / f"tallygate-{store}"
    data.mkdir()
    environment = {"TALLYGATE_PORT": str(port), "TALLYGATE_GRPC_PORT": "0"}
    environment |= {"TALLYGATE_DATA_DIR": str(data), "TALLYGATE_STORE": store}
    if redis:
        environment["TALLYGATE_REDIS_URI"] = f"redis://127.0.0.1:{redis.port}"
    command = [find_java(), *java_options, "-jar", pathlib.Path(jar).resolve()]
    server = Server(f"tallygate on {store}", command, port, environment, directory / f"tallygate-{store}.log")
    return server.wait_until(lambda port: request(port, "GET", "/health/readiness")[0] == 200)


def build_gin():
    need("go")
    OUT.mkdir(exist_ok=True)
    binary = OUT / "gin-peer"
    built = subprocess.run(
        ["go", "build", "-o", binary, "."], cwd=PERF / "peers" / "gin", capture_output=True, text=True
    )
    if built.returncode:
        raise Problem(f"the Gin peer does not build:\n{built.stderr.strip()}")
    return binary


def start_gin(binary, directory, redis, pool_size):
    port = free_port()
    command = [binary, "--listen", f"127.0.0.1:{port}", "--redis", f"127.0.0.1:{redis.port}", "--pool-size", pool_size]
    return Server("gin", command, port, log=directory / "gin.log").wait_until(accepts)


def accepts(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


# ---- HTTP, for a few questions beside the load ----


def request(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def total_of(server, counter_type, names):
    """The sum of the named counters, as the server's own batch read tells it."""
    total = 0
    for start in range(0, len(names), 1000):
        queries = [{"resource_id": name, "counter_type": counter_type} for name in names[start : start + 1000]]
        status, body = request(server.port, "POST", "/api/v1/counter/batch", {"queries": queries})
        if status != 200:
            raise Problem(f"{server.name} answered {status} to a batch read: {body[:200]!r}")
        total += sum(result["value"] for result in json.loads(body)["results"])
    return total


def read_names(file):
    with open(file, encoding="utf-8") as lines:
        return [line.split("\t")[0] for line in lines if line.rstrip("\n").rpartition("\t")[2].isdigit()]


# ---- generators ----


def run_wrk(server, script, connections, threads, seconds, file, seed, counter_type):
    """What wrk saw, as the scripts in perf/wrk print it."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    command += ["-s", PERF / "wrk" / script, server.url, "--", file, seed, counter_type]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    result = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if result is None:
        raise Problem(f"wrk failed: {done.stdout}{done.stderr}")
    return json.loads(result.removeprefix("RESULT "))


def run_levels(server, levels, warmup, rounds, file, seed, counter_type):
    """The lines of perf/Load.java as they come, each with the server's memory at that moment."""
    command = [find_java(), "-XX:+UseSerialGC", "-Xmx256m", PERF / "Load.java", server.url, file, seed, counter_type]
    command = [str(part) for part in [*command, warmup, rounds, *levels]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as generator:
        try:
            for line in generator.stdout:
                yield json.loads(line) | {"memory": memory(server)}
        except BaseException:
            generator.terminate()
            raise
    if generator.returncode:
        raise Problem(f"the generator stopped with {generator.returncode}")


# ---- what the kernel says ----


def memory(server):
    """Resident memory now and at its peak, in MiB."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    kibibytes = {
        line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if line.startswith(("VmRSS", "VmHWM"))
    }
    return {"resident_mib": round(kibibytes["VmRSS"] / 1024), "peak_mib": round(kibibytes["VmHWM"] / 1024)}


def cpu_seconds(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


class CpuWatch:
    """Who had the CPU meanwhile: the servers, the generator, everyone else on the machine, and the host (stolen)."""

    def __init__(self, *servers):
        self.servers = servers
        self.start = self._read()

    def _read(self):
        user, nice, system, _, _, _, _, stolen = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
        ours = os.times()
        return {
            **{server.name: cpu_seconds(server) for server in self.servers},
            "generator": ours.children_user + ours.children_system,
            "self": ours.user + ours.system,
            "machine": (user + nice + system) / TICKS_PER_SECOND,
            "stolen": stolen / TICKS_PER_SECOND,
            "clock": time.monotonic(),
        }

    def cores(self):
        """Cores kept busy on average, by whom; call it after the generator has ended."""
        end = self._read()
        spent = {who: end[who] - self.start[who] for who in end}
        clock, machine, stolen = spent.pop("clock"), spent.pop("machine"), spent.pop("stolen")
        spent["others"] = max(0.0, machine - sum(spent.values()))
        spent["stolen"] = stolen
        del spent["self"]
        return {who: round(seconds / clock, 2) for who, seconds in spent.items()}


def fsync_probe(directory, seconds=2.0):
    """How many 4 KiB writes, each followed by fsync, the disk of the data directory does a second."""
    block = os.urandom(4096)
    count, start = 0, time.monotonic()
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        while time.monotonic() - start < seconds:
            file.write(block)
            os.fsync(file.fileno())
            count += 1
    return round(count / (time.monotonic() - start))


def filesystem_of(directory):
    mounts = [line.split()[1:3] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    path = str(pathlib.Path(directory).resolve())
    holding = [(point, kind) for point, kind in mounts if path == point or path.startswith(point.rstrip("/") + "/")]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else "?"


def describe_machine(directory, java):
    cpu = next(
        (l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine()
    )
    memory_kib = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory_kib / 2**20, 1),
        "kernel": platform.release(),
        "file_system": filesystem_of(directory),
        "fsyncs_per_second": fsync_probe(directory),
        "load_average_at_start": round(os.getloadavg()[0], 2),
        "jdk": subprocess.run([java, "--version"], capture_output=True, text=True).stdout.splitlines()[1],
        "wrk": first_line("wrk", "--version").partition(" Copyright")[0],
        "redis": first_line("redis-server", "--version").partition(" sha=")[0],
        "go": first_line("go", "version"),
        "commit": first_line("git", "-C", str(PERF), "describe", "--always", "--dirty"),
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
    }


# ---- reports ----


def machine_text(machine):
    return "\n".join(
        [
            f"- Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Linux {machine['kernel']}, "
            f"load average {machine['load_average_at_start']} before the run",
            f"- Disk under the data directory: {machine['file_system']}, "
            f"{machine['fsyncs_per_second']:,} writes of 4 KiB with fsync a second",
            f"- Tools: {machine['jdk']}; {machine['wrk']}; {machine['redis']}; {machine['go']}",
            f"- Commit {machine['commit']}, {machine['date']}",
        ]
    )


def markdown_table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write_report(name, result, markdown):
    """Prints the report and leaves it and the raw figures in perf/out."""
    OUT.mkdir(exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    (OUT / f"{name}-{stamp}.json").write_text(json.dumps(result, indent=2) + "\n")
    (OUT / f"{name}-{stamp}.md").write_text(markdown + "\n")
    print(markdown)
    say(f"written: {OUT / name}-{stamp}.json and .md")
