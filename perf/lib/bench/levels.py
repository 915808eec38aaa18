"""The five load levels."""

import contextlib
import time
from dataclasses import dataclass

from .command import say
from .contenders import ALL, Running
from .generators import Levels
from .turns import Turn, attempt, started
from .usage import memory

LEVELS = ((1_000, 10), (5_000, 50), (10_000, 100), (20_000, 200), (50_000, 500))
STEPS = [f"{requests}/{connections}" for requests, connections in LEVELS]


@dataclass(frozen=True)
class Climber:
    """A contender with a generator of its own, which stays up, so that its start is in no round."""

    turn: Turn
    running: Running
    load: Levels


def levels(session, scenario):
    """A row for each level of each contender."""
    wanted = [ALL[name] for name in session.few(("sqlite-full", "redis", "gin"))]
    asked = session.asked
    with started(session, scenario, wanted) as up, contextlib.ExitStack() as stack:
        alive = []
        for contender, running in up.items():
            say(f"{scenario}: {contender.name} warms up")
            warmup = session.warmup_of(contender)
            load = Levels(running.entry, STEPS, warmup, asked.rounds, asked.file, asked.seed, scenario)
            turn = Turn(contender.name, contender.title, contender.acknowledges, load.warm_up, load.round)
            climber = Climber(turn, running, stack.enter_context(load))
            if attempt(session, scenario, turn, turn.warm) is not None:
                alive.append(climber)
                for step in STEPS:
                    facts = {"title": f"{turn.title}: {step}", "acknowledges": turn.acknowledges}
                    session.record.row(scenario, f"{turn.name} {step}", **facts)
        for number in range(1, asked.rounds + 1):
            for climber in list(alive):
                time.sleep(session.pause_seconds)
                if not climb(session, scenario, climber):
                    alive.remove(climber)
                    continue
                say(f"{scenario}: round {number} of {asked.rounds}, {climber.turn.name} done")
        for climber in alive:
            attempt(session, scenario, climber.turn, lambda: end_levels(session, scenario, climber))


def climb(session, scenario, climber):
    """One round of all levels; false when it failed."""
    results = attempt(session, scenario, climber.turn, climber.turn.measure)
    for step, result in zip(STEPS, results or []):
        result["memory"] = {server.name: memory(server) for server in climber.running.servers}
        result["increments_per_second"] = result["requests_per_second"]
        result["errors"] = {"failed": result["errors"]}
        session.record.add(scenario, f"{climber.turn.name} {step}", result)
    return results is not None


def end_levels(session, scenario, climber):
    """Percentiles are over the answers of all rounds together: a small level has too few for a p99 of its own."""
    lines, counts = climber.load.summary()
    counted = climber.running.counted(scenario, session.names)
    holds = counts["acknowledged"] <= counted <= counts["sent"]
    for step, line in zip(STEPS, lines):
        session.record.note(scenario, f"{climber.turn.name} {step}", pooled=line, totals_hold=holds)
