#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The completions that the tools print, in the shells that they are for."""

import csv
import io
import os
import pathlib
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import runner
from terminal import TMUX, Terminal
from tools import Tool, built, need_program

TOOLS = ("ppmap", "pstat", "ptop", "tlbprobe")
FORMATS = ["table", "json", "jsonl", "csv"]
# Nothing but the prompt is on the screen.
EMPTY = r"\Aready>\s*\Z"
BASH_COMPLETION = pathlib.Path("/usr/share/bash-completion/bash_completion")

# What is typed, and what its last word may become, wherever a shell completes it.
CASES = (
    (("ppmap", "--format", ""), FORMATS),
    (("ppmap", "--format", "js"), ["json", "jsonl"]),
    (("ppmap", "--by", ""), ["kind", "path", "perms"]),
    (("ppmap", "-o", "start,swap_p"), ["start,swap_pss"]),
    (("ppmap", "-o", "+swap_p"), ["+swap_pss"]),
    (("ppmap", "--by", "kind", "--sort", "mapp"), ["mappings"]),
    (("ppmap", "--sort", "mapp"), ["mapping"]),
    (("pstat", "--group-by", ""), ["user", "comm", "exe", "cgroup", "container", "session"]),
    (("pstat", "--units", ""), ["kib", "bytes", "human"]),
    (("pstat", "--count", "faults,task"), ["faults,task-clock"]),
    (("pstat", "--count", "tlb"), ["tlb-flushes"]),
    (("ptop", "--set", "mem"), ["memory"]),
    (("ptop", "--cpu-meter", ""), ["bars", "figures", "off"]),
    (("ptop", "-e", ""), ["h", "k", "m", "g", "t", "p", "e"]),
    (("ptop", "--memory-columns", "pid,swap_p"), ["pid,swap_pss"]),
    (("ptop", "--color", "a"), ["auto", "always"]),
    (("tlbprobe", "--kind", ""), ["all", "data", "instruction"]),
    (("tlbprobe", "--page-size", ""), ["all", "4k", "2m", "1g"]),
    (("tlbprobe", "--kind", "data", "-o", "measu"), ["measured"]),
    (("tlbprobe", "--describ"), []),
)


def completion(tool, shell):
    return Tool(built(tool)).run("--describe", shell, check=0).stdout.decode()


def options(tool):
    """The options that help names, but for those of the build."""
    usage = Tool(built(tool)).run("--help", check=0).stdout.decode()
    names = re.findall(r"^ {2,6}(-[\w-]+(?:, --?[\w-]+)*)", usage, re.MULTILINE)
    return {name for pair in names for name in pair.split(", ")} - {"--describe"}


def columns(tool, *more):
    listed = Tool(built(tool)).run("--columns", *more, "--format", "csv", check=0).stdout.decode()
    return [row["name"] for row in csv.DictReader(io.StringIO(listed))]


def groups(lines):
    """The lines between lines of dashes."""
    found = [[]]
    for line in lines:
        if line == "----":
            found.append([])
        else:
            found[-1].append(line)
    return found[:-1]


class Folder(unittest.TestCase):
    """A folder with the scripts as they are installed, and a process whose name is a trap."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="pageloupe-completions-", ignore_cleanup_errors=True)
        cls.folder = pathlib.Path(cls._folder.name)
        for shell, pattern in (("bash", "bash/completions/{}"), ("zsh", "zsh/_{}"), ("fish", "fish/{}.fish")):
            for tool in TOOLS:
                path = cls.folder / pattern.format(tool)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(completion(tool, shell))
        for tool in TOOLS:
            shutil.copy(built(tool), cls.folder / tool)
        (cls.folder / "some file").touch()
        trap = cls.folder / "$(touch pwned)"
        shutil.copy(shutil.which("sleep"), trap)
        cls.trap = subprocess.Popen([trap, "1000"])
        plain = cls.folder / "plainname"
        shutil.copy(shutil.which("sleep"), plain)
        cls.plain = subprocess.Popen([plain, "1000"])

    @classmethod
    def tearDownClass(cls):
        for process in (cls.trap, cls.plain):
            process.kill()
            process.wait()
        cls._folder.cleanup()

    def tearDown(self):
        self.assertFalse((self.folder / "pwned").exists(), "a process's name was run as a command")

    @property
    def environment(self):
        return {"HOME": str(self.folder), "PATH": f"{self.folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                "TERM": "xterm"}

    def output_of(self, *command):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout.splitlines()


class ManyWords:
    """What is asked of bash and of fish, which print what they would offer."""

    def offered(self, *words):
        return self.offered_each([words])[0]

    def offered_to(self, *cases):
        return zip(cases, self.offered_each(cases), strict=True)

    def test_values(self):
        for (words, expected), found in zip(CASES, self.offered_each([words for words, _ in CASES]), strict=True):
            self.assertEqual(sorted(found), sorted(expected), words)

    def test_every_option_and_none_of_the_build(self):
        short = self.offered_each([(tool, "-") for tool in TOOLS])
        long = self.offered_each([(tool, "--") for tool in TOOLS])
        for tool, one, other in zip(TOOLS, short, long, strict=True):
            self.assertEqual(set(one) | set(other), options(tool), tool)

    def test_every_column(self):
        of_processes = columns("pstat")
        for (tool, *_), found in self.offered_to(("ppmap", "-o", ""), ("pstat", "-o", ""), ("tlbprobe", "-o", ""),
                                                 ("ptop", "--main-columns", ""), ("ptop", "--order", "")):
            self.assertEqual(sorted(found), sorted(of_processes if tool in ("pstat", "ptop") else columns(tool)), tool)
        self.assertEqual(sorted(self.offered("tlbprobe", "--reach", "1", "-o", "")),
                         sorted(columns("tlbprobe", "--reach", "1")))

    def test_a_value_behind_the_name_of_its_option(self):
        formats, keys = self.offered_each([("ppmap", "--format=cs"), ("pstat", "--sort=rss,-swap_p")])
        self.assertEqual([word.split("=")[-1] for word in formats], ["csv"])
        self.assertEqual([word.split("=")[-1] for word in keys], ["rss,-swap_pss"])

    def test_processes_users_programs_and_files(self):
        pid = str(self.plain.pid)
        for words, found in self.offered_to(("ppmap", pid), ("pstat", "-p", pid), ("pstat", "--tree", pid),
                                            ("tlbprobe", "--reach", pid), ("pstat", "-p", f"1,{pid}")):
            self.assertIn(words[-1], found, words)
        nobody = pwd.getpwuid(65534).pw_name
        users, programs, all_programs, files, maps, numbers = self.offered_each(
            [("pstat", "-u", "root," + nobody[:3]), ("pstat", "-C", "plainna"), ("pstat", "-C", ""),
             ("pstat", "--replay", "some"), ("ppmap", "--diff", "some"), ("pstat", "--delay", "")])
        self.assertIn("root," + nobody, users)
        self.assertEqual(programs, ["plainname"])
        self.assertEqual([word for word in all_programs if "touch" in word], [])
        for found in files, maps:
            self.assertEqual([word.replace("\\", "") for word in found], ["some file"])
        self.assertEqual(numbers, [])

    def test_a_program_to_be_counted(self):
        self.assertIn("sleep", self.offered("pstat", "--count", "faults", "--", "slee"))


@need_program("bash")
class Bash(ManyWords, Folder):
    # As readline does it: a word ends at = too.
    FUNCTION = """offer() {
  source "bash/completions/$1"
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pageloupe_$1 "$1" "${@: -1}" "${@: -2:1}"
  [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
  echo ----
}
"""

    def offered_each(self, cases, split=True):
        script = self.FUNCTION
        for words in cases:
            parts = [part for word in words for part in (re.split("(=)", word) if split and word[:2] == "--" else [word])]
            script += "offer " + " ".join(shlex.quote(part) for part in parts) + "\n"
        return groups(self.output_of("bash", "--norc", "--noprofile", "-c", script))

    def test_where_an_equals_sign_ends_no_word(self):
        self.assertEqual(self.offered_each([("ppmap", "--format=cs")], split=False), [["--format=csv"]])

    def typed(self, begin, *cases):
        # It talks by way of stderr.
        shell = ["sh", "-c", "exec bash --norc --noprofile -i 2> /dev/tty"]
        with Terminal(shell, 150, 50, self.environment) as terminal:
            terminal.text(f"cd {self.folder}; PS1='ready> '; {begin}; clear\n")
            for text, expected in cases:
                terminal.wait_for_match(EMPTY)
                terminal.text(text)
                terminal.keys("Tab")
                terminal.wait_for("ready> " + expected)
                terminal.keys("C-u")
                terminal.text("clear\n")

    TYPED = (("ppmap --form", "ppmap --format"), ("ppmap --format=cs", "ppmap --format=csv"),
             ("ppmap -o start,swap_p", "ppmap -o start,swap_pss"), ("pstat --replay some", r"pstat --replay some\ file"),
             ("ppmap --filter 'swap_p", "ppmap --filter 'swap_pss"))

    @unittest.skipUnless(TMUX, "tmux is not installed")
    def test_typed_in_a_terminal(self):
        self.typed("for f in bash/completions/*; do . $f; done", *self.TYPED)

    @unittest.skipUnless(TMUX and BASH_COMPLETION.exists(), "tmux or bash-completion is not installed")
    def test_loaded_by_bash_completion(self):
        self.typed(f"export BASH_COMPLETION_USER_DIR={self.folder}/bash; . {BASH_COMPLETION}", *self.TYPED,
                   ("pstat --count -- slee", "pstat --count -- sleep"))


@need_program("fish")
class Fish(ManyWords, Folder):
    def lines_each(self, lines):
        script = "set fish_complete_path fish $fish_complete_path\n"
        for line in lines:
            script += f"complete -C{shlex.quote(line)}\necho ----\n"
        return groups(self.output_of("fish", "--no-config", "-c", script))

    def offered_each(self, cases):
        lines = [" ".join(shlex.quote(word) if word else "" for word in words) for words in cases]
        return [[text.split("\t")[0] for text in found] for found in self.lines_each(lines)]

    def test_help_is_told(self):
        limits, column = self.lines_each(["ppmap --limi", "ppmap -o start,swap_p"])
        self.assertEqual(limits, ["--limits\tlimits and headroom in place of the map"])
        self.assertRegex(column[0], "^start,swap_pss\t.+")


@need_program("zsh")
@unittest.skipUnless(TMUX, "tmux is not installed")
class Zsh(Folder):
    """Asks the line editor: zsh offers nothing to who does not type."""

    def setUp(self):
        self.terminal = self.enterContext(Terminal(["zsh", "-f", "-i"], 250, 400, self.environment))
        self.terminal.text(f"cd {self.folder}; bindkey -e; PS1='ready> '; LISTMAX=0; fpath=($PWD/zsh $fpath); autoload -U compinit; "
                           "compinit -u -d $PWD/dump; zstyle ':completion:*' list-separator '##'; clear\n")

    def type(self, text, *expected):
        self.terminal.wait_for_match(EMPTY)
        self.terminal.text(text)
        self.terminal.keys("Tab")
        screen = self.terminal.wait_for(*expected)
        self.terminal.keys("C-u")
        self.terminal.text("clear\n")
        return screen

    def test_values(self):
        for words, expected in CASES:
            if len(expected) == 1:
                self.type(" ".join(words), "ready> " + " ".join((*words[:-1], expected[0])))
        for text, expected in (("ppmap --format ", FORMATS), ("ppmap --format=", FORMATS),
                               ("ptop --cpu-meter ", ["bars", "figures", "off"]), ("ppmap --by=", ["kind", "path", "perms"])):
            self.type(text, *expected)
        self.type("pstat --sort rss,-swap_p", "ready> pstat --sort rss,-swap_pss")
        self.type("ppmap --filter 'rss > 1M and swap_p", "ready> ppmap --filter 'rss > 1M and swap_pss")
        self.type("pstat --count faults -- slee", "ready> pstat --count faults -- sleep")
        self.type("pstat --replay some", r"ready> pstat --replay some\ file")
        self.type("ppmap --diff some", r"ready> ppmap --diff some\ file")
        self.type("pstat -C plainna", "ready> pstat -C plainname")
        self.type("pstat -C \\$", "ready> pstat -C \\$\\(touch\\ pwned\\)")

    def test_every_option_with_its_help(self):
        for tool in TOOLS:
            screen = self.type(f"{tool} --", "--help", "--version", "##")
            found = set(re.findall(r"--[a-zA-Z][\w-]*", screen))
            self.assertEqual({name for name in options(tool) if name.startswith("--")} - found, set(), tool)
            self.assertNotIn("--describe", found)

    def test_every_column_with_its_help(self):
        for text, tool in (("ppmap -o ", "ppmap"), ("pstat -o ", "pstat"), ("tlbprobe -o ", "tlbprobe")):
            names = columns(tool)
            screen = self.type(text, names[0], names[-1], "##")
            self.assertEqual({name for name in names if not re.search(rf"(^|\s){re.escape(name)}\s", screen)}, set())


if __name__ == "__main__":
    runner.main()
