"""Increments over gRPC."""

import itertools

from .closed_loop import BATCH
from .command import PERF
from .contenders import ALL, FSYNC
from .generators import CONNECTIONS, run_stream, run_unary
from .turns import Turn, started, take_turns, watched

STREAM = PERF / "Stream.java"


def grpc(session, scenario):
    """A call an increment by Unary.java, and a session of batches by Stream.java, which is the client that writers use."""
    with started(session, scenario, [ALL["sqlite-full"]]) as up:
        for contender, running in up.items():
            turns = [unary_turn(session, scenario, running)]
            if STREAM.is_file():
                turns.append(stream_turn(session, running))
            else:
                session.leave_out(scenario, "grpc-stream", f"perf/{STREAM.name} is not there", failed=False)
            take_turns(session, scenario, turns)


def unary_turn(session, scenario, running):
    def load(warmup, seconds):
        asked = session.asked
        classes = [session.prepared.get("split")[1], session.prepared.get("hdr_histogram")]
        arguments = [running.entry.grpc_port, asked.file, asked.seed, scenario, CONNECTIONS, warmup, seconds]
        return run_unary(classes, arguments, warmup + seconds)

    def measure():
        before = running.counted(scenario, session.names)
        result = watched(running, 1, lambda: load(session.generator_warmup, session.asked.seconds))
        counted = running.counted(scenario, session.names) - before
        result["totals_hold"] = counted == result["acknowledged"] or sum(result["errors"].values()) > 0
        return result

    warm = lambda: load(session.asked.warmup, 1)
    title = f"Tallygate, SQLite FULL, a call an increment, {CONNECTIONS} in flight"
    return Turn("grpc-unary", title, FSYNC, warm, measure)


def stream_turn(session, running):
    """Each run has a counter type of its own, because Stream.java adds up what there is of its type at the end."""
    runs = itertools.count(1)

    def load(warmup, seconds):
        asked = session.asked
        classes, counter_type = [session.prepared.get("split")[1]], f"stream-{next(runs)}"
        arguments = [running.entry.grpc_port, asked.file, asked.seed, counter_type, BATCH, warmup, 1, seconds]
        line, totals = run_stream(classes, arguments, warmup + seconds)
        return line | {
            "requests": round(line["increments_per_second"] * seconds),
            "seconds": seconds,
            "acknowledged": totals["acknowledged"],
            "errors": {"failed_batches": totals["failed_batches"]},
            "totals_hold": totals["sent"] == totals["acknowledged"] == totals["counted"],
        }

    title = f"Tallygate, SQLite FULL, one stream, batches of {BATCH}"
    warm = lambda: load(session.asked.warmup, 1)
    measure = lambda: watched(running, 1, lambda: load(session.generator_warmup, session.asked.seconds))
    return Turn("grpc-stream", title, FSYNC, warm, measure)
