"""Where the time goes: our own deployments under load, their CPU time and what they allocate, as flame graphs."""

import argparse
import collections
import copy
import pathlib
import tempfile
from dataclasses import dataclass

from . import flames, stacks
from .command import Problem, say
from .contenders import ALL
from .generators import CONNECTIONS, run_wrk
from .turns import Turn, started, take_turns, watched

SECONDS = 15
# By what a process is there, in the order of its contender's servers.
PROCESSES = {"sqlite-full": ("monolith",), "split": ("gateway", "service")}


def profile(session, scenario):
    """One deployment after the other, each alone on the machine, warmed, and then one round with the profilers on."""
    session = copy.copy(session)
    session.asked = argparse.Namespace(**{**vars(session.asked), "rounds": 1})
    session.java_options = [*session.java_options, *stacks.JAVA_OPTIONS]
    inferno = find_inferno(session, scenario)
    for name in PROCESSES:
        with started(session, scenario, [ALL[name]]) as up:
            for contender, running in up.items():
                take_turns(session, scenario, [profile_turn(session, scenario, contender, running, inferno)])


def find_inferno(session, scenario):
    try:
        return session.prepared.get("inferno")
    except Problem as problem:
        session.leave_out(scenario, "flame graphs", problem, failed=False)
        return None


def profile_turn(session, scenario, contender, running, inferno):
    def load(seconds):
        asked = session.asked
        return run_wrk(running.entry, contender.script, CONNECTIONS, 1, seconds, asked.file, asked.seed, scenario)

    def measure():
        with tempfile.TemporaryDirectory(dir=session.asked.work) as directory:
            counter = lambda: running.counted(scenario, session.names)
            watch = lambda load: watched(running, 1, load, counter, CONNECTIONS)
            result, found = profiled(running.servers, watch, lambda: load(SECONDS), pathlib.Path(directory))
        processes = {}
        for process, server in zip(PROCESSES[contender.name], running.servers):
            processes[process] = numbers(found[server.name], result, server.name)
            if inferno:
                processes[process]["graphs"] = graphs(inferno, found[server.name], session.record.directory, process)
        session.record.note(scenario, contender.name, profile=processes)
        return result

    title = f"{contender.title}, with the profilers on"
    return Turn(contender.name, title, contender.acknowledges, lambda: load(session.warmup_of(contender)), measure)


@dataclass(frozen=True)
class Found:
    """The stacks of a process; and why its CPU time is not perf's, if it is not."""

    cpu: collections.Counter
    allocation: collections.Counter
    not_perf: str | None


def profiled(servers, watch, load, directory):
    """What `watch` says of the load, and what was found of each server by its name."""
    not_perf = stacks.why_not_perf(servers[0], directory)
    for server in servers:
        stacks.start_recording(server, [stacks.ALLOCATION, *([stacks.CPU_TIME] if not_perf else [])])
    recorded = []

    def load_recorded():
        if not_perf:
            return load()
        with stacks.PerfRecord(servers, directory / "perf.data") as record:
            recorded.append(record)
            return load()

    result = watch(load_recorded)
    files = {server.name: directory / f"{server.pid}.jfr" for server in servers}
    for server in servers:
        stacks.stop_recording(server, files[server.name])
    say("reading the stacks")
    found = {}
    for server in servers:
        file = files[server.name]
        cpu = recorded[0].stacks(server) if recorded else stacks.recorded_stacks(file, stacks.CPU_TIME)
        found[server.name] = Found(cpu, stacks.recorded_stacks(file, stacks.ALLOCATION), not_perf)
    return result, found


def numbers(found, result, server):
    """What a report quotes: the stacks themselves are in the graphs alone."""
    return {
        "not_perf": found.not_perf,
        "samples": sum(found.cpu.values()),
        "cpu_us": result["cpu_us"][server],
        "threads": flames.by_threads(found.cpu),
        "own_time": flames.own_time(found.cpu),
        "allocated_bytes": result["allocated_bytes"].get(server),
        "allocating_threads": flames.by_threads(found.allocation),
        "allocation_sites": flames.allocation_sites(found.allocation),
    }


def graphs(inferno, found, directory, process):
    """The files, by what they show."""
    drawn = {}
    by = "a flight recording" if found.not_perf else "perf"
    for what, counted, unit, title in (
        ("CPU time", found.cpu, "samples", f"{process}: CPU time, by {by}"),
        ("allocation", found.allocation, "bytes", f"{process}: allocation, by a flight recording"),
    ):
        file = f"profile-{process}-{what.split()[0].lower()}.svg"
        flames.draw(inferno, counted, directory / file, title, unit)
        drawn[what] = file
    return drawn
