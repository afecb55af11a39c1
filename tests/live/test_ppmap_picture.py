#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --picture, --svg and --html of live processes; what a browser makes of the files."""

import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
import tools  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402

PPMAP = tools.Tool(tools.built("ppmap"))
BROWSER = shutil.which("chromium")
MANY = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
size = 4096 * 65000
start = libc.mmap(None, size, 3, 0x22, -1, 0)
for at in range(start, start + size, 8192):
    if libc.mprotect(at, 4096, 1) != 0:
        break
print("ready", flush=True)
sys.stdin.read()
"""
THREADS = """
import sys, threading
stop = threading.Event()
for _ in range(5):
    threading.Thread(target=stop.wait, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""
HALF = """
import ctypes, mmap, sys
size = 1 << 20
memory = mmap.mmap(-1, size)
memory[: size // 2] = b"x" * (size // 2)
at = ctypes.addressof(ctypes.c_char.from_buffer(memory))
print(f"{at:x},{at + size - 1:x}", flush=True)
sys.stdin.read()
"""
HOSTILE = """
import mmap, sys
with open(sys.argv[1], "rb") as file:
    kept = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
print("ready", flush=True)
sys.stdin.read()
"""
# Texts that overlap, or that reach out of the picture; runs in the page, which has no script of its own.
MEASURE = """
<script>
addEventListener("load", () => {
  const svg = document.querySelector("svg"), all = svg.getBoundingClientRect(), wrong = [];
  const inside = a => a.left >= all.left && a.right <= all.right && a.top >= all.top && a.bottom <= all.bottom;
  const texts = [...svg.querySelectorAll("text")].map(e => [e.getBoundingClientRect(), e.textContent, e]);
  texts.sort((a, b) => a[0].top - b[0].top);
  texts.forEach(([a, words, element], i) => {
    if (!inside(a)) wrong.push("outside: " + words);
    // A line's letters take less than its box: 3 pixels of two lines may share a place.
    for (let j = i + 1; j < texts.length && texts[j][0].top < a.bottom - 3; ++j) {
      const b = texts[j][0];
      if (a.left < b.right - 1 && b.left < a.right - 1) wrong.push(words + " | " + texts[j][1]);
    }
    for (const box of svg.querySelectorAll("rect.box, line.mark")) {
      const b = box.getBoundingClientRect();
      if (a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        wrong.push("on a box: " + words);
    }
  });
  const light = s => { const [r, g, b] = s.match(/[0-9.]+/g).map(Number); return (2 * r + 7 * g + b) / 2550; };
  const ground = light(getComputedStyle(svg.querySelector(".bg")).fill);
  const contrast = Math.min(...texts.map(t => Math.abs(light(getComputedStyle(t[2]).fill) - ground)));
  document.title = "measured";
  const out = document.createElement("pre");
  out.id = "measured";
  out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(
    {wrong: wrong.slice(0, 20), texts: texts.length, ground, contrast,
     dark: matchMedia("(prefers-color-scheme: dark)").matches}))));
  document.body.append(out);
});
</script></body>"""


def browse(page, dark):
    """What MEASURE says of a page."""
    with tempfile.TemporaryDirectory(prefix="pageloupe-browser-") as folder:
        file = pathlib.Path(folder) / "page.html"
        # The page itself forbids scripts.
        page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        file.write_text(page.replace("</body>", MEASURE), encoding="utf-8")
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--disable-dev-shm-usage", "--disable-default-apps", f"--user-data-dir={folder}/profile",
                   "--window-size=1000,3000", *(["--force-dark-mode"] if dark else []), file.as_uri()]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                              env={**os.environ, "HOME": folder})
        found = re.search(rb'<pre id="measured">([^<]*)</pre>', done.stdout)
        if not found:
            raise AssertionError(f"the browser measured nothing: {done.returncode} {done.stderr[-2000:]}")
        return json.loads(base64.b64decode(found.group(1)))


@contextlib.contextmanager
def python(script, *arguments):
    with other_process("/usr/bin/python3", "-c", script, *arguments, ready=True) as process:
        yield process.pid


def kernel_thread():
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (directory / "stat").read_text(encoding="utf-8", errors="replace")
            if int(stat.rpartition(") ")[2].split()[6]) & 0x200000:
                return int(directory.name)
    return None


class Heat(unittest.TestCase):
    def test_cells_are_as_full_as_their_part_of_the_mapping(self):
        process = subprocess.Popen([sys.executable, "-c", HALF], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with contextlib.closing(process.stdin), contextlib.closing(process.stdout):
            addresses = process.stdout.readline().decode().strip()
            plain = PPMAP.lines("--picture", "-A", addresses, process.pid)
            heat = PPMAP.lines("--picture", "--heat", "-A", addresses, process.pid)
            down = PPMAP.lines("--picture=down", "--heat", "-A", addresses, process.pid)
        process.wait()
        self.assertTrue(all(set(cells) == {"▒"} for cells in cells_of(plain)), plain)
        cells = "".join(reversed([line[::-1] for line in cells_of(heat)]))[::-1]
        self.assertRegex("".join(cells_of(down)), r"\A█+[█▓▒░]? +\Z")
        self.assertEqual(cells.count("█") // 8, cells.count(" ") // 8, heat)
        self.assertEqual(len(heat), len(plain))

    def test_needs_a_picture(self):
        done = PPMAP.run("--heat", os.getpid())
        self.assertEqual(done.returncode, 2 if b"Try" in done.stderr else done.returncode)
        self.assertIn(b"--heat is for --picture", done.stderr)


def cells_of(lines):
    """What is in the boxes of a picture, line by line."""
    found = [re.search("│([^│]*)│", line) for line in lines]
    return [match.group(1) for match in found if match]


class Pictures(unittest.TestCase):
    def picture(self, *arguments, columns=80, **environment):
        done = PPMAP.run("--picture", *arguments, check=0,
                         env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": str(columns), **environment})
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().splitlines()

    def test_fits_any_width(self):
        with Target() as target:
            for columns in (40, 60, 80, 120):
                lines = self.picture(target.pid, columns=columns)
                self.assertLessEqual(max(map(len, lines)), columns)
                self.assertIn("stack", "\n".join(lines))

    def test_without_utf8_it_is_ascii(self):
        with Target() as target:
            for environment in ({"LC_ALL": "C"}, {"TERM": "dumb"}):
                self.assertTrue("\n".join(self.picture(target.pid, **environment)).isascii())
            self.assertTrue("\n".join(self.picture("--ascii", target.pid)).isascii())

    def test_colours_only_where_they_are_wanted(self):
        with Target() as target:
            self.assertNotIn("\x1b", "\n".join(self.picture(target.pid)))
            self.assertIn("\x1b[35m", "\n".join(self.picture("--color", "always", target.pid, NO_COLOR="1")))

    def test_thousands_of_mappings(self):
        with python(MANY) as pid:
            count = len(pathlib.Path(f"/proc/{pid}/maps").read_bytes().splitlines())
            self.assertGreater(count, 60000)
            lines = self.picture(pid)
            self.assertLess(len(lines), 100)
            self.assertTrue(any(re.search(r"\[stack\]$", line) for line in lines))
            self.assertIn(f"in {count - 1} mappings", "\n".join(lines))  # [vsyscall] is not counted
            self.assertLessEqual(len(self.picture("--height", 24, pid)), 24)

    def test_sums_are_those_of_the_map(self):
        with Target() as target:
            kinds = json.loads(PPMAP.run("--by", "kind", "--json", target.pid, check=0).stdout)
            groups = {row["kind"]: row["mappings"] for row in kinds["processes"][0]["groups"]}
            text = "\n".join(self.picture(target.pid, columns=200))
            for kind in groups:
                self.assertRegex(text, rf"██ {kind} ")

    def test_no_memory_is_a_sentence_and_no_failure(self):
        pid = kernel_thread()
        if pid is None:
            self.skipTest("no kernel thread is seen here")
        done = PPMAP.run("--picture", pid)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"a kernel thread has no memory of its own", done.stdout)

    @tools.need_root()
    def test_refusals(self):
        with Target() as target, gone_pid() as gone:
            done = PPMAP.run("--picture", gone, target.pid)
            self.assertEqual(done.returncode, 42)
            self.assertIn(b"[stack]", done.stdout)
            done = PPMAP.run("--picture", target.pid, nobody=True)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(b"belongs to another user", done.stderr)

    def test_several_processes_have_a_picture_each(self):
        with Target() as target:
            lines = self.picture(target.pid, target.child)
            self.assertEqual(sum(line.startswith((f"{target.pid}: ", f"{target.child}: ")) for line in lines), 2)

    def test_usage(self):
        for arguments in (["--picture", "--json"], ["--picture=left"], ["--picture", "--height", "3"],
                          ["--picture", "--sort", "rss"], ["--picture", "-x"], ["--ascii"], ["--height", "30"],
                          ["--color", "always"], ["--color", "sometimes"], ["--svg", ""], ["--svg", "-", "--picture"],
                          ["--svg", "-", "--html", "-"], ["--svg", "a", "--html", "a"], ["--picture", "-b"]):
            done = PPMAP.run(*arguments, "self")
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            svg, html = f"{folder}/a.svg", f"{folder}/a.html"
            done = PPMAP.run("--svg", svg, "--html", html, "self", check=0)
            self.assertEqual(done.stdout, b"")
            self.assertEqual(sorted(os.listdir(folder)), ["a.html", "a.svg"])
            self.assertTrue(pathlib.Path(svg).read_text(encoding="utf-8").startswith("<svg "))
            os.symlink("a.svg", f"{folder}/link")
            for path, why in ((f"{folder}/link", b"symbolic link"), (f"{folder}/no/a.svg", b"No such file"),
                              ("/dev/full", b"No space left")):
                done = PPMAP.run("--svg", path, "self")
                self.assertEqual(done.returncode, 1)
                self.assertIn(why, done.stderr)
        self.assertTrue(PPMAP.run("--svg", "-", "self", check=0).stdout.endswith(b"</svg>\n"))


@unittest.skipUnless(BROWSER, "chromium is not installed")
class Browser(unittest.TestCase):
    def check(self, *pids):
        page = PPMAP.run("--html", "-", *pids, check=0).stdout.decode()
        self.assertNotIn("<script", page)
        for dark in (False, True):
            found = browse(page, dark)
            self.assertEqual(found["wrong"], [])
            self.assertEqual(found["dark"], dark)
            self.assertEqual(found["ground"] < 0.5, dark)
            self.assertGreater(found["contrast"], 0.4)
            self.assertGreater(found["texts"], 1)

    def test_shell_and_kernel_thread(self):
        with other_process("/bin/bash", "-c", "echo ready; read", ready=True) as shell:
            self.check(*filter(None, (shell.pid, kernel_thread())))

    def test_threads(self):
        with python(THREADS) as pid:
            self.check(pid)

    def test_thousands_of_mappings(self):
        with python(MANY) as pid:
            self.check(pid)

    def test_hostile_names(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("</text><script>alert(1)</script>".replace("/", "\\"), "日本語" * 25, "\u202e&<\"'\n\x1b[2J"):
                path = pathlib.Path(folder) / name
                path.write_bytes(b"x" * 4096)
                with python(HOSTILE, str(path)) as pid:
                    self.check(pid)


if __name__ == "__main__":
    runner.main()
