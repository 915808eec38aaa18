"""What it costs to tell what was committed as events: increments with the outbox on, and off."""

import re
import time
from dataclasses import replace

from .closed_loop import wrk_turn
from .command import Problem
from .contenders import ALL, on_sqlite
from .generators import CONNECTIONS
from .servers import request
from .turns import started, take_turns

DRAIN_SECONDS_MAX = 120
WAITING = re.compile(rb"^tallygate_changes_waiting(?:\{[^}]*\})? (\S+)$", re.MULTILINE)
LOST = re.compile(rb"^tallygate_changes_lost_total(?:\{[^}]*\})? (\S+)$", re.MULTILINE)


def outbox(session, scenario):
    """One increment a request: of a process that tells of counters, and of one that does not, in turns."""
    ours = ALL["sqlite-full"]
    told = replace(
        ours,
        name=f"{ours.name}.told",
        title="Tallygate, SQLite FULL, changes told as events",
        start=on_sqlite("FULL", TALLYGATE_EVENTS_PUBLISH="counters"),
    )
    untold = replace(ours, name=f"{ours.name}.untold", title="Tallygate, SQLite FULL, changes not told")
    with started(session, scenario, [told, untold]) as up:
        turns = []
        for contender, running in up.items():
            turn = wrk_turn(session, contender, running, CONNECTIONS, contender.script, 1, scenario)
            turns.append(drained(turn, running.entry.port) if contender is told else turn)
        take_turns(session, scenario, turns)


def drained(turn, port):
    """With the time after it in which the last changes become events, so that the other one has the machine for itself."""

    def then(load):
        def whole():
            result = load()
            wait_until_told(port)
            return result

        return whole

    return replace(turn, warm=then(turn.warm), measure=then(turn.measure))


def wait_until_told(port):
    deadline = time.monotonic() + DRAIN_SECONDS_MAX
    while time.monotonic() < deadline:
        _, metrics = request(port, "GET", "/metrics")
        waiting, lost = WAITING.search(metrics), LOST.search(metrics)
        if lost and float(lost[1]):
            raise Problem(f"{float(lost[1]):.0f} changes were not told")
        if waiting and not float(waiting[1]):
            return
        time.sleep(0.1)
    raise Problem(f"changes still waited to be told after {DRAIN_SECONDS_MAX} s")
