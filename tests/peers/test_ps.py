#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pstat against the real ps and smem, on processes that stand still."""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_program, need_root  # noqa: E402

EXIT_NOTHING, EXIT_USAGE, EXIT_PARTIAL = 1, 2, 3
# What moves between two runs: CPU time by a tick, and what is made of it.
MOVING = {"TIME", "%CPU", "C", "ELAPSED", "PSR"}
HOSTILE = re.compile(r"\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}|\\[nrt]|(?<=\?)\.")


def cells(lines):
    """A dictionary a row, by heading; the last column may hold blanks, and each hostile byte, which ps shows as "?"
    or ".", is a "?"."""
    heading = lines[0].split()
    keys = [f"{name} {heading[:i].count(name)}" if name in heading[:i] else name for i, name in enumerate(heading)]
    return [dict(zip(keys, HOSTILE.sub("?", line).split(None, len(keys) - 1))) for line in lines[1:]]


def seconds(text):
    total = 0
    for part in re.split("[-:]", text):
        total = total * 60 + int(part)
    return total


def settled(pid, action, tries=30):
    """action() while what the process holds stayed as it is; the kernel may age or merge its pages at any time."""
    for _ in range(tries):
        before = procfiles.rollup(pid)
        result = action()
        after = procfiles.rollup(pid)
        if all(before[key] == after[key] for key in before if key != "Referenced"):
            return result
    raise AssertionError(f"the memory of {pid} keeps changing")


class PeerTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ps, cls.pstat = Tool("ps"), Tool(built("pstat"))
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)
        cls.family = [*cls.target.group, cls.target.zombie]
        cls.list = ",".join(map(str, cls.family))

    def both(self, *arguments, pids=None):
        arguments = (*arguments, "-p", pids or self.list)
        return self.ps.lines(*arguments), self.pstat.lines(*arguments)

    def assert_cell(self, name, own, peer, what):
        if name in MOVING:
            if name in ("TIME", "ELAPSED"):
                self.assertLessEqual(abs(seconds(own) - seconds(peer)), 5, what)
        else:
            self.assertEqual(own, peer, what)

    def assert_same(self, *arguments, pids=None):
        theirs, ours = self.both(*arguments, pids=pids)
        self.assertEqual(ours[0].split(), theirs[0].split(), arguments)
        peer, own = cells(theirs), cells(ours)
        self.assertEqual(len(own), len(peer), arguments)
        self.assertTrue(peer)
        for mine, other in zip(own, peer):
            for name, text in other.items():
                self.assert_cell(name.split()[0], mine.get(name), text, (arguments, name, mine, other))
        return own


@need_program("ps")
class Names(PeerTest):
    # What only a library of systemd knows, what ps itself prints no value of, and the rows of its own tests.
    NOT_OURS = {"ag_id", "ag_nice", "lim", "lsession", "luid", "machine", "numa", "ouid", "seat", "sgi_p", "uid_hack",
                "uunit", "zone"}
    # ps puts the hierarchy and its controllers in front; m_size is in bytes there; a machine without systemd.
    OTHER_VALUE = {"cgroup", "cgname", "m_size", "slice", "unit"}
    # What differs from one look to the next by what passes between them.
    MOVES = re.compile("pss|uss|cuc|cuu|c|cp|util|%cpu|pcpu|e?time.*|.*times|bsdtime|atime|psr|cpuid|lastcpu")

    def test_every_name_that_ps_knows(self):
        names = [line.split()[0] for line in self.ps.lines("L")]
        names = [name for name in names if name not in self.NOT_OURS and not name.startswith("_")]
        self.assertGreater(len(names), 150)
        with other_process("sh", "-c", "echo ready; read line", ready=True) as process:
            for name in names:
                theirs, ours = (tool.lines("-o", name, "-p", process.pid) for tool in (self.ps, self.pstat))
                self.assertEqual(ours[0].strip(), theirs[0].strip(), name)
                if name not in self.OTHER_VALUE and not self.MOVES.fullmatch(name):
                    self.assertEqual(ours[1].strip(), theirs[1].strip(), name)


@need_program("ps")
class Sizes(PeerTest):
    def numbers(self, tool, columns, pid):
        return tool.run("-o", ",".join(f"{c}=" for c in columns), "-p", pid, check=0).stdout.split()

    def test_reserved_and_resident(self):
        for pid in self.target.group:
            for columns in (("pid", "vsz", "rss"), ("sz", "size", "vsize", "rssize", "rsz")):
                self.assertEqual(self.numbers(self.pstat, columns, pid), self.numbers(self.ps, columns, pid))

    def test_proportional_and_own(self):
        for pid in self.target.group:
            ours, theirs = settled(
                pid, lambda p=pid: [self.numbers(tool, ("pss", "uss"), p) for tool in (self.pstat, self.ps)])
            self.assertEqual(ours, theirs)

    @need_program("smem")
    def test_proportional_and_own_as_smem_has_them(self):
        for pid in self.target.group:
            command = ("-J", "-o", "pss,uss,rss,swap", "-p", pid)
            smem = ("-H", "-P", "/target( |$)", "-c", "pid uss pss rss swap")
            done, theirs, kernel = settled(pid, lambda c=command, s=smem, p=pid: (
                self.pstat.run(*c, check=0), Tool("smem").lines(*s), procfiles.smaps(p)))
            ours = maps_view.document(done)["processes"][0]
            line = next(line.split() for line in theirs if line.split()[0] == str(pid))
            _, uss, pss, rss, swap = (int(word) * 1024 for word in line)
            self.assertEqual((ours["uss_bytes"], ours["rss_bytes"], ours["swap_bytes"]), (uss, rss, swap))
            # smem adds up what the kernel has cut to whole KiB for each mapping.
            self.assertIn(ours["pss_bytes"] - pss, range(0, len(kernel) * 1024))

    def test_sums_of_the_mappings(self):
        for pid in self.target.group:
            command = ("-J", "-o", "rss,uss,smaps_rss,private_clean,private_dirty", "-p", pid)
            done, kernel = settled(pid, lambda c=command, p=pid: (self.pstat.run(*c, check=0), procfiles.smaps(p)))
            ours = maps_view.document(done)["processes"][0]
            self.assertEqual(ours["rss_bytes"], procfiles.cells_sum(kernel, "Rss") * 1024)
            self.assertEqual(ours["rss_bytes"], procfiles.status(pid)["VmRSS"] * 1024)
            self.assertEqual(ours["rss_bytes"], procfiles.rollup(pid)["Rss"] * 1024)
            self.assertEqual(ours["rss_bytes"], ours["smaps_rss_bytes"])
            self.assertEqual(ours["uss_bytes"],
                             procfiles.cells_sum(kernel, "Private_Clean", "Private_Dirty") * 1024)
            self.assertEqual(ours["uss_bytes"], ours["private_clean_bytes"] + ours["private_dirty_bytes"])

    def test_faults_and_switches(self):
        for pid in self.target.group:
            columns = ("min_flt", "maj_flt")
            self.assertEqual(self.numbers(self.pstat, columns, pid), self.numbers(self.ps, columns, pid))
            ours = list(map(int, self.numbers(self.pstat, ("nvcsw", "nivcsw"), pid)))
            status = procfiles.status(pid)
            self.assertEqual(ours, [status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]])

    def test_names_that_ps_prints_a_dash_for_have_values(self):
        status = procfiles.status(self.target.pid)
        keys = {"m_swap": "VmSwap", "vm_data": "VmData", "vm_stack": "VmStk", "vm_lib": "VmLib",
                "nvcsw": "voluntary_ctxt_switches"}
        ours = self.numbers(self.pstat, keys, self.target.pid)
        self.assertEqual(list(map(int, ours)), [status[key] for key in keys.values()])


@need_program("ps")
class Views(PeerTest):
    VIEWS = ((), ("-f",), ("-l",), ("-F",), ("u",), ("v",), ("j",), ("-j",), ("l",), ("-ly",), ("-lf",), ("-fj",),
             ("-c",), ("-P",), ("-fl", "-y"), ("uf",), ("jf",), ("f",), ("-f", "--forest"), ("-H",), ("-fH",),
             ("-L",), ("-T",), ("-fL",), ("-O", "vsz,rss"), ("-w", "-f"), ("ww", "u"))

    def test_every_view_is_that_of_ps(self):
        for view in self.VIEWS:
            self.assert_same(*view)

    def test_arguments_of_others(self):
        with other_process("sh", "-c", "sleep 100 & echo; wait", "a  b", "ü–漢字", ready=True) as shell:
            children = self.ps.lines("-o", "pid=", "--ppid", shell.pid)
            try:
                pids = f"{shell.pid},{children[0].strip()}"
                for view in (("-f",), ("u",), ("-o", "pid,args"), ("--forest", "-o", "pid,ppid,args")):
                    self.assert_same(*view, pids=pids)
            finally:
                for child in children:
                    os.kill(int(child), 9)

    def test_all_processes_with_their_parents(self):
        for view in (("aux",), ("-ef",), ("axjf",), ("-elF",)):
            theirs, ours = cells(self.ps.lines(*view)), cells(self.pstat.lines(*view))
            own = {row["PID"]: row for row in ours}
            same = [row for row in theirs if own.get(row["PID"], {}).get("PPID", "") == row.get("PPID", "")]
            self.assertGreater(len(same), len(theirs) * 0.8, view)
            fixture = [row for row in theirs if int(row["PID"]) in self.family]
            self.assertEqual(len(fixture), len(self.family))
            for row in fixture:
                for name in set(row) - MOVING - {"COMMAND", "CMD"}:
                    self.assertEqual(own[row["PID"]][name], row[name], (view, name))
                command = "COMMAND" if "COMMAND" in row else "CMD"
                branch = " \\_ " if int(row["PID"]) != self.target.pid else ""
                if view == ("axjf",):
                    self.assertTrue(own[row["PID"]][command].endswith(row[command].split(" \\_ ")[-1]))
                    self.assertIn(branch.strip(), own[row["PID"]][command])

    def test_times_of_day(self):
        self.assert_same("-o", "pid,start,stime,etime,time")
        theirs, ours = self.both("-o", "lstart")
        self.assertEqual(ours, theirs)

    def test_share_of_the_processor(self):
        with other_process(sys.executable, "-c", "print(flush=True)\nwhile True: pass", ready=True) as process:
            for _ in range(20):
                life = int(self.ps.lines("-o", "etime=", "-p", process.pid)[0].strip().split(":")[-1])
                if life >= 3:
                    break
                subprocess.run(["sleep", "0.2"], check=True)
            theirs, ours = (float(tool.run("-o", "pcpu=", "-p", process.pid, check=0).stdout)
                            for tool in (self.ps, self.pstat))
            self.assertLess(abs(ours - theirs), 20)
            self.assertGreater(ours, 1)


@need_program("ps")
class Columns(PeerTest):
    def test_identities(self):
        self.assert_same("-o", "pid,ppid,pgid,sid,tpgid,nlwp,user,uid,ruser,ruid,suser,suid")
        self.assert_same("-o", "group,gid,rgroup,rgid,s,stat,ni,pri,opri,cls,f,psr")

    def test_other_names_of_ps_are_the_same_columns(self):
        for names in ("sess=S,thcount=T,euser=U,euid=I,egroup=G,egid=N", "tt=A,tname=B,tty=C,state=D,nice=E,class=F",
                      "lwp=A,spid=B,tid=C,tgid=D", "vsize=A,rssize=B,rsz=C,%mem=D,cputime=E",
                      "flag=A,flags=B,f=C", "ucmd=A", "ucomm=A", "cmd=A", "command=A", "wchan=A", "start_time=A"):
            theirs, ours = self.both("-o", names)
            self.assertEqual([HOSTILE.sub("?", line).split() for line in ours[1:]],
                             [HOSTILE.sub("?", line).split() for line in theirs[1:]], names)

    def test_namespaces(self):
        theirs, ours = self.both("-o", "pidns,mntns")
        self.assertEqual([re.findall(r"\d{4,}|-", line) for line in ours[1:]], [line.split() for line in theirs[1:]])

    def test_chosen_headings(self):
        for columns in ("pid=FOO,rss:12,comm=", "rss:3", "vsz:20=WIDE,pid", "comm:4,pid"):
            theirs, ours = self.both("-o", columns)
            self.assertEqual(ours[0].split(), theirs[0].split(), columns)
        theirs, ours = self.both("-o", "pid=", "-o", "rss=RESIDENT,vsz")
        self.assertEqual(ours[0].split(), theirs[0].split())
        self.assertEqual([line.split() for line in ours[1:]], [line.split() for line in theirs[1:]])

    def test_widths_are_those_that_were_asked_for(self):
        for columns in ("rss:12,vsz:20", "user:20,rss:9", "rss:3,vsz:3", "user:20=U,rss:9=R"):
            theirs, ours = self.both("-o", columns)
            self.assertEqual(ours, theirs, columns)

    def test_text_is_cut_to_its_width(self):
        pids = str(os.getpid())
        for columns in ("comm:3,pid", "args:9,pid", "comm:40,pid"):
            theirs, ours = self.both("-o", columns, pids=pids)
            self.assertEqual([line.split() for line in ours], [line.split() for line in theirs], columns)

    def test_no_headings_at_all_are_no_line(self):
        for columns in (("-o", "pid=,rss="), ("-o", "pid=", "-o", "vsz=")):
            theirs, ours = self.both(*columns)
            self.assertEqual([line.split() for line in ours], [line.split() for line in theirs])

    def test_without_headings(self):
        for option in ("--no-headers", "--no-heading", "h"):
            theirs, ours = self.both("-o", "pid,rss", option)
            self.assertEqual([line.split() for line in ours], [line.split() for line in theirs], option)

    def test_orders(self):
        for order in ("-rss", "rss,pid", "+pid", "-pid", "-uss,pid", "ppid,-pid", "-vsz,rss,-pid"):
            theirs, ours = self.both("-o", "pid,rss", "--sort", order)
            self.assertEqual([line.split() for line in ours], [line.split() for line in theirs], order)

    def test_named_processes_ascend_and_quick_ones_stay(self):
        names = [self.target.rewriter, self.target.pid, self.target.child]
        for option in ("-p", "-q"):
            theirs = self.ps.lines("-o", "pid=", option, ",".join(map(str, names)))
            ours = self.pstat.lines("--no-headers", "-o", "pid", option, ",".join(map(str, names)))
            self.assertEqual([line.strip() for line in ours], [line.strip() for line in theirs])
            self.assertEqual([int(line) for line in ours], sorted(names) if option == "-p" else names)

    def test_lists_by_comma_blank_and_repetition(self):
        a, b, c = self.target.group
        for words in (("-p", f"{a} {b},{c}"), ("-p", f"{a}", "-p", f"{b}", "-p", f"{c}"), (f"{a}", f"{b}", f"{c}"),
                      ("--pid", f"{a},{b}", "--pid", f"{c}"), (f"-p{a},{b},{c}",)):
            theirs, ours = (tool.lines("--no-headers", "-o", "pid", *words) for tool in (self.ps, self.pstat))
            self.assertEqual([line.strip() for line in ours], [line.strip() for line in theirs], words)


@need_program("ps")
class Selection(PeerTest):
    def chosen(self, tool, *arguments):
        """The processes of the fixture among those chosen."""
        found = {int(line) for line in tool.run("-o", "pid=", *arguments).stdout.decode().split()}
        return found & set(self.family)

    def test_selections_choose_what_ps_chooses(self):
        pid, sid, pgid = self.target.pid, os.getsid(0), os.getpgid(0)
        user = self.ps.lines("-o", "user=", "-p", pid)[0].strip()
        for words in (("--ppid", pid), ("-e",), ("-A",), ("-a",), ("-N", "-p", pid), ("-s", sid), ("-g", sid),
                      ("-u", user), ("-U", user), ("-u", os.getuid()), ("-G", os.getgid()), ("ax",), ("-t", "?"),
                      (f"-{pgid}",), (f"+{sid}",), ("x",), ("-C", "none-such"), ("-u", NOBODY), ("r",),
                      ("--deselect", "--ppid", pid), ("-p", pid, "--ppid", pid), ("U", user), ("p", pid)):
            self.assertEqual(self.chosen(self.pstat, *words), self.chosen(self.ps, *words), words)
        self.assertEqual(self.chosen(self.pstat, "--ppid", pid), set(self.family[1:]))

    def test_programs_by_name(self):
        with other_process("sleep", "100") as process:
            while not procfiles.status(process.pid).get("VmRSS") or \
                    self.ps.lines("-o", "comm=", "-p", process.pid) != ["sleep"]:
                pass
            for name in ("sleep", "slee", "sleep,none-such"):
                theirs, ours = (str(process.pid) in tool.run("-o", "pid=", "-C", name).stdout.decode().split()
                                for tool in (self.ps, self.pstat))
                self.assertEqual(ours, theirs, name)


@need_program("ps")
class Counts(PeerTest):
    """Of processes that other tests start and end meanwhile: the lists agree but for those."""

    def pids(self, tool, *arguments, **options):
        return {tuple(line.split()) for line in tool.run(*arguments, **options).stdout.decode().splitlines()[1:]}

    def agree(self, *arguments, ours=(), **options):
        for _ in range(20):
            before = self.pids(self.ps, *arguments, **options)
            own = self.pids(self.pstat, *arguments, *ours)
            after = self.pids(self.ps, *arguments, **options)
            # The two programs see themselves.
            if len((before & after) - own) == 0 and len(own - (before | after)) <= 1:
                return own
        self.fail(f"{arguments}: {(before & after) - own} are missing, or {own - (before | after)} too many")

    def test_processes(self):
        self.assertIn((str(self.target.zombie),), self.agree("-e", "-o", "pid"))

    def test_threads(self):
        rows = self.agree("-eL", "-o", "pid,lwp")
        for tid in self.target.threads:
            self.assertIn((str(self.target.pid), str(tid)), rows)

    def test_without_threads_of_the_kernel(self):
        environment = {**os.environ, "LIBPROC_HIDE_KERNEL": "1"}
        rows = self.agree("-e", "-o", "pid", ours=("--no-kernel",), env=environment)
        self.assertIn((str(self.target.pid),), rows)
        for pid in (pid for pid, in rows if self.ps.run("-o", "ppid=", "-p", pid).stdout.split() == [b"2"]):
            self.assertEqual(procfiles.status(pid).get("Kthread", 0), 0, pid)

    @need_root()
    @need_program("chrt")
    def test_a_real_time_process_has_no_nice_value(self):
        with other_process("chrt", "-f", "7", "sh", "-c", "echo ready; read line", ready=True) as process:
            self.assert_same("-o", "cls,rtprio,pri,ni,stat,opri,comm", pids=str(process.pid))

    def test_narrow_lines_cut_the_last_column_alone(self):
        for width in (3, 20, 40, 47, 48, 60, 80):
            for view in (("-f",), (), ("-o", "pid,rss"), ("-o", "pid,args")):
                theirs, ours = self.both(*view, "--cols", width, pids=str(os.getpid()))
                # ps does not cut headings.
                self.assertEqual(len(ours[1].rstrip()), len(theirs[1].rstrip()), (width, view))

    def test_the_environment_tells_the_width_of_a_pipe_too(self):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "70"}
        line = self.pstat.lines("-f", "-p", os.getpid(), env=environment)[1]
        self.assertEqual(len(line), len(self.ps.lines("-f", "-p", os.getpid(), env=environment)[1]))

    def test_the_environment_hides_threads_of_the_kernel(self):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "LIBPROC_HIDE_KERNEL": "1"}
        shown = set(self.pstat.run("-e", "-o", "pid=", env=environment, check=0).stdout.split())
        kernel = set(self.ps.run("-o", "pid=", "-p", "2", "--ppid", "2").stdout.split())
        self.assertIn(str(self.target.pid).encode(), shown)
        self.assertFalse(shown & kernel)

    def test_threads_below_their_process_show_a_dash_for_what_is_its(self):
        pid = str(self.target.pid)
        for columns in ("pid,tid,stat,time,rss,comm", "ppid,pid,vsz,stat,sid"):
            theirs, ours = self.both("-m", "-o", columns, pids=pid)
            self.assertEqual([HOSTILE.sub("?", line).split()[:5] for line in ours[1:]],
                             [line.split()[:5] for line in theirs[1:]])

    def test_zombies_and_kernel_threads_by_name(self):
        pids = [str(self.target.zombie)]
        if os.path.exists("/proc/2"):
            pids.append("2")
        for pid in pids:
            self.assert_same("-o", "pid,s,vsz,rss,args", pids=pid)
            self.assert_same("-o", "pid,s,comm", pids=pid)


@need_program("ps")
class ExitCodes(PeerTest):
    def codes(self, *arguments):
        return self.pstat.run(*arguments).returncode, self.ps.run(*arguments).returncode

    def test_one_row_is_success(self):
        self.assertEqual(self.codes("-p", self.target.pid), (0, 0))

    def test_no_row_is_failure(self):
        with gone_pid() as gone:
            self.assertEqual(self.codes("-p", gone), (EXIT_NOTHING, 1))
        self.assertEqual(self.codes("-u", "99999"), (EXIT_NOTHING, 1))
        self.assertEqual(self.codes("-C", "none-such"), (EXIT_NOTHING, 1))

    def test_some_that_were_named_are_gone(self):
        with gone_pid() as gone:
            done = self.pstat.run("-o", "pid", "-p", f"{self.target.pid},{gone}")
            # ps says nothing of it.
            self.assertEqual(self.ps.run("-p", f"{self.target.pid},{gone}").returncode, 0)
        self.assertEqual(done.returncode, EXIT_PARTIAL)
        self.assertEqual(done.stdout.split(), [b"PID", str(self.target.pid).encode()])
        self.assertIn(f"{gone}: no such process".encode(), done.stderr)

    @need_root()
    def test_some_that_were_named_may_not_be_read(self):
        done = self.pstat.run("-o", "pid,pss", "-p", self.target.pid, nobody=True)
        self.assertEqual(done.returncode, EXIT_PARTIAL)
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def assert_refused(self, message, *arguments):
        ours, theirs = self.pstat.run(*arguments), self.ps.run(*arguments)
        self.assertEqual((ours.returncode, theirs.returncode, ours.stdout), (EXIT_USAGE, 1, b""), arguments)
        self.assertRegex(ours.stderr.decode(), message)
        self.assertTrue(ours.stderr.startswith(b"pstat: "))

    def test_what_is_unknown_is_refused_with_the_nearest_name(self):
        self.assert_refused("no column is called 'rsss'; did you mean 'rss'", "-o", "rsss")
        self.assert_refused("no column is called 'min_fltt'; did you mean 'min_flt'", "-o", "pid,min_fltt")
        self.assert_refused("no column is called 'none-such-at-all'", "-o", "none-such-at-all")
        self.assert_refused("no column is called 'min_fltt'; did you mean 'min_flt'", "--sort", "-min_fltt")
        self.assert_refused("no user is called 'rooot'; did you mean 'root'", "-u", "rooot")
        self.assert_refused("no user is called 'rooot'", "-U", "rooot")
        self.assert_refused("no group is called 'rooot'; did you mean 'root'", "-G", "rooot")

    def test_lists_that_are_none(self):
        for words in (("-p", "0"), ("-p", "-1"), ("-p", "abc"), ("-p", "1,,2"), ("-p", "1,"), ("-p", "99999999999"),
                      ("-p", ""), ("-p",), ("-u", ""), ("-o", ""), ("-o",), ("-t", "none-such"), ("-o", ",pid"),
                      ("--sort", "--pid"), ("-q", "1", "-u", "root"), ("-p", "1\n2")):
            done = self.pstat.run(*words)
            self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""), words)
            self.assertRegex(done.stderr.decode(), r"(?s)\Apstat: .+\n  Try 'pstat --help'\.\n\Z")
            self.assertNotEqual(self.ps.run(*words).returncode, 0, words)

    def test_unknown_options(self):
        for words in (("--none-such",), ("-Z9",), ("--sort",)):
            self.assertEqual(self.pstat.run(*words).returncode, EXIT_USAGE, words)

    def test_a_reader_that_goes_away_is_no_failure(self):
        for words in (("-e",), ("-e", "-J"), ("-e", "--format", "csv"), ("-d", "0.01", "-p", str(self.target.pid))):
            process = subprocess.Popen([self.pstat.path, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdout.close()
            complaint = process.stderr.read()
            process.stderr.close()
            self.assertEqual((process.wait(timeout=60), complaint), (0, b""), words)

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = self.pstat.run("-e", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left on device", done.stderr)


if __name__ == "__main__":
    runner.main()
