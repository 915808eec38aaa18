"""Constant rates, with latency counted from when a request was due."""

from .command import Problem
from .contenders import ALL
from .generators import CONNECTIONS, run_steady
from .turns import Turn, started, take_turns, watched

HOP_RATE = 1000


def steady_load(session, running, names, counter_type, rate, warmup, seconds):
    histogram = session.prepared.get("hdr_histogram")
    return run_steady(
        histogram, running.entry, names, session.asked.seed, counter_type, CONNECTIONS, rate, warmup, seconds
    )


def constant_rates(fractions, seconds_of):
    """Each contender at parts of what it does itself when 100 connections ask without a pause."""

    def measure(session, scenario):
        wanted = [ALL[name] for name in session.few(("sqlite-full", "redis", "gin", "micronaut"))]
        with started(session, scenario, wanted) as up:
            turns = []
            for contender, running in up.items():
                saturation = {}
                for at, fraction in enumerate(fractions(session)):
                    first = at == 0
                    turns.append(
                        rate_turn(session, scenario, contender, running, fraction, saturation, first, seconds_of)
                    )
            take_turns(session, scenario, turns)

    return measure


def hop(session, scenario):
    """What the gateway adds to a request that finds nobody before it: the split and the monolith at the same low rate."""
    with started(session, scenario, [ALL[name] for name in session.few(("sqlite-full", "split"))]) as up:
        take_turns(session, scenario, [hop_turn(session, scenario, *one) for one in up.items()])


def hop_turn(session, scenario, contender, running):
    def warm():
        warmup = session.warmup_of(contender)
        steady_load(session, running, session.asked.file, scenario, HOP_RATE, warmup, 1)

    def measure():
        return measured_rate(session, scenario, running, HOP_RATE, session.asked.seconds)

    return Turn(contender.name, f"{contender.title}, {HOP_RATE:,} a second", contender.acknowledges, warm, measure)


def measured_rate(session, scenario, running, rate, seconds):
    load = lambda: steady_load(
        session, running, session.asked.file, scenario, rate, session.generator_warmup, seconds
    )
    before = running.counted(scenario, session.names) if running.counted else 0
    result = watched(running, 1, load)
    result["asked_rate"] = rate
    if running.counted:
        counted = running.counted(scenario, session.names) - before
        result["totals_hold"] = result["acknowledged"] <= counted <= result["sent"]
    return result


def rate_turn(session, scenario, contender, running, fraction, saturation, first, seconds_of):
    """The first turn of a contender finds its saturation, once it is warm; the others of it use that."""
    names = session.asked.file
    name = f"{contender.name} {fraction:.0%}"

    def warm():
        if first:
            warmup = session.warmup_of(contender)
            found = steady_load(session, running, names, scenario, 0, warmup, session.asked.seconds)
            saturation["rate"] = found["requests"] / found["seconds"]
        if "rate" not in saturation:
            raise Problem("its saturation could not be found")
        session.record.note(scenario, name, saturation=round(saturation["rate"]))

    def measure():
        rate = max(1, round(saturation["rate"] * fraction))
        return measured_rate(session, scenario, running, rate, seconds_of(session))

    title = f"{contender.title}, {fraction:.0%} of its saturation"
    return Turn(name, title, contender.acknowledges, warm, measure)
