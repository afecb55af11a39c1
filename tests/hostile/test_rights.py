#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Programs that have rights which their callers have not: what they keep, when, and what they will not do with it."""
import contextlib
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import ENVIRONMENT, Hostile, SANITIZED, check, run  # noqa: E402
import runner  # noqa: E402
from tools import NOBODY, built  # noqa: E402

DAC_READ_SEARCH, KILL, SETUID, SYS_PTRACE, SYS_ADMIN, SYS_NICE, PERFMON = 2, 5, 7, 19, 21, 23, 38
ADVISED = [DAC_READ_SEARCH, SYS_PTRACE, PERFMON]
MORE = [*ADVISED, KILL, SETUID, SYS_ADMIN, SYS_NICE]

if os.geteuid() != 0:
    print("skipped: needs root")
    sys.exit(77)
if SANITIZED:
    print("skipped: the sanitizer's leak check needs a process that may be traced")
    sys.exit(77)


def mask(capabilities):
    return sum(1 << number for number in capabilities)


def give(path, capabilities, inheritable=()):
    """setcap …=ep; see capabilities(7)."""
    words = [mask(chosen) >> shift & 0xffffffff for shift in (0, 32) for chosen in (capabilities, inheritable)]
    os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, *words))


def sets_of(pid):
    """CapInh, CapPrm, CapEff and CapAmb of each thread."""
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii", errors="replace") as file:
            found.append({name: int(value, 16) for name, value in re.findall(r"^(Cap\w+):\s+(\w+)", file.read(), re.MULTILINE)})
    return found


class Rights(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)
        self.process = Hostile("wait", "argument")
        self.addCleanup(self.process.close)

    def program(self, tool, capabilities=ADVISED):
        path = shutil.copy(built(tool), os.path.join(self.folder, tool))
        os.chmod(path, 0o755)
        try:
            give(path, capabilities)
        except OSError as error:
            self.skipTest(f"no capabilities on this file system: {error}")
        return path

    def as_nobody(self, kind, tool, arguments, path, **options):
        return check(self, kind, tool, arguments, path=path, user=NOBODY, group=NOBODY, extra_groups=[], **options)

    @contextlib.contextmanager
    def running(self, path, *arguments):
        process = subprocess.Popen([path, *arguments], user=NOBODY, group=NOBODY, extra_groups=[], env=ENVIRONMENT,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def test_they_do_what_they_are_for(self):
        denied = check(self, "without rights", "pstat", f"-o pss --no-headers -p {self.process.pid}", user=NOBODY, group=NOBODY,
                       extra_groups=[], path=shutil.copy(built("pstat"), os.path.join(self.folder, "plain")))
        self.assertIn(b"denied", denied.stdout)
        shown = self.as_nobody("setcap", "pstat", f"-o pss --no-headers -p {self.process.pid}", self.program("pstat"))
        self.assertRegex(shown.stdout, rb"^ *\d+$")
        shown = self.as_nobody("setcap", "ppmap", f"{self.process.pid}", self.program("ppmap"))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.as_nobody("setcap", "tlbprobe", f"--quick --reach {self.process.pid}", self.program("tlbprobe"), codes={0})
        shown = self.as_nobody("setcap", "ptop", f"-b -n 1 -d 0.02 --set memory -p {self.process.pid}", self.program("ptop"))
        self.assertNotIn(b"denied", shown.stdout)

    def test_all_others_are_given_up_at_once(self):
        for tool, arguments in (("pstat", ["-e", "-d", "0.05"]), ("ptop", ["-b", "-d", "0.05", "--set", "memory"])):
            with self.running(self.program(tool, MORE), *arguments) as pid:
                for sets in sets_of(pid):
                    self.assertEqual(sets["CapPrm"], mask(ADVISED), tool)
                    self.assertEqual(sets["CapEff"], mask(ADVISED), tool)
                    self.assertEqual(sets["CapInh"] | sets["CapAmb"], 0, tool)

    def test_what_does_not_look_at_this_machine_uses_none(self):
        with self.running(self.program("pstat", MORE), "--proc-root", "/proc/self/..", "-e", "-d", "0.05") as pid:
            for sets in sets_of(pid):
                self.assertEqual(sets["CapEff"], 0)

    def test_they_open_no_file_for_the_caller_that_he_could_not_open(self):
        secret = os.path.join(self.folder, "secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("delay = hidden\n")
        os.chmod(secret, 0o600)
        locked = os.path.join(self.folder, "locked")
        os.makedirs(os.path.join(locked, "1"))
        os.chmod(locked, 0o700)
        pstat, ptop, tlbprobe = (self.program(tool) for tool in ("pstat", "ptop", "tlbprobe"))
        for tool, path, arguments in (("ptop", ptop, ["--settings", secret, "-b", "-n", "1"]), ("tlbprobe", tlbprobe, ["--cpuid", secret]),
                                      ("pstat", pstat, ["--replay", secret]), ("pstat", pstat, ["--proc-root", locked, "-e"]),
                                      ("pstat", pstat, ["--record", secret]), ("ptop", ptop, ["-b", "-n", "1", "--proc-root", locked])):
            done = self.as_nobody("setcap", tool, arguments, path)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertNotIn(b"hidden", done.stdout + done.stderr)
        with open(secret, encoding="ascii") as file:
            self.assertEqual(file.read(), "delay = hidden\n")

    def test_a_counted_program_has_none(self):
        pstat = self.program("pstat", MORE)
        done = run("pstat", ["--count", "task-clock", "--count-to", "/dev/null", "--", "grep", "Cap[IPEA]", "/proc/self/status"], path=pstat,
                   user=NOBODY, group=NOBODY, extra_groups=[])
        words = re.findall(rb"^Cap\w+:\s+(\w+)$", done.stdout, re.MULTILINE)
        self.assertEqual(words, [b"0" * 16] * 4, done)

    def test_set_user_id_becomes_the_caller(self):
        path = self.program("pstat", [])
        os.removexattr(path, "security.capability")
        os.chmod(path, 0o4755)
        with self.running(path, "-e", "-d", "0.05") as pid:
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                text = file.read()
            self.assertRegex(text, rf"\nUid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n")
            for sets in sets_of(pid):
                self.assertEqual(sets["CapPrm"], mask(ADVISED))

    def test_the_environment_names_no_file(self):
        ptop = self.program("ptop")
        config = os.path.join(self.folder, "pageloupe")
        os.mkdir(config)
        with open(os.path.join(config, "ptop.toml"), "w", encoding="ascii") as file:
            file.write("nonsense = 1\n")
        environment = {**ENVIRONMENT, "XDG_CONFIG_HOME": self.folder, "HOME": self.folder}
        plain = shutil.copy(built("ptop"), os.path.join(self.folder, "plain"))
        refused = self.as_nobody("without rights", "ptop", "-b -n 1 -d 0.02", plain, env=environment)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.as_nobody("setcap", "ptop", "-b -n 1 -d 0.02", ptop, env=environment, codes={0})

    def test_root_keeps_what_root_has(self):
        with subprocess.Popen([built("pstat"), "-e", "-d", "0.05"], stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
            process.stdout.readline()
            self.assertTrue(all(sets["CapEff"] & mask([SYS_ADMIN]) for sets in sets_of(process.pid)) or not sets_of(os.getpid())[0]["CapEff"] & mask([SYS_ADMIN]))
            process.kill()


if __name__ == "__main__":
    runner.main()
