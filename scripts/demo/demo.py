# SPDX-License-Identifier: MIT
"""What the demonstrations share: a workload that goes step by step, the tools' view of it, and claims about that view.

A workload is a generator. It runs in a process of its own, forked from the script, and stops at each `yield`:

    def workload():
        memory = mmap.mmap(-1, 256 * demo.MIB)
        yield "reserved"
        memory.write(b"x" * len(memory))
        yield "touched"

    with demo.Workload(workload) as process:
        demo.show("ppmap", process.pid)
        process.step()
"""

import contextlib
import ctypes
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import traceback

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
PAGE = os.sysconf("SC_PAGE_SIZE")
IMPOSSIBLE = 77
# No script should take ten seconds; a machine that is very busy may make it.
MOST_SECONDS = 50
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Impossible(Exception):
    """The machine has not what the demonstration is about."""


def tool(name):
    """The built program: of PAGELOUPE_BIN, else of the release build beside the scripts, else of PATH."""
    built = pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "bin"
    places = [os.environ["PAGELOUPE_BIN"]] if "PAGELOUPE_BIN" in os.environ else [str(built), os.environ.get("PATH", "")]
    for place in places:
        if found := shutil.which(name, path=place):
            return found
    sys.exit(f"{name} is neither built nor installed; scripts/run {name} builds it")


def run(name, *arguments, accept=(0,)):
    command = [tool(name), *map(str, arguments)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=MOST_SECONDS, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode not in accept:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


# ---- The tools' view, as data -----------------------------------------------------------------------------------------

def processes(pids, columns, *options):
    """pstat's rows of these processes, in this order; the columns are keys with their units, as rss_bytes."""
    listed = ",".join(map(str, pids))
    return json.loads(run("pstat", "-q", listed, "-o", columns, "--json", *options))["processes"]


def process(pid, columns):
    """pstat's row of one process."""
    return processes([pid], columns)[0]


def system(pid):
    """What pstat says of the whole machine."""
    return json.loads(run("pstat", "--system", "-q", pid, "-o", "pid", "--json"))


def mappings(pid):
    """ppmap's rows of one process."""
    return json.loads(run("ppmap", "--json", pid))["processes"][0]["mappings"]


def mapping(pid, address):
    """ppmap's row of the mapping that holds this address."""
    return next(row for row in mappings(pid) if int(row["start"], 16) <= address < int(row["end"], 16))


def kinds(pid):
    """ppmap's sums by kind: {"heap": {"size_bytes": …}, …}."""
    rows = json.loads(run("ppmap", "--by", "kind", "--json", pid))["processes"][0]["groups"]
    return {row["kind"]: row for row in rows}


def limits(pid):
    """ppmap's rows of limits, by name."""
    rows = json.loads(run("ppmap", "--limits", "--json", pid))["processes"][0]["limits"]
    return {row["limit_name"]: row for row in rows}


# ---- What is printed --------------------------------------------------------------------------------------------------

def say(text):
    print("\n" + textwrap.fill(" ".join(text.split()), width=110), flush=True)


def show(name, *arguments, keep=None, most=16):
    """Prints a call and what the tool prints: the headings, and of the other lines those that match `keep`."""
    print("\n  $ " + " ".join([name, *(f"'{word}'" if re.search(r"[ <>*]", word) else word for word in map(str, arguments))]))
    lines = run(name, *arguments).splitlines()
    kept = [line for number, line in enumerate(lines) if keep is None or number == 0 or re.search(keep, line)]
    for line in kept[:most]:
        print("  " + (line if len(line) <= 130 else line[:129] + "…"))
    if len(kept[:most]) < len(lines):
        print(f"  … ({len(lines) - len(kept[:most])} lines more)")
    sys.stdout.flush()


def claim(condition, sentence):
    """Says what is seen, with its figures; ends the script when it is not so."""
    mark = "  [true] " if condition else "  [NOT TRUE] "
    print(textwrap.fill(mark + " ".join(sentence.split()), width=110, subsequent_indent="         "), flush=True)
    if not condition:
        sys.exit(1)


def size(count):
    """Bytes for people: 64.0 MiB."""
    for unit, name in ((GIB * 1024, "TiB"), (GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if abs(count) >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{count} B"


# ---- Workloads --------------------------------------------------------------------------------------------------------

def die_with_parent(parent=None):
    """A process that calls this does not outlive the one that forked it, however that ends: multiprocessing's, or `parent`."""
    parent = parent or multiprocessing.parent_process().pid
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


class Workload:
    """A generator in a process of its own; .pid. It has run to its first `yield`, whose value is .value."""

    def __init__(self, generator, *arguments):
        sys.stdout.flush()
        orders, answers, script = os.pipe(), os.pipe(), os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(orders[1])
            os.close(answers[0])
            _work(script, generator, arguments, (orders[0], answers[1]))
        os.close(orders[0])
        os.close(answers[1])
        self._orders = os.fdopen(orders[1], "wb", buffering=0)
        self._answers = os.fdopen(answers[0], "r")
        self.value = self._answer()

    def _answer(self):
        line = self._answers.readline()
        if not line:
            sys.exit("the workload has failed")
        return json.loads(line)

    def step(self):
        """Lets it run to its next `yield`; returns the value of that."""
        self._orders.write(b".")
        self.value = self._answer()
        return self.value

    def close(self):
        self._orders.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._answers.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _work(script, generator, arguments, pipes):
    """The life of the forked process; it ends with the script, and never returns."""
    orders, answers = pipes
    try:
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(script)
        for value in generator(*arguments):
            os.write(answers, json.dumps(value).encode() + b"\n")
            if not os.read(orders, 1):
                break
    except BaseException:  # pylint: disable=broad-except  # nobody else would tell
        traceback.print_exc()
    finally:
        os._exit(0)


def touch(memory, begin, end):
    """Writes a byte to each page."""
    for at in range(begin, end, PAGE):
        memory[at] = 1


def address_of(memory):
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def wait_until(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def main(script):
    """Runs a script: exit code 0, 1 for a claim that does not hold, 77 where the machine makes it impossible."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {MOST_SECONDS} seconds"))
    signal.alarm(MOST_SECONDS)
    print(textwrap.dedent(sys.modules[script.__module__].__doc__).strip())
    try:
        script()
    except Impossible as reason:
        print(f"skipped: {reason}")
        sys.exit(IMPOSSIBLE)
    except KeyboardInterrupt:
        sys.exit(130)
