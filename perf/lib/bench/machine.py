"""What machine a report is from."""

import os
import pathlib
import platform
import subprocess
import tempfile
import time

from .command import PERF, first_line


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
    with open("/proc/cpuinfo") as lines:
        cpu = next((l.split(":", 1)[1].strip() for l in lines if l.startswith("model name")), platform.machine())
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
