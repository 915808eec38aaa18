"""Many counters, asked for evenly and by Zipf's law."""

import contextlib
from dataclasses import replace

from .command import say
from .contenders import ALL, FSYNC
from .generators import GRACE_SECONDS, run_totals
from .rates import steady_of
from .turns import Turn, attempt, started, take_turns, watched


def keys(session, scenario):
    """One server for each number of keys, all of them there before the clock starts; even and Zipf's popularity."""
    ours = ALL["sqlite-full"]
    for_size = {size: replace(ours, name=f"{ours.name}.{size}-keys") for size in session.key_counts}
    wanted = session.few([*for_size.values(), replace(ours, name=f"{ours.name}.file")])
    with started(session, scenario, wanted) as up, contextlib.ExitStack() as stack:
        turns, checks = [], []
        for contender, running in up.items():
            size = next((size for size, one in for_size.items() if one == contender), None)
            kinds = [f"uniform:{size}", f"zipf:{size}"] if size else [str(session.asked.file)]
            counts = {"sent": 0, "acknowledged": 0, "filled": 0}
            for kind in kinds:
                steady = stack.enter_context(steady_of(session, running, kind, contender.name))
                first = kind == kinds[0]
                turns.append(keys_turn(session, scenario, contender, running, steady, kind, size, counts, first))
            checks.append((contender, running, kinds, counts))
        take_turns(session, scenario, turns)
        for contender, running, kinds, counts in checks:
            row = Turn(title_of(kinds[0], session), "", "", None, None)
            attempt(session, scenario, row, lambda: check_keys(session, scenario, contender, running, kinds, counts))


def title_of(kind, session):
    return "popularity file" if kind == str(session.asked.file) else kind


def keys_turn(session, scenario, contender, running, steady, kind, size, counts, first):
    def load(seconds):
        result = steady.load(0, seconds)
        counts["sent"] += result["sent"]
        counts["acknowledged"] += result["acknowledged"]
        return result

    def warm():
        if first and size:
            say(f"{scenario}: filling {size:,} counters")
            seconds_max = GRACE_SECONDS + size // 10_000
            counts["filled"] = run_totals("fill", running.entry, kind, contender.name, seconds_max)
        load(session.warmup_of(contender))

    measure = lambda: watched(running, 1, lambda: load(session.asked.seconds), generator=steady)
    return Turn(title_of(kind, session), f"{contender.title}, {title_of(kind, session)}", FSYNC, warm, measure)


def check_keys(session, scenario, contender, running, kinds, counts):
    """Every counter is read back once, at the end, and they must add up to what was acknowledged."""
    say(f"{scenario}: adding up {title_of(kinds[0], session)}")
    seconds_max = GRACE_SECONDS + counts["filled"] // 10_000
    total = run_totals("sum", running.entry, kinds[0], contender.name, seconds_max) - counts["filled"]
    holds = counts["acknowledged"] <= total <= counts["sent"]
    for kind in kinds:
        session.record.note(scenario, title_of(kind, session), totals_hold=holds)
