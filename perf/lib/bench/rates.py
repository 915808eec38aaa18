"""Constant rates, with latency counted from when a request was due."""

import contextlib

from .command import Problem
from .contenders import ALL
from .generators import Steady
from .turns import Turn, started, take_turns, watched

HOP_RATE = 1000


def constant_rates(fractions, seconds_of):
    """Each contender at parts of what it does itself when 100 connections ask without a pause."""

    def measure(session, scenario):
        wanted = [ALL[name] for name in session.few(("sqlite-full", "redis", "gin", "micronaut"))]
        with started(session, scenario, wanted) as up, contextlib.ExitStack() as stack:
            turns = []
            for contender, running in up.items():
                steady = stack.enter_context(steady_of(session, running, session.asked.file, scenario))
                seconds = seconds_of(session)
                turns += turns_of(session, scenario, contender, running, steady, fractions(session), seconds)
            take_turns(session, scenario, turns)

    return measure


def steady_of(session, running, names, counter_type):
    return Steady(session.prepared.get("hdr_histogram"), running.entry, names, session.asked.seed, counter_type)


def turns_of(session, scenario, contender, running, steady, fractions, seconds):
    """One for each part. The first finds the saturation of its contender, once that is warm; the others use it."""
    found = {}
    return [
        rate_turn(session, scenario, contender, running, steady, fraction, found, at == 0, seconds)
        for at, fraction in enumerate(fractions)
    ]


def rate_turn(session, scenario, contender, running, steady, fraction, found, first, seconds):
    name = f"{contender.name} {fraction:.0%}"

    def warm():
        if first:
            steady.load(0, session.warmup_of(contender))
            saturated = steady.load(0, session.asked.seconds)
            found["saturation"] = saturated["requests"] / saturated["seconds"]
        if "saturation" not in found:
            raise Problem("its saturation could not be found")
        session.record.note(scenario, name, saturation=round(found["saturation"]))

    def measure():
        rate = max(1, round(found["saturation"] * fraction))
        return measured_rate(session, scenario, running, steady, rate, seconds)

    title = f"{contender.title}, {fraction:.0%} of its saturation"
    return Turn(name, title, contender.acknowledges, warm, measure)


def hop(session, scenario):
    """What the gateway adds to a request that finds nobody before it: the split and the monolith at the same low rate."""
    wanted = [ALL[name] for name in session.few(("sqlite-full", "split"))]
    with started(session, scenario, wanted) as up, contextlib.ExitStack() as stack:
        turns = []
        for contender, running in up.items():
            steady = stack.enter_context(steady_of(session, running, session.asked.file, scenario))
            turns.append(hop_turn(session, scenario, contender, running, steady))
        take_turns(session, scenario, turns)


def hop_turn(session, scenario, contender, running, steady):
    warm = lambda: steady.load(HOP_RATE, session.warmup_of(contender))
    measure = lambda: measured_rate(session, scenario, running, steady, HOP_RATE, session.asked.seconds)
    return Turn(contender.name, f"{contender.title}, {HOP_RATE:,} a second", contender.acknowledges, warm, measure)


def measured_rate(session, scenario, running, steady, rate, seconds):
    before = running.counted(scenario, session.names) if running.counted else 0
    result = watched(running, 1, lambda: steady.load(rate, seconds), generator=steady)
    result["asked_rate"] = rate
    if running.counted:
        counted = running.counted(scenario, session.names) - before
        result["totals_hold"] = result["acknowledged"] <= counted <= result["sent"]
    return result
