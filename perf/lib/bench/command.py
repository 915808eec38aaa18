"""What every measuring command needs: where things are, how it ends, what it says, which tools it finds."""

import pathlib
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PERF = ROOT / "perf"
OUT = PERF / "out"
JAR = ROOT / "app-monolith" / "target" / "tallygate.jar"
SAMPLE = PERF / "data" / "popularity-sample.tsv"

TOOLS = {
    "wrk": "apt-get install wrk",
    "redis-server": "apt-get install redis-server",
    "redis-benchmark": "apt-get install redis-tools",
    "go": "install Go 1.26 or later",
    "cargo": "install Rust 1.71 or later",
    "cc": "apt-get install gcc",
    "mvn": "apt-get install maven",
    "apt-get": "this is not Debian: install the program by hand",
}


class Problem(Exception):
    """Something the person at the keyboard can put right; its message is all they need to see."""


class Missing(Problem):
    """Something that is not installed or built, as opposed to something that does not work."""


def run_main(main):
    """Runs main so that a signal or a problem still stops every server, and a problem reads as one line."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started it in the background
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except Problem as problem:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {problem}")


def say(text):
    """Progress goes to stderr, so that stdout holds the report alone."""
    print(text, file=sys.stderr, flush=True)


def need(*tools):
    missing = [f"{tool} is not on the PATH ({TOOLS[tool]})" for tool in tools if not shutil.which(tool)]
    if missing:
        raise Missing("; ".join(missing))


def need_jar(jar):
    if not pathlib.Path(jar).is_file():
        raise Missing(f"{jar} is not there: build it with `mvn package`, or name another")


def find_java():
    found = subprocess.run([ROOT / "infra" / "tools" / "find-java"], capture_output=True, text=True)
    if found.returncode:
        raise Problem(found.stderr.strip())
    return found.stdout.strip()


def run(command, seconds_max, cwd=None, env=None):
    """A command that has to succeed within a time; answers its stdout."""
    command = [str(part) for part in command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, cwd=cwd, env=env)
    except subprocess.TimeoutExpired:
        raise Problem(f"{command[0]} did not end within {seconds_max:.0f} s") from None
    except OSError as missing:
        raise Problem(f"{command[0]}: {missing.strerror}") from None
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise Problem(f"{' '.join(command[:3])} … ended with {done.returncode}: {tail}")
    return done.stdout


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "not installed"
    return ((done.stdout + done.stderr).strip().splitlines() or ["?"])[0]
