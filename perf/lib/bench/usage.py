"""What the kernel and the JVM say that a measurement took: CPU, memory, allocation, pauses."""

import os
import pathlib
import re
import subprocess
import time

from .command import find_java

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAUSE = re.compile(r" Pause .* (\d+\.\d+)ms$")
ALLOCATED = re.compile(r" allocated=(\d+)([BKMG]?) ")
UNITS = {"": 1, "B": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def process_tree(pid):
    """A process and all that it has started, so that workers count."""
    children = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
            except OSError:  # it has ended meanwhile
                continue
    tree = [pid]
    for parent in tree:
        tree += children.get(parent, [])
    return tree


def memory(server):
    """Resident memory now and at its peak, in MiB, summed over the process and its workers."""
    sums = {"VmRSS": 0, "VmHWM": 0}
    for pid in process_tree(server.pid):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        for line in status.splitlines():
            if line.startswith(("VmRSS", "VmHWM")):
                sums[line.split(":")[0]] += int(line.split()[1])
    return {"resident_mib": round(sums["VmRSS"] / 1024), "peak_mib": round(sums["VmHWM"] / 1024)}


def cpu_seconds(server):
    """Of the process, its workers, and those of them that have ended."""
    ticks = 0
    for pid in process_tree(server.pid):
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(fields[at]) for at in (11, 12, 13, 14))
    return ticks / TICKS_PER_SECOND


class CpuWatch:
    """Who had the CPU meanwhile: the servers, the generator, everyone else on the machine, and the host (stolen)."""

    def __init__(self, *servers, generator=None):
        """A generator that outlives the measurement is named; one that ends with it is this process's child."""
        self.servers, self.generator = servers, generator
        self.start = self._read()

    def _read(self):
        user, nice, system, _, _, _, _, stolen = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
        ours = os.times()
        return {
            **{server.name: cpu_seconds(server) for server in self.servers},
            "generator": ours.children_user
            + ours.children_system
            + (cpu_seconds(self.generator) if self.generator else 0.0),
            "self": ours.user + ours.system,
            "machine": (user + nice + system) / TICKS_PER_SECOND,
            "stolen": stolen / TICKS_PER_SECOND,
            "clock": time.monotonic(),
        }

    def cores(self):
        """Cores kept busy on average, by whom; call it after the generator's work."""
        end = self._read()
        spent = {who: end[who] - self.start[who] for who in end}
        clock, machine, stolen = spent.pop("clock"), spent.pop("machine"), spent.pop("stolen")
        self.server_seconds = {server.name: spent[server.name] for server in self.servers}
        spent["others"] = max(0.0, machine - sum(spent.values()))
        spent["stolen"] = stolen
        del spent["self"]
        return {who: round(seconds / clock, 2) for who, seconds in spent.items()}


def allocated_bytes(server):
    """What all threads of a JVM have allocated since they started, as the JVM itself counts it; None without jcmd."""
    jcmd = pathlib.Path(find_java()).with_name("jcmd")
    try:
        done = subprocess.run([jcmd, str(server.pid), "Thread.print", "-e"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = ALLOCATED.findall(done.stdout)
    return sum(int(number) * UNITS[unit] for number, unit in found) if found else None


class Usage:
    """From its making to `per_request`: what a request cost the servers. The questions are asked outside of that time."""

    def __init__(self, servers, generator=None):
        self.servers = servers
        self.jvms = [server for server in servers if server.gc_log]
        self.allocated = {jvm.name: allocated_bytes(jvm) for jvm in self.jvms}
        self.gc_from = {jvm.name: jvm.gc_log.stat().st_size for jvm in self.jvms}
        self.watch = CpuWatch(*servers, generator=generator)

    def per_request(self, requests):
        cores = self.watch.cores()
        usage = {
            "cores": cores,
            "cpu_us": {name: round(1e6 * s / requests, 2) for name, s in self.watch.server_seconds.items()},
            "memory": {server.name: memory(server) for server in self.servers},
            "gc": {jvm.name: self._pauses(jvm) for jvm in self.jvms},
        }
        usage["allocated_bytes"] = {
            jvm.name: round((after - self.allocated[jvm.name]) / requests)
            for jvm in self.jvms
            if self.allocated[jvm.name] is not None and (after := allocated_bytes(jvm)) is not None
        }
        return usage

    def _pauses(self, jvm):
        with jvm.gc_log.open() as log:
            log.seek(self.gc_from[jvm.name])
            pauses = [float(found[1]) for line in log if (found := PAUSE.search(line.rstrip()))]
        return {"pauses": len(pauses), "sum_ms": round(sum(pauses), 2), "max_ms": max(pauses, default=0.0)}
