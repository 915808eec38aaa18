"""Constant rates, with latency counted from when a request was due."""

from .command import Problem
from .contenders import ALL
from .generators import CONNECTIONS, run_steady
from .turns import Turn, started, take_turns, watched


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
        seconds = seconds_of(session)
        load = lambda: steady_load(session, running, names, scenario, rate, session.generator_warmup, seconds)
        before = running.counted(scenario, session.names) if running.counted else 0
        result = watched(running, 1, load)
        result["asked_rate"] = rate
        if running.counted:
            counted = running.counted(scenario, session.names) - before
            result["totals_hold"] = result["acknowledged"] <= counted <= result["sent"]
        return result

    title = f"{contender.title}, {fraction:.0%} of its saturation"
    return Turn(name, title, contender.acknowledges, warm, measure)
