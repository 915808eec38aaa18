"""Draws the SVGs of a report with matplotlib: plots.py DIRECTORY, where raw.json is. Prints, as JSON, what it drew.

A program of its own, because matplotlib may be installed for another Python than the one that measures.
"""

import json
import pathlib
import statistics
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "tallygate"  # the same figures give the same file
from matplotlib import pyplot  # noqa: E402

NARROW, WIDE = (8, 4.5), (9, 5)


def of(rounds, key):
    return statistics.median(one[key] for one in rounds)


def bars(rows, directory, name):
    """Rates with their spread, and p99, one bar a row; none where only a rate was measured."""
    labels = list(rows)
    rates = [of(row["rounds"], "increments_per_second") for row in rows.values()]
    spread = [[one["increments_per_second"] for one in row["rounds"]] for row in rows.values()]
    errors = [[r - min(s) for r, s in zip(rates, spread)], [max(s) - r for r, s in zip(rates, spread)]]
    figure, (left, right) = pyplot.subplots(1, 2, sharey=True, figsize=(WIDE[0], 1.5 + 0.3 * len(labels)))
    left.barh(labels, rates, xerr=errors, color="#4878a8", ecolor="#222222", capsize=2)
    left.set_xlabel("increments/s, median and spread")
    left.invert_yaxis()
    tails = [of(row["rounds"], "p99_ms") if "p99_ms" in row["rounds"][0] else 0 for row in rows.values()]
    right.barh(labels, tails, color="#c07850")
    right.set_xlabel("p99, ms")
    return saved(figure, directory, name)


def curves(rows, directory, name):
    """Throughput against p99, one line a contender."""
    figure, axes = pyplot.subplots(figsize=NARROW)
    lines = {}
    for row, facts in rows.items():
        point = of(facts["rounds"], "increments_per_second"), of(facts["rounds"], "p99_ms")
        lines.setdefault(row.rpartition(" ")[0], []).append(point)
    for who, points in lines.items():
        axes.plot(*zip(*points), marker="o", label=who)
    axes.set_yscale("log")
    axes.set_xlabel("increments/s answered")
    axes.set_ylabel("p99, ms, from when a request was due")
    axes.grid(True, alpha=0.3)
    axes.legend()
    return saved(figure, directory, name)


def key_lines(rows, directory, name):
    figure, axes = pyplot.subplots(figsize=NARROW)
    lines = {}
    for row, facts in rows.items():
        kind, _, count = row.partition(":")
        if count:
            lines.setdefault(kind, []).append((int(count), of(facts["rounds"], "increments_per_second")))
    for kind, points in lines.items():
        axes.plot(*zip(*sorted(points)), marker="o", label=kind)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("counters")
    axes.set_ylabel("increments/s")
    axes.grid(True, alpha=0.3)
    axes.legend()
    return saved(figure, directory, name)


def saved(figure, directory, name):
    figure.tight_layout()
    file = f"{name}.svg"
    figure.savefig(directory / file, metadata={"Date": None})
    pyplot.close(figure)
    return [file]


DRAWN_BY = {"sweep": curves, "keys": key_lines, "profile": lambda *_: []}


def main():
    directory = pathlib.Path(sys.argv[1])
    data = json.loads((directory / "raw.json").read_text())
    drawn = {}
    for name, scenario in data["scenarios"].items():
        rows = {row: facts for row, facts in scenario["rows"].items() if facts["rounds"]}
        if rows:
            drawn[name] = DRAWN_BY.get(name, bars)(rows, directory, name)
    print(json.dumps(drawn))


if __name__ == "__main__":
    main()
