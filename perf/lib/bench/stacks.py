"""Where the samples of a process come from: perf's, and those of a flight recording, as stacks of named frames."""

import collections
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass

from .command import PERF, Problem, find_java, run

HERTZ = 997
JCMD_SECONDS_MAX = 60
READ_SECONDS_MAX = 300
FRAMES_MAX = 128  # of a flight recording; perf's limit, the kernel's, is 127 unless it was changed
JAVA_OPTIONS = ["-XX:+PreserveFramePointer", "-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"]

KERNEL, NATIVE, JDK, LIBRARY, OURS = "kernel", "native", "JDK", "framework", "Tallygate"
KINDS = (OURS, LIBRARY, JDK, NATIVE, KERNEL)
JDK_PACKAGES = ("java.", "javax.", "jdk.", "sun.", "com.sun.")
THREADS = {
    "event loops": r"EventLoop",
    "gRPC": r"grpc",
    "lanes and writer": r"-writer$",
    "compiler": r"^C[12] Compiler",
    "collector": r"^(GC|G1) ",
    "the profiler": r"^(JFR |Attach Listener)",
}

KERNEL_FROM = 2**63  # the upper half of the addresses
PERF_THREAD = re.compile(r"^(.*?) +(\d+)/(\d+)\s*$")
PERF_FRAME = re.compile(r"^\s+([0-9a-f]+) (.*?) \(([/\[].*)\)$")
PERF_JAVA = re.compile(r"^\S+ (\S+)\(")  # "void io.netty.Some.method(int)"
JAVA_THREAD = re.compile(r'^"(.*)" .*\bnid=(\d+) ', re.MULTILINE)
UNIQUE = re.compile(r"-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # in the name of a library that a JAR brought
HIDDEN_CLASS = re.compile(r"[/.]0x[0-9a-f]+")
ARRAYS = dict(B="byte", C="char", D="double", F="float", I="int", J="long", S="short", Z="boolean")


@dataclass(frozen=True)
class Frame:
    name: str
    kind: str


def java_frame(name):
    kind = LIBRARY
    if name.startswith("io.tallygate."):
        kind = OURS
    elif name.startswith(JDK_PACKAGES) or "." not in name:  # such as byte[]
        kind = JDK
    # A lambda's class has another number in each process.
    return Frame(HIDDEN_CLASS.sub("", name), kind)


def group_of(thread):
    return next((group for group, pattern in THREADS.items() if re.search(pattern, thread)), "others")


def jcmd(server, *command):
    return run([pathlib.Path(find_java()).with_name("jcmd"), server.pid, *command], JCMD_SECONDS_MAX)


# ---- perf ----


def why_not_perf(server, directory):
    """Why perf cannot see all of a process, the kernel on its behalf included; None when it can."""
    if not shutil.which("perf"):
        return "perf is not installed"
    paranoid = int(pathlib.Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    if paranoid > 1 and os.geteuid() != 0:
        return f"kernel.perf_event_paranoid is {paranoid}"
    tried = directory / "perf-tried"
    try:
        run(["perf", "record", "-e", "cpu-clock", "-g", "-p", server.pid, "-o", tried, "--", "sleep", "0.1"], 20)
    except Problem as problem:
        return f"perf does not work here: {problem}"
    return None


class PerfRecord:
    """While it is entered: the stacks of all threads of the servers, whenever one is on a CPU."""

    def __init__(self, servers, file):
        self.file = file
        command = ["perf", "record", "-q", "-F", str(HERTZ), "-e", "cpu-clock", "-g", "-o", str(file)]
        command += ["-p", ",".join(str(server.pid) for server in servers)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(JCMD_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Problem("perf record did not stop") from None

    def stacks(self, server):
        """What it has of one server, which must still be up to name the methods that it has compiled."""
        jcmd(server, "Compiler.perfmap")
        names = {number: name for name, number in JAVA_THREAD.findall(jcmd(server, "Thread.print", "-e"))}
        fields = "comm,pid,tid,ip,sym,dso"
        command = ["perf", "script", "-i", str(self.file), "--no-inline", "--pid", str(server.pid), "-F", fields]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as script:
            stacks = perf_stacks(script.stdout, names)
        pathlib.Path(f"/tmp/perf-{server.pid}.map").unlink(missing_ok=True)
        if script.returncode or not stacks:
            raise Problem(f"perf script gave no stacks and ended with {script.returncode}")
        return stacks


def perf_stacks(lines, names):
    """The samples by thread group and frames, callers first; `names` are the JVM's, as the kernel's have 15 letters."""
    stacks, group, frames = collections.Counter(), None, []
    for line in lines:
        if found := PERF_FRAME.match(line):
            frames.append(perf_frame(int(found[1], 16) >= KERNEL_FROM, found[2], found[3]))
        elif found := PERF_THREAD.match(line):
            group = group_of(names.get(found[3], found[1]))
        elif not line.strip() and group:
            stacks[group, from_java(frames[::-1])] += 1
            group, frames = None, []
    return stacks


def from_java(frames):
    """Without the native frames by which the JVM starts a thread that then runs Java."""
    start = next((at for at, frame in enumerate(frames) if frame.kind not in (NATIVE, KERNEL)), 0)
    return tuple(frames[start:]) or (Frame("[unknown]", NATIVE),)


@functools.lru_cache(maxsize=None)
def perf_frame(in_kernel, symbol, where):
    if in_kernel:
        return Frame(symbol.partition("+")[0], KERNEL)
    if where.startswith("/tmp/perf-") and (java := PERF_JAVA.match(symbol)):
        return java_frame(java[1])
    if symbol == "[unknown]":
        return Frame(f"[{UNIQUE.sub('', pathlib.Path(where.strip('[]').removesuffix(' (deleted)')).name)}]", NATIVE)
    return Frame(symbol, NATIVE)


# ---- flight recordings ----

ALLOCATION = "jdk.ObjectAllocationSample"
CPU_TIME = "jdk.CPUTimeSample"
THROTTLE = {ALLOCATION: "300/s", CPU_TIME: "1ms"}  # a thousand allocations a second took 1 % of the CPU time


def start_recording(server, events):
    settings = [f"+{event}#{key}" for event in events for key in ("enabled=true", f"throttle={THROTTLE[event]}")]
    # As an option of the JVM it would keep the start-up cache from being used.
    jcmd(server, "JFR.configure", f"stackdepth={FRAMES_MAX}")
    jcmd(server, "JFR.start", "name=profile", "settings=none", *settings)


def stop_recording(server, file):
    jcmd(server, "JFR.stop", "name=profile", f"filename={file}")


def recorded_stacks(file, event):
    """As those of perf; of an allocation it is bytes that are counted, and the last frame is the class."""
    stacks = collections.Counter()
    for line in run([find_java(), "-Xmx256m", PERF / "Stacks.java", file, event], READ_SECONDS_MAX).splitlines():
        weight, thread, *names = line.split("\t")
        frames = [java_frame(name) for name in names]
        if event == ALLOCATION:
            frames[-1] = java_frame(class_name(names[-1]))
        stacks[group_of(thread), tuple(frames)] += int(weight)
    if not stacks:
        raise Problem(f"the flight recording has no {event}")
    return stacks


def class_name(name):
    """`byte[]` for `[B`."""
    element = name.lstrip("[")
    dimensions = len(name) - len(element)
    if not dimensions:
        return name
    return (ARRAYS.get(element) or element.removeprefix("L").removesuffix(";")) + "[]" * dimensions
