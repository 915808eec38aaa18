"""How contenders take turns: all are started, each is warmed, then round by round each is measured, A B B A."""

import contextlib
import shutil
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import Callable

from .command import Missing, Problem, say
from .servers import redis_traffic, work_directory
from .usage import Usage


@dataclass(frozen=True)
class Turn:
    """One row of a scenario: how it is warmed, and how one round of it is measured."""

    name: str
    title: str
    acknowledges: str
    warm: Callable
    measure: Callable


@contextlib.contextmanager
def started(session, scenario, wanted):
    """The contenders that could be started, by name; all of them are stopped and their data removed at the end."""
    directory = work_directory(session.asked.work)
    up = {}
    try:
        for contender in wanted:
            if not session.wants(contender):
                continue
            say(f"{scenario}: starting {contender.name}")
            try:
                up[contender] = contender.start(session, directory, contender.name)
            except (Problem, OSError, HTTPException) as problem:
                failed = not isinstance(problem, Missing)
                session.leave_out(scenario, contender.name, problem, failed)
        yield up
    finally:
        for running in up.values():
            running.stop()
        shutil.rmtree(directory, ignore_errors=True)


def take_turns(session, scenario, turns):
    """Warms all, then measures round by round; who fails is out, and the others go on.

    Every other round goes backwards, because the place in a round makes a difference: what was idle is slower at first.
    """
    alive = []
    for turn in turns:
        session.record.row(scenario, turn.name, title=turn.title, acknowledges=turn.acknowledges)
        say(f"{scenario}: {turn.name} warms up")
        if attempt(session, scenario, turn, turn.warm) is not None:
            alive.append(turn)
    for number in range(1, session.asked.rounds + 1):
        for turn in list(alive) if number % 2 else alive[::-1]:
            time.sleep(session.pause_seconds)
            result = attempt(session, scenario, turn, turn.measure)
            if result is None:
                alive.remove(turn)
                continue
            session.record.add(scenario, turn.name, result)
            say(f"{scenario}: round {number} of {session.asked.rounds}, {turn.name}: {told(result)}")


def attempt(session, scenario, turn, what):
    """What it answers, {} for nothing; None when it failed, which is recorded."""
    try:
        return what() or {}
    except (Problem, OSError, HTTPException, ValueError, KeyError) as problem:
        session.leave_out(scenario, turn.name, problem, not isinstance(problem, Missing))
        return None


def told(result):
    parts = [f"{result['increments_per_second']:,.0f} increments/s"]
    if "p99_ms" in result:
        parts.append(f"p99 {result['p99_ms']:.2f} ms")
    parts.append(f"{sum(result['errors'].values())} errors")
    if not result.get("totals_hold", True):
        parts.append("TOTALS WRONG")
    return ", ".join(parts)


def watched(running, increments, load, counter=None, in_flight=0, generator=None, redis=None):
    """Runs a load and adds what it took, and whether what was counted is what was acknowledged; what it asked of a Redis."""
    before = counter() if counter else 0
    traffic = redis_traffic(redis) if redis else {}
    usage = Usage(running.servers, generator)
    result = load()
    well = result["requests"] - result["errors"].get("status", 0)
    if not well:
        raise Problem(f"no request was answered well: {result}")
    # A generator's own warm-up may lie within what was watched; its requests share the cost.
    result |= usage.per_request(result.get("acknowledged", well))
    if redis:
        after = redis_traffic(redis)
        result["redis"] = {what: (after[what] - traffic[what]) / result.get("acknowledged", well) for what in traffic}
    result["increments_per_second"] = well * increments / result["seconds"]
    if counter:
        counted, answered = counter() - before, well * increments
        result["counted_less_answered"] = counted - answered
        # A generator that hangs up leaves a request open on each connection; a failed one may or may not have counted.
        open_at_most = in_flight * increments + sum(result["errors"].values()) * increments
        result["totals_hold"] = 0 <= counted - answered <= open_at_most
    return result
