"""The Markdown of a profile: of each process where its time went and what allocated, with links to its flame graphs."""

from .flames import NARROWEST_PERCENT
from .stacks import CPU_TIME, HERTZ, KINDS
from .tables import markdown_table


def profile_parts(rows):
    processes = {process: found for row in rows.values() for process, found in row.get("profile", {}).items()}
    parts = []
    if any("graphs" in found for found in processes.values()):
        parts.append(f"Flame graphs leave out what has less than {NARROWEST_PERCENT} %. Browsers can zoom and search.")
    for process, found in processes.items():
        parts += process_parts(process, found)
    return parts


def process_parts(process, found):
    links = ", ".join(f"[{what}]({file})" for what, file in found.get("graphs", {}).items())
    allocating = ", ".join(f"{group} {one['percent']:.1f} %" for group, one in found["allocating_threads"].items())
    return [
        f"### The {process}",
        f"{'Flame graphs: ' + links + '. ' if links else ''}{source_of(found)}",
        markdown_table(["threads", "% of CPU time", "µs a request", *KINDS], thread_rows(found)),
        "The last columns say whose code had the CPU, in % of all of the process. The frames that had it most often:",
        markdown_table(["own time", "of", "%", "µs a request"], own_rows(found)),
        f"Allocated, by threads: {allocating}. By class, and the nearest method that is not of the JDK:",
        markdown_table(["class", "allocated in", "%", "bytes a request"], allocation_rows(found)),
    ]


def source_of(found):
    counted = f"{found['samples']:,} samples"
    if found["not_perf"]:
        return (
            f"CPU time is that of Java's threads alone, without compiler, collector and native frames ({counted} of "
            f"`{CPU_TIME}`), because {found['not_perf']}."
        )
    return f"CPU time by `perf record -F {HERTZ} -e cpu-clock` ({counted}), of all threads, in the kernel, too."


def thread_rows(found):
    rows = []
    for group, one in found["threads"].items():
        kinds = [f"{one['kinds'][kind]:.1f}" for kind in KINDS]
        rows.append([group, f"{one['percent']:.1f}", microseconds(found, one["percent"]), *kinds])
    return rows


def own_rows(found):
    return [
        [f"`{one['frame']}`", one["kind"], f"{one['percent']:.1f}", microseconds(found, one["percent"])]
        for one in found["own_time"]
    ]


def microseconds(found, percent):
    """A recording sees some threads only, so that its shares are not those of the CPU time by the kernel's count."""
    return "" if found["not_perf"] else f"{found['cpu_us'] * percent / 100:.2f}"


def allocation_rows(found):
    whole = found["allocated_bytes"]
    return [
        [
            f"`{one['class']}`",
            f"`{one['site']}`",
            f"{one['percent']:.1f}",
            f"{whole * one['percent'] / 100:,.0f}" if whole else "",
        ]
        for one in found["allocation_sites"]
    ]
