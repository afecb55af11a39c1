#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The chain that a fleet has: pstat writes a file, node_exporter reads it, Prometheus asks node_exporter."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from metrics import metrics_of, promtool, value_of  # noqa: E402
from tools import NOBODY, Tool, built, need_program, need_root, reachable_copy  # noqa: E402

PSTAT = Tool(built("pstat"))
SHARE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "fleet"
PATIENCE = 90
# Under a name of its own it holds memory, and touches 1,000 pages more for each line of its input.
HOLDER = """
import ctypes, mmap, sys
ctypes.CDLL(None).prctl(15, sys.argv[1].encode(), 0, 0, 0)
kept = []
def hold(pages):
    memory = mmap.mmap(-1, pages * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for page in range(pages):
        memory[page * 4096] = 1
    kept.append(memory)
    print(flush=True)
hold(5000)
for line in sys.stdin:
    hold(1000)
"""
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            if found := condition():
                return found
        time.sleep(0.2)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


@need_root()
@need_program("prometheus")
@need_program("prometheus-node-exporter")
class Chain(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.textfiles = self.folder / "textfile"
        self.textfiles.mkdir()
        self.textfiles.chmod(0o777)
        self.ports = free_port(), free_port()

    def enterContext(self, context):  # noqa: N802, which unittest has from Python 3.11 on
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def start(self, *command, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        process = subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL, **options)

        def end():
            process.kill()
            process.communicate()

        self.addCleanup(end)
        return process

    def start_chain(self):
        node, server = self.ports
        self.start("prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{node}", "--collector.disable-defaults",
                   "--collector.textfile", f"--collector.textfile.directory={self.textfiles}")
        config = self.folder / "prometheus.yml"
        config.write_text(CONFIG.format(port=node, rules=SHARE / "prometheus/alerts.yml"), encoding="ascii")
        self.start("prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{server}",
                   f"--storage.tsdb.path={self.folder}/data")

    def start_exporter(self, name, key, nobody=False):
        program = reachable_copy(built("pstat")) if nobody else built("pstat")
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if nobody else {}
        return self.start(program, "--format", "prometheus", "--group-by", key, "-d", "1", "--max-groups", "1000",
                          "--output-file", self.textfiles / name, stdin=subprocess.DEVNULL, **user)

    def query(self, expression):
        url = f"http://127.0.0.1:{self.ports[1]}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"]

    def value(self, expression):
        found = self.query(expression)
        return float(found[0]["value"][1]) if found else None

    def hold(self):
        name = f"holder{os.getpid()}"
        holder = self.start(sys.executable, "-c", HOLDER, name, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holder.stdout.readline()
        return name, holder

    def equals_pstat(self, name):
        """What Prometheus has of a group is what pstat says of it: true, or false where that is of another moment."""
        rows = PSTAT.run("--group-by", "comm", "-o", "rss,uss,swap,pte,nlwp,anon_huge_pages", "-C", name, "--json", check=0)
        row, = json.loads(rows.stdout)["processes"]
        return all(self.value(f'pageloupe_{key}{{comm="{name}"}}') == value for key, value in row.items()
                   if key not in ("comm", "denied"))

    def test_values_counters_denials_and_ends_reach_prometheus(self):
        name, holder = self.hold()
        exporter = self.start_exporter("pageloupe.prom", "comm")
        other = self.start_exporter("nobody.prom", "user", nobody=True)
        self.start_chain()

        os.kill(holder.pid, signal.SIGSTOP)
        wait_until(lambda: self.query(f'pageloupe_uss_bytes{{comm="{name}"}}') and self.equals_pstat(name), "pstat's values")
        self.assertGreaterEqual(self.value(f'pageloupe_uss_bytes{{comm="{name}"}}'), 5000 * 4096)

        before = self.value(f'pageloupe_min_flt_total{{comm="{name}"}}')
        os.kill(holder.pid, signal.SIGCONT)
        holder.stdin.write(b"\n")
        holder.stdin.flush()
        wait_until(lambda: self.value(f'pageloupe_min_flt_total{{comm="{name}"}}') >= before + 1000, "its page faults")

        # An exporter without rights says how many processes its sums lack.
        denied = wait_until(lambda: self.value('sum(pageloupe_denied_processes{user!=""})'), "denied processes")
        self.assertGreater(denied, 1)
        self.assertEqual(self.query('ALERTS{alertname="PageloupeDenied"}')[0]["metric"]["alertstate"], "pending")

        # Ended, it takes its file away; killed, the file stays and its time tells.
        other.send_signal(signal.SIGTERM)
        self.assertEqual(other.wait(PATIENCE), 0)
        exporter.kill()
        exporter.wait()
        wait_until(lambda: not self.query('pageloupe_build_info{group_by="user"}'), "that the file is gone")
        age = 'time() - node_textfile_mtime_seconds{file=~".*pageloupe.prom"}'
        wait_until(lambda: self.value(age) > 3, "the age of the file")
        self.assertEqual(self.value("count(node_textfile_mtime_seconds)"), 1)
        self.assertEqual(self.value("node_textfile_scrape_error"), 0)
        self.assertTrue(self.query(f'pageloupe_uss_bytes{{comm="{name}"}}'))


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "a.prom")
            PSTAT.run("--format", "prometheus", "--group-by", "comm", "-d", "0.1", "-n", "2", "--output-file", file, check=0)
            cls.exported = set(re.findall(r"(?m)^# TYPE (\w+)", file.read_text(encoding="utf-8")))

    def assert_exported(self, text):
        named = set(re.findall(r"pageloupe_\w+", text))
        self.assertGreater(len(named), 5)
        self.assertEqual(named - self.exported, set())

    def test_every_metric_of_the_dashboard_is_exported(self):
        dashboard = json.loads((SHARE / "grafana/pageloupe.json").read_text(encoding="utf-8"))
        expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(expressions), 20)
        self.assert_exported("\n".join(expressions))
        self.assert_exported(json.dumps(dashboard["templating"]) + "\n".join(expressions))
        places = [panel["gridPos"] for panel in dashboard["panels"]]
        for i, one in enumerate(places):
            self.assertLessEqual(one["x"] + one["w"], 24)
            for two in places[:i]:
                self.assertFalse(one["x"] < two["x"] + two["w"] and two["x"] < one["x"] + one["w"]
                                 and one["y"] < two["y"] + two["h"] and two["y"] < one["y"] + one["h"], (one, two))

    def test_every_metric_of_the_alerts_is_exported(self):
        text = (SHARE / "prometheus/alerts.yml").read_text(encoding="utf-8")
        self.assert_exported(re.sub(r"(?m)^ *#.*$", "", text))

    @need_program("promtool")
    def test_promtool_takes_the_alerts_and_they_fire(self):
        rules = SHARE / "prometheus/alerts.yml"
        self.assertIn("SUCCESS", promtool("check", "rules", str(rules)))
        series = {'node_textfile_mtime_seconds{instance="a",file="/d/pageloupe.prom"}': "0x20",
                  'up{job="node",instance="b"}': "1x20",
                  'pageloupe_denied_processes{instance="a",comm="x"}': "3x20",
                  'pageloupe_blocked_processes{instance="a",comm="x"}': "1x20",
                  'pageloupe_swap_bytes{instance="a",comm="x"}': "3000000000x20",
                  'pageloupe_pss_anon_bytes{instance="a",comm="x"}': "1000000000x20"}
        fired = {"PageloupeStale": 'instance: a, file: /d/pageloupe.prom, severity: warning',
                 "PageloupeAbsent": 'instance: b, job: node, severity: info',
                 "PageloupeDenied": 'instance: a, severity: info',
                 "ProcessMemoryDoesNotAnswer": 'instance: a, comm: x, severity: warning',
                 "GroupSwapsOut": 'instance: a, comm: x, severity: info'}
        text = f"rule_files: ['{rules}']\ntests:\n  - interval: 1m\n    input_series:\n"
        for name, values in series.items():
            text += f"      - {{series: '{name}', values: '{values}'}}\n"
        text += "    promql_expr_test: []\n    alert_rule_test:\n"
        for name in ("PageloupeFallsBehind", "PageTablesAreLarge"):
            text += f"      - {{eval_time: 18m, alertname: {name}, exp_alerts: []}}\n"
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "test.yml")
            file.write_text(text, encoding="utf-8")
            self.assertIn("SUCCESS", promtool("test", "rules", str(file)))
            for name, labels in fired.items():
                # Annotations would have to be given word for word: that it fires is seen from the complaint that it does.
                file.write_text(text + f"      - {{eval_time: 18m, alertname: {name}, exp_alerts: []}}\n", encoding="utf-8")
                said = promtool("test", "rules", str(file))
                self.assertIn("FAILED", said, name)
                for label in labels.split(", "):
                    key, value = label.split(": ")
                    self.assertIn(f'{key}="{value}"', said, name)


@need_root()
@need_program("setpriv")
class Rights(unittest.TestCase):
    def test_the_right_that_the_unit_has_is_enough_and_is_needed(self):
        unit = (SHARE / "systemd/pageloupe-exporter.service.in").read_text(encoding="utf-8")
        self.assertEqual(re.search(r"(?m)^AmbientCapabilities=(.*)$", unit).group(1), "CAP_SYS_PTRACE")
        program = reachable_copy(built("pstat"))
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
        ptrace = ["--bounding-set=-all,+sys_ptrace", "--inh-caps=-all,+sys_ptrace", "--ambient-caps=-all,+sys_ptrace"]
        with subprocess.Popen(["sleep", "60"]) as other:
            def denied(*prefix):
                done = subprocess.run([*prefix, program, "-p", str(other.pid), "--group-by", "user", "--format", "prometheus"],
                                      stdout=subprocess.PIPE, check=True, timeout=60)
                return value_of(metrics_of(done.stdout.decode()), "pageloupe_denied_processes", user="root")

            self.assertEqual(denied(*drop), 1)
            self.assertEqual(denied(*drop, *ptrace), 0)
            other.kill()


@need_program("systemd-analyze")
class Units(unittest.TestCase):
    def test_systemd_takes_the_units(self):
        with tempfile.TemporaryDirectory() as folder:
            for unit in (SHARE / "systemd").glob("*.service.in"):
                file = pathlib.Path(folder, unit.stem)
                text = unit.read_text(encoding="utf-8").replace("@CMAKE_INSTALL_FULL_BINDIR@/pstat", built("pstat"))
                file.write_text(text, encoding="utf-8")
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, check=False,
                                      timeout=60)
                # Of the units of this machine it may complain too.
                self.assertEqual([line for line in done.stderr.splitlines() if unit.stem in line], [])
                options = re.search(r"(?m)^ExecStart=\S+ (.*)$", text).group(1)
                for option in re.findall(r"(?<= )--?[a-z][a-z-]*", options):
                    self.assertIn(option, PSTAT.run("--help", check=0).stdout.decode(), option)


if __name__ == "__main__":
    runner.main()
