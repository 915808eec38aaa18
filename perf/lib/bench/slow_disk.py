"""Reads beside a full load of writes, on a disk that is slow: what waits behind a commit on an event loop, and what does not."""

import contextlib
import struct
import threading
import time
from dataclasses import replace

from .contenders import ALL, FSYNC, on_sqlite
from .generators import Steady, run_wrk
from .turns import Turn, started, take_turns, watched

CONNECTIONS = 100
READS = 500
READ = '{"queries":[{"resource_id":NAME,"counter_type":"slow"}]}'
# An event loop commits while commits are short, or never.
PLACES = {"thread": ("0ms", "commits on a thread"), "loop": ("1ms", "commits on event loops while they are short")}
FSYNC_MICROS = 5_000
STALL_MICROS = 1_000_000
STALL_EVERY_SECONDS = 10


class Disk:
    """What the library of `slow-disk.c` reads."""

    def __init__(self, file):
        self.file = file
        self.sleep(0)

    def sleep(self, micros):
        with self.file.open("r+b" if self.file.exists() else "wb") as out:
            out.write(struct.pack("=q", micros))

    @contextlib.contextmanager
    def as_it_is(self):
        yield

    @contextlib.contextmanager
    def slow(self):
        self.sleep(FSYNC_MICROS)
        try:
            yield
        finally:
            self.sleep(0)

    @contextlib.contextmanager
    def stalling(self):
        over = threading.Event()

        def stall():
            while not over.wait(STALL_EVERY_SECONDS / 2):
                self.sleep(STALL_MICROS)
                # The write that has seen it sleeps on; the next one begins after this.
                over.wait(STALL_MICROS / 2e6)
                self.sleep(0)
                over.wait(STALL_EVERY_SECONDS / 2)

        stalls = threading.Thread(target=stall)
        stalls.start()
        try:
            yield
        finally:
            over.set()
            stalls.join()
            self.sleep(0)


def slow_disk(session, scenario):
    library = session.prepared.get("slow_disk")
    disks = {}

    def start(inline_max):
        def begin(context, directory, name):
            disks[name] = Disk(directory / f"{name}.disk")
            slow = {"LD_PRELOAD": str(library), "SLOW_DISK": str(disks[name].file)}
            return on_sqlite("FULL", TALLYGATE_COMMIT_INLINE_MAX=inline_max, **slow)(context, directory, name)

        return begin

    wanted = [
        replace(ALL["sqlite-full"], name=f"sqlite-full.{place}", start=start(inline_max))
        for place, (inline_max, _) in PLACES.items()
    ]
    with started(session, scenario, wanted) as up, contextlib.ExitStack() as stack:
        turns = []
        for contender, running in up.items():
            place = contender.name.partition(".")[2]
            hdr, seed = session.prepared.get("hdr_histogram"), session.asked.seed
            reads = stack.enter_context(
                Steady(hdr, running.entry, session.asked.file, seed, "/api/v1/counter/batch", READ)
            )
            turns += turns_of(session, running, place, disks[contender.name], reads)
        take_turns(session, scenario, turns)


def turns_of(session, running, place, disk, reads):
    asked = session.asked
    stall_seconds = max(asked.seconds, 2 * STALL_EVERY_SECONDS)

    def writes(seconds):
        return run_wrk(running.entry, "increment.lua", CONNECTIONS, 1, seconds, asked.file, asked.seed, "slow")

    def turn(what, how, seconds):
        def load():
            written = []
            # They begin before the reads and end after them.
            writing = threading.Thread(target=lambda: written.append(writes(seconds + 2)))
            writing.start()
            time.sleep(1)
            with how():
                result = reads.load(READS, seconds)
            writing.join()
            result["writes_per_second"] = written[0]["requests"] / written[0]["seconds"]
            result["errors"] |= {f"write_{kind}": count for kind, count in written[0]["errors"].items()}
            return result

        def measure():
            result = watched(running, 1, load, generator=reads)
            # What the report's column is of: the reads have their latencies.
            result["increments_per_second"] = result["writes_per_second"]
            return result

        title = f"{PLACES[place][1]}, {what}: latencies of reads"
        return Turn(f"{place}, {what}", title, FSYNC, lambda: writes(asked.warmup) and reads.load(READS, 2), measure)

    yield turn("as it is", disk.as_it_is, asked.seconds)
    yield turn("5 ms each", disk.slow, asked.seconds)
    yield turn(f"1 s every {STALL_EVERY_SECONDS} s", disk.stalling, stall_seconds)
