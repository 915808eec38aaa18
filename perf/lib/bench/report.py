"""The Markdown of a run, from its raw figures alone."""

import statistics

from .goals import goals_table
from .machine import machine_text
from .profile_text import profile_parts
from .scenarios import SCENARIOS
from .tables import markdown_table

DECIDED = "`increments/s` are questions that were decided."
BASE = {"ratelimit-hot": "bucket4j", "batch": "redis-benchmark-P32", "keys": "uniform:1000"}
BASE |= {"events-kafka": "kafka-loop", "outbox": "sqlite-full.untold"}
HEAD = ["what", "200 means", "increments/s", "spread", "×"]
HEAD += ["p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "max ms", "errors", "totals"]
DECISIONS = ["what", "allowed", "denied", "wrongly allowed", "wrongly denied"]
REDIS = ["what", "round trips", "scripts run", "commands executed"]
COST = ["what", "CPU µs", "allocated bytes", "GC pauses, ms in all, longest", "MiB now / peak", "cores"]

WHY_NOT = "What stands in the way of those that are not reached, and what was tried, is in `perf/README.md`."


def text(data):
    parts = ["# Tallygate's figures", how_it_ran(data), machine_text(data["machine"])]
    if not data["asked"]["smoke"] and (table := goals_table(data)):
        parts += ["## Goals", table, WHY_NOT]
    for name, (_, what) in SCENARIOS.items():
        if name in data["scenarios"]:
            parts += scenario_parts(name, what, data["scenarios"][name], data.get("plots", {}))
    return "\n\n".join(parts) + "\n"


def how_it_ran(data):
    asked = data["asked"]
    smoke = "**A smoke run: it proves that the harness works; its figures say nothing.** " if asked["smoke"] else ""
    return (
        f"{smoke}`perf/run` with rounds of {asked['seconds']} s, {asked['rounds']} of each, in turns, after {asked['warmup']} s "
        f"of the same load for each JVM; java `{asked['java_options']}`; names drawn by popularity (seed {asked['seed']}); "
        "the generator on the same machine. Medians of the rounds; max is of all. `raw.json` beside this has every round. "
        "What the columns mean, and what would make them unfair, is in perf/README.md."
    )


def scenario_parts(name, what, scenario, plots):
    rows = {row: facts for row, facts in scenario["rows"].items() if facts["rounds"]}
    parts = [f"## {name}", f"{what[0].upper()}{what[1:]}."]
    if not scenario["complete"]:
        parts.append("**Cut short**; `perf/run --resume` measures it anew.")
    if rows:
        base = BASE.get(name, "gin")
        against = f", × is against `{base}`" if base in rows else ""
        parts.append(markdown_table(HEAD, [speed_row(row, facts, rows.get(base)) for row, facts in rows.items()]))
        parts.append(f"Increments a second and latencies{against}. " + notes(name))
        if costs := [cost_row(row, facts) for row, facts in rows.items() if "memory" in facts["rounds"][-1]]:
            parts.append("What a request took, by process:")
            parts.append(markdown_table(COST, costs))
        if asked := {row: facts["rounds"] for row, facts in rows.items() if "redis" in facts["rounds"][-1]}:
            parts.append("What a decision asked of Redis, by Redis's own counts:")
            parts.append(markdown_table(REDIS, [redis_row(row, rounds) for row, rounds in asked.items()]))
        if decided := {row: facts["rounds"] for row, facts in rows.items() if "wrongly_allowed" in facts["rounds"][-1]}:
            parts.append("What was decided, in all rounds together, and what was decided otherwise than the rule says:")
            parts.append(markdown_table(DECISIONS, [decisions_row(row, rounds) for row, rounds in decided.items()]))
        if name == "profile":
            parts += profile_parts(rows)
    parts += [f"![{name}]({file})" for file in plots.get(name, [])]
    if scenario["left_out"]:
        lines = [
            f"- `{row}` {'failed' if one['failed'] else 'left out'}: {brief(one['reason'])}"
            for row, one in scenario["left_out"].items()
        ]
        parts.append("Not measured, or not to the end:\n\n" + "\n".join(lines))
    return parts


def notes(name):
    return {
        "levels": "Percentiles are over the answers of all rounds together.",
        "rate": "Latency counts from when a request was due.",
        "ratelimit-grpc": DECIDED,
        "ratelimit-hot": f"{DECIDED} Of `exact` the rate says nothing: Tallygate remembers for a moment that a key is used up.",
        "ratelimit-outage": f"{DECIDED} Latency counts from when a question was due; one that failed counts, too.",
        "profile": "One round of 15 s; the profilers take time, too.",
        "sweep": "Latency counts from when a request was due; `increments/s` is what was answered.",
    }.get(name, "")


def brief(reason):
    lines = [line.strip() for line in reason.strip().splitlines() if line.strip()]
    return " / ".join([lines[0], *lines[-1:]] if len(lines) > 1 else lines)[:400]


def speed_row(row, facts, base):
    rounds = facts["rounds"]
    rates = [one["increments_per_second"] for one in rounds]
    rate = statistics.median(rates)
    latencies = [facts["pooled"]] if "pooled" in facts else rounds
    ratio = f"{rate / statistics.median(r['increments_per_second'] for r in base['rounds']):.2f}" if base else ""
    return [
        f"`{row}` {facts['title'] if facts['title'] != row else ''}",
        facts["acknowledges"],
        f"{rate:,.0f}",
        f"{min(rates):,.0f}–{max(rates):,.0f}",
        ratio,
        *(median_of(latencies, key) for key in ("p50_ms", "p95_ms", "p99_ms", "p999_ms")),
        f"{max(greatest):.1f}" if (greatest := [one["max_ms"] for one in latencies if "max_ms" in one]) else "",
        sum(sum(one["errors"].values()) for one in rounds),
        totals(facts),
    ]


def median_of(rounds, key):
    values = [one[key] for one in rounds if key in one]
    return f"{statistics.median(values):.2f}" if values else ""


def totals(facts):
    told = [one["totals_hold"] for one in [facts, *facts["rounds"]] if "totals_hold" in one]
    return "" if not told else "hold" if all(told) else "WRONG"


def cost_row(row, facts):
    rounds = facts["rounds"]
    resident = each(rounds[-1:], "memory", lambda values: f"{values[0]['resident_mib']} / {values[0]['peak_mib']}")
    if "cpu_us" not in rounds[-1]:
        return [f"`{row}`", "", "", "", resident, ""]
    return [
        f"`{row}`",
        each(rounds, "cpu_us", lambda values: f"{statistics.median(values):.1f}"),
        each(rounds, "allocated_bytes", lambda values: f"{statistics.median(values):,.0f}"),
        each(rounds, "gc", pauses),
        resident,
        each([one["cores"] for one in rounds], None, lambda values: f"{statistics.median(values):.2f}"),
    ]


def decisions_row(row, rounds):
    keys = (heading.replace(" ", "_") for heading in DECISIONS[1:])
    return [f"`{row}`", *(f"{sum(one[key] for one in rounds):,}" for key in keys)]


def redis_row(row, rounds):
    keys = ("reads", "scripts", "commands")
    return [f"`{row}`", *(f"{statistics.median(one['redis'][key] for one in rounds):.2f}" for key in keys)]


def each(rounds, key, shown):
    """One figure a process: the one that is asked, then those behind it, then, for cores, who else there was."""
    rounds = [one[key] if key else one for one in rounds]
    figures = []
    for at, who in enumerate(rounds[-1]):
        _, behind, part = who.rpartition("'s ")  # "gin's redis"
        part = part if behind or at > 0 else "server"
        figures.append(f"{part} {shown([one[who] for one in rounds if who in one])}")
    return ", ".join(figures)


def pauses(rounds):
    total = sum(one["sum_ms"] for one in rounds)
    return f"{sum(one['pauses'] for one in rounds)}, {total:.0f}, {max(one['max_ms'] for one in rounds):.1f}"


def all_well(data):
    """Something was measured, nothing failed, and all of our own totals held. A peer's are its affair."""
    if not any(row["rounds"] for scenario in data["scenarios"].values() for row in scenario["rows"].values()):
        return False
    for scenario in data["scenarios"].values():
        if any(one["failed"] for one in scenario["left_out"].values()):
            return False
        if any(totals(row) == "WRONG" and row["title"].startswith("Tallygate") for row in scenario["rows"].values()):
            return False
    return True
