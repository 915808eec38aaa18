"""Stacks as a flame graph, drawn by inferno, and as the few numbers that a report quotes."""

import collections
import pathlib
import re
import tempfile

from .command import run
from .stacks import JDK, KERNEL, KINDS, LIBRARY, NATIVE, OURS, Frame

COLOURS = {KERNEL: (229, 145, 78), NATIVE: (232, 201, 92), JDK: (158, 185, 121), LIBRARY: (124, 168, 206)}
COLOURS |= {OURS: (221, 108, 118)}
LEGEND = "red: Tallygate, blue: framework, green: JDK, yellow: JVM and other native code, orange: kernel"
GREY = (200, 200, 200)
JAVA = (JDK, LIBRARY, OURS)
PACKAGE = re.compile(r"((?:[a-z]\w*\.)*[a-z]\w*)\.([A-Z$].*)")
KERNEL_ENTRY = re.compile(r"entry_|do_syscall_64$|x64_sys_call$|el0|do_el0|invoke_syscall")
NARROWEST_PERCENT = 0.1
WIDTH = 1600
DRAW_SECONDS_MAX = 120
TOP = 15


def draw(inferno, stacks, file, title, unit):
    """An SVG with a tooltip for each frame; the lowest is the group of the thread."""
    names = {"": GREY, **{group: GREY for group, _ in stacks}}
    lines = []
    for (group, frames), weight in stacks.items():
        names.update((drawn(frame), COLOURS[frame.kind]) for frame in frames)
        lines.append(";".join([group, *map(drawn, frames)]) + f" {weight}\n")
    colours = "".join(f"{name}->rgb({red},{green},{blue})\n" for name, (red, green, blue) in names.items())
    command = [inferno, "--quiet", "--cp", "--minwidth", NARROWEST_PERCENT, "--width", WIDTH, "--bgcolors", "#ffffff"]
    command += ["--title", title, "--subtitle", LEGEND, "--countname", unit, "--truncate-text-right"]
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / "palette.map").write_text(colours)  # where inferno looks for it
        folded = pathlib.Path(directory) / "folded"
        folded.write_text("".join(lines))
        file.write_text(run([*command, folded], DRAW_SECONDS_MAX, cwd=directory))


def drawn(frame):
    """A frame's label: the class before its package, because labels are cut on the right; none of inferno's signs."""
    name = frame.name
    if frame.kind in JAVA and (found := PACKAGE.match(name)):
        name = f"{found[2]} ({found[1]})"
    name = name.replace(";", ":").replace("->", "→")
    return f"{name}_[k]" if frame.kind == KERNEL else name


def by_threads(stacks):
    """The share of each group of threads in all, and within it that of each kind of code, by who had the CPU itself."""
    total, groups = sum(stacks.values()), {}
    for (group, frames), weight in stacks.items():
        groups.setdefault(group, dict.fromkeys(KINDS, 0))[frames[-1].kind] += weight
    return {
        group: {
            "percent": percent(sum(kinds.values()), total),
            "kinds": {kind: percent(weight, total) for kind, weight in kinds.items()},
        }
        for group, kinds in sorted(groups.items(), key=lambda one: -sum(one[1].values()))
    }


def own_time(stacks):
    """The frames that had the CPU themselves most often; what the kernel did in a system call counts as one."""
    total, own = sum(stacks.values()), collections.Counter()
    for (_, frames), weight in stacks.items():
        own[in_kernel(frames) if frames[-1].kind == KERNEL else frames[-1]] += weight
    return [
        {"frame": frame.name, "kind": frame.kind, "percent": percent(weight, total)}
        for frame, weight in own.most_common(TOP)
    ]


def in_kernel(frames):
    """What the kernel was asked for, and by which method. Its own frames say little: some cannot be interrupted."""
    called = [frame for frame in frames if frame.kind == KERNEL and not KERNEL_ENTRY.match(frame.name)] or frames[-1:]
    java = [frame for frame in frames if frame.kind in JAVA]
    return Frame(called[0].name + (f" for {java[-1].name}" if java else ""), KERNEL)


def allocation_sites(stacks):
    """The classes and the methods that allocate most of them, with the nearest caller that is not of the JDK."""
    total, sites = sum(stacks.values()), collections.Counter()
    for (_, frames), weight in stacks.items():
        *callers, allocated = frames
        site = next((frame for frame in reversed(callers) if frame.kind != JDK), callers[-1] if callers else allocated)
        sites[allocated.name, site] += weight
    return [
        {"class": allocated, "site": site.name, "kind": site.kind, "percent": percent(weight, total)}
        for (allocated, site), weight in sites.most_common(TOP)
    ]


def percent(weight, total):
    return round(100 * weight / total, 2)
