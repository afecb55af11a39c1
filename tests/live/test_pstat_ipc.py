#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pstat --ipc, on programs that know what they talk through; against /proc, ss and dot."""

import collections
import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import gone_pid, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_program, need_root  # noqa: E402

# A parent and a child that it forks, with one of everything. Prints the PIDs, then what is what.
TALKERS = """
import ctypes, fcntl, json, mmap, multiprocessing, os, select, socket, sys, time
from multiprocessing import shared_memory
folder = sys.argv[1]
context = multiprocessing.get_context("fork")
libc = ctypes.CDLL(None, use_errno=True)
facts = {}
def inode(fd):
    return str(os.stat(fd).st_ino)
def child(ready):
    ready.send(1)
    while True:
        time.sleep(1000)
one, other = context.Pipe()
facts["Pipe"] = [inode(one.fileno()), inode(other.fileno())]
queue = context.Queue()
facts["Queue"] = inode(queue._reader.fileno())
lock = context.Lock()
read, write = os.pipe()
os.write(write, b"x" * 100)
facts["pipe"] = inode(read)
left, right = socket.socketpair()
left.send(b"hello")
facts["pair"] = [inode(left.fileno()), inode(right.fileno())]
os.mkfifo(folder + "/fifo")
fifo = os.open(folder + "/fifo", os.O_RDWR)
os.write(fifo, b"12345")
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
client.send(b"abc")
facts["tcp"] = [inode(client.fileno()), inode(accepted.fileno())]
facts["listens"] = inode(server.fileno())
event = os.eventfd(7) if hasattr(os, "eventfd") else libc.eventfd(7, 0)
object = os.memfd_create("object")
os.ftruncate(object, 1 << 20)
memory = mmap.mmap(object, 1 << 20)
anonymous = mmap.mmap(-1, 1 << 16)
shared = shared_memory.SharedMemory(create=True, size=4096)
facts["SharedMemory"] = shared.name
locked = open(folder + "/lock", "w")
fcntl.flock(locked, fcntl.LOCK_EX)
epoll = select.epoll()
epoll.register(read, select.EPOLLIN)
facts["watched"] = read
facts["name"] = f"/pageloupe-{os.getpid()}"
messages = libc.mq_open(facts["name"].encode(), os.O_RDWR | os.O_CREAT, 0o600, None)
if messages >= 0:
    libc.mq_send(messages, b"hello", 5, 0)
facts["mqueue"] = messages >= 0
segment = libc.shmget(0, 8192, 0o600)
libc.shmat.restype = ctypes.c_void_p
libc.shmat(segment, None, 0)
facts["shmid"] = str(segment)
facts["msqid"] = str(libc.msgget(0, 0o600))
libc.msgsnd(int(facts["msqid"]), ctypes.create_string_buffer(b"\\1\\0\\0\\0\\0\\0\\0\\0abcd", 12), 4, 0)
facts["semid"] = str(libc.semget(0, 2, 0o600))
libc.semctl(int(facts["semid"]), 0, 16, 1)
ready, answer = context.Pipe(duplex=False)
process = context.Process(target=child, args=(answer,))
process.start()
ready.recv()
ready.close()
answer.close()
pidfd = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else -1
facts["pidfd"] = pidfd
one.send_bytes(b"to child")
print(os.getpid(), process.pid, json.dumps(facts), flush=True)
sys.stdin.read()
process.kill()
process.join()
libc.mq_unlink(facts["name"].encode())
libc.shmctl(segment, 0, None)
libc.msgctl(int(facts["msqid"]), 0, None)
libc.semctl(int(facts["semid"]), 0, 0)
shared.unlink()
"""


class Talkers:
    def __init__(self, pid, child, facts):
        self.pid, self.child, self.facts = pid, child, facts


@contextlib.contextmanager
def talkers(user=None):
    options = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    with tempfile.TemporaryDirectory(prefix="pageloupe-ipc-") as folder:
        os.chmod(folder, 0o777)
        process = subprocess.Popen(["/usr/bin/python3", "-c", TALKERS, folder], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, cwd="/", start_new_session=True, **options)
        try:
            pid, child, facts = process.stdout.readline().decode().split(" ", 2)
            yield Talkers(int(pid), int(child), json.loads(facts))
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()


def pstat():
    return Tool(built("pstat"))


class Channels:
    """Rows of a document, by type and ID."""

    def __init__(self, document):
        self.document = document
        self.by_id = collections.defaultdict(list)
        for row in document["ends"]:
            self.by_id[row["type"], row["id"]].append(row)

    def of(self, kind):
        return {key[1]: rows for key, rows in self.by_id.items() if key[0] == kind}

    def named(self, kind, name):
        return next(rows for rows in self.of(kind).values() if re.search(name, rows[0]["name"]))

    def pair(self, kind, inodes):
        return next(rows for key, rows in self.of(kind).items() if set(key.split("-")) == set(inodes))


def ends(rows):
    return {(row["pid"], row["role"]) for row in rows}


class OneOfEach(unittest.TestCase):
    def check(self, them, channels):
        facts, both = them.facts, {them.pid, them.child}

        def holders(rows):
            return {row["pid"] for row in rows if row["inside"]}

        pipe = channels.by_id["pipe", facts["pipe"]]
        self.assertEqual(pipe[0]["waiting_bytes"], 100)
        self.assertEqual(ends(pipe), {(pid, role) for pid in both for role in ("read", "write")})
        self.assertEqual(holders(channels.by_id["pipe", facts["Queue"]]), both)
        self.assertEqual(channels.named("fifo", "/fifo$")[0]["waiting_bytes"], 5)
        pair = channels.pair("unix", facts["pair"])
        self.assertEqual((pair[0]["waiting_bytes"], holders(pair)), (5, both))
        # The length of a message goes before it.
        self.assertEqual(channels.pair("unix", facts["Pipe"])[0]["waiting_bytes"], 4 + len("to child"))
        tcp = channels.pair("tcp", facts["tcp"])
        self.assertEqual((tcp[0]["waiting_bytes"], holders(tcp)), (3, both))
        self.assertEqual(channels.by_id["tcp", facts["listens"]][0]["role"], "listen")
        # A Lock is one, a Queue has more; they have no name, and each is a mapping.
        self.assertGreaterEqual(len(channels.of("semaphore")), 3)
        for rows in channels.of("semaphore").values():
            self.assertEqual({(row["pid"], row["role"]) for row in rows}, {(pid, "map") for pid in both})
        memory = channels.named("memory", "^/memfd:object")
        self.assertEqual((memory[0]["size_bytes"], holders(memory)), (1 << 20, both))
        self.assertEqual(channels.named("memory", "^/dev/zero")[0]["size_bytes"], 1 << 16)
        self.assertIn("SharedMemory", channels.named("memory", facts["SharedMemory"])[0]["note"])
        self.assertEqual(channels.by_id["memory", facts["shmid"]][0]["note"], "sysv-shm")
        lock = channels.named("lock", "/lock$")
        self.assertIn((them.pid, "hold"), ends(lock))
        self.assertIn("FLOCK write", lock[0]["note"])
        event = next(iter(channels.of("eventfd").values()))
        self.assertEqual(event[0]["count"], 7)
        self.assertEqual(event[0]["note"] + str(sorted(row["pid"] for row in event)), str(sorted(both)))
        self.assertIn(f"fd {facts['watched']}", {rows[0]["note"] for rows in channels.of("epoll").values()})
        if facts["pidfd"] >= 0:
            self.assertEqual(ends(channels.by_id["pidfd", str(them.child)]),
                             {(them.pid, "open"), (them.child, "target")})
        if facts["mqueue"]:
            queue = channels.named("mqueue", facts["name"])
            self.assertEqual((queue[0]["waiting_bytes"], holders(queue)), (5, both))
        queue = channels.by_id["sysv-queue", facts["msqid"]]
        self.assertEqual((queue[0]["waiting_bytes"], queue[0]["count"], ends(queue)), (4, 1, {(them.pid, "last-sent")}))
        self.assertEqual(ends(channels.by_id["sysv-sem", facts["semid"]]), {(them.pid, "last-used")})

    def test_each_is_recognised_with_its_ends(self):
        with talkers() as them:
            channels = Channels(maps_view.document(pstat().run("-J", "--ipc", them.pid, them.child, check=0)))
            self.check(them, channels)
            self.check_every_pipe(them, channels)
            # What was asked has taken nothing.
            again = Channels(maps_view.document(pstat().run("-J", "--ipc", "--tree", them.pid, check=0)))
            self.check(them, again)

    def check_every_pipe(self, them, channels):
        """Held against the links and flags of /proc."""
        for pid in (them.pid, them.child):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                link = os.readlink(f"/proc/{pid}/fd/{fd}")
                if not link.startswith("pipe:["):
                    continue
                with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
                    flags = int(re.search(r"flags:\t(\d+)", file.read()).group(1), 8)
                row = next(row for row in channels.by_id["pipe", link[6:-1]] if (row["pid"], row["fd"]) == (pid, int(fd)))
                self.assertEqual(row["role"], ["read", "write", "both"][flags & 3])

    @need_root()
    def test_an_ordinary_user_sees_their_own(self):
        with talkers(user=NOBODY) as them:
            done = pstat().run("-J", "--ipc", them.pid, them.child, nobody=True, check=0)
            self.check(them, Channels(maps_view.document(done)))
        self.assertIn(b"may not be read", done.stderr)
        self.assertGreater(maps_view.document(done)["outside_denied"], 0)

    def test_few_descriptors_are_enough(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
        with talkers() as them:
            done = pstat().run("-J", "--ipc", them.pid, them.child, check=0, preexec_fn=few)
            self.check(them, Channels(maps_view.document(done)))

    @need_program("ss")
    def test_peers_are_those_of_ss(self):
        with talkers() as them:
            channels = Channels(maps_view.document(pstat().run("-J", "--ipc", them.pid, check=0)))
            text = subprocess.run(["ss", "-xanH"], stdout=subprocess.PIPE, check=True, text=True).stdout
        peers = {words[5]: words[7] for words in map(str.split, text.splitlines()) if len(words) > 7}
        for key in channels.of("unix"):
            one, _, other = key.partition("-")
            if other:
                self.assertEqual(peers.get(one), other)

    @schema.need_validator
    def test_documents_keep_to_their_schema(self):
        with talkers() as them:
            done = pstat().run("-J", "--ipc", "--tree", them.pid, check=0)
            rows = maps_view.csv_rows(pstat().run("--ipc", them.pid, "--format", "csv", check=0))
        schema.validator(pstat(), "schema-ipc").validate(json.loads(done.stdout))
        self.assertEqual(list(rows[0]), [key for key in json.loads(done.stdout)["ends"][0]])


class Graph(unittest.TestCase):
    @need_program("dot")
    def test_dot_draws_it(self):
        with talkers() as them:
            graph = pstat().run("--ipc", them.pid, them.child, "--dot", check=0).stdout
            drawn = subprocess.run(["dot", "-Tsvg"], input=graph, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   check=True)
        self.assertEqual(drawn.stderr, b"")
        for pid in (them.pid, them.child):
            self.assertIn(f"{pid} ".encode(), drawn.stdout)
            self.assertIn(f"p{pid} [label=".encode(), graph)
        self.assertRegex(graph.decode(), r'p\d+ -> p\d+ \[dir=both, label="unix')

    @need_program("dot")
    def test_a_hostile_name_does_not_end_its_quotes(self):
        program = "import ctypes, os, sys, time\nr, w = os.pipe()\nctypes.CDLL(None).prctl(15, b'a\"]\\n\\\\;x\\x1b[2J')\n" \
                  "os.fork()\nprint(flush=True)\ntime.sleep(1000)"
        with other_process("/usr/bin/python3", "-c", program, ready=True) as process:
            graph = pstat().run("--ipc", "--tree", process.pid, "--dot", check=0).stdout
            for child in subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE,
                                        check=False).stdout.split():
                os.kill(int(child), signal.SIGKILL)
        self.assertNotIn(b"\x1b", graph)
        subprocess.run(["dot", "-Tsvg"], input=graph, stdout=subprocess.DEVNULL, check=True)
        self.assertIn(b'a\\"]\\\\n', graph)


class Conditions(unittest.TestCase):
    def test_a_fifo_that_has_lost_its_writer_does_not_keep_it_waiting(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "fifo")
            os.mkfifo(path)
            end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                document = maps_view.document(pstat().run("-J", "--ipc", os.getpid(), check=0))
            finally:
                os.close(end)
        row = next(row for row in document["ends"] if row["type"] == "fifo")
        self.assertEqual((row["role"], row["waiting_bytes"]), ("read", 0))

    def test_who_waits_for_a_lock(self):
        program = "import fcntl, sys\nf = open(sys.argv[1], 'w')\nprint(flush=True)\nfcntl.flock(f, fcntl.LOCK_EX)"
        import fcntl
        with tempfile.NamedTemporaryFile() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with other_process(sys.executable, "-c", program, file.name, ready=True) as waiter:
                for _ in range(600):
                    document = maps_view.document(pstat().run("-J", "--ipc", waiter.pid, check=0))
                    rows = [row for row in document["ends"] if row["type"] == "lock" and file.name in row["name"]]
                    if rows:
                        break
        self.assertEqual(ends(rows), {(os.getpid(), "hold"), (waiter.pid, "wait")})
        self.assertEqual({row["pid"]: row["inside"] for row in rows}, {os.getpid(): False, waiter.pid: True})

    @need_root()
    def test_denied_processes_are_said(self):
        with other_process("sleep", "100", user=NOBODY) as mine:
            done = pstat().run("-J", "--ipc", mine.pid, os.getpid(), nobody=True, check=3)
            alone = pstat().run("-J", "--ipc", os.getpid(), nobody=True, check=1)
        self.assertEqual([(e["pid"], e["reason"]) for e in maps_view.document(done)["errors"]],
                         [(os.getpid(), "denied")])
        self.assertIn(b"1 of 2 processes could not be read: permission denied", done.stderr)
        self.assertEqual(maps_view.document(alone)["ends"], [])

    def test_many_descriptors_that_come_and_go(self):
        program = "import os, sys\nheld = [os.pipe() for _ in range(400)]\nprint(flush=True)\n" \
                  "while True:\n r, w = os.pipe()\n os.close(r)\n os.close(w)"
        with other_process(sys.executable, "-c", program, ready=True) as process:
            document = maps_view.document(pstat().run("-J", "--ipc", process.pid, check=0))
        self.assertGreaterEqual(len({row["id"] for row in document["ends"] if row["type"] == "pipe"}), 400)

    def test_zombies_and_kernel_threads_have_none(self):
        child = os.fork()
        if child == 0:
            os._exit(0)
        try:
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
            pids = [child, 2] if os.path.exists("/proc/2/comm") and os.geteuid() == 0 else [child]
            document = maps_view.document(pstat().run("-J", "--ipc", *pids, check=0 if os.geteuid() == 0 else None))
            self.assertEqual(document["ends"], [])
        finally:
            os.waitpid(child, 0)

    def test_what_it_cannot_be_asked(self):
        for wrong in (["--ipc"], ["--dot", "1"], ["--ipc", "1", "-d", "1"], ["--ipc", "1", "-o", "pid"],
                      ["--ipc", "1", "--footprint"], ["--ipc", "1", "--dot", "-J"], ["--ipc", "-L", "1"]):
            self.assertEqual(pstat().run(*wrong).returncode, 2, wrong)
        with gone_pid() as gone:
            self.assertEqual(pstat().run("--ipc", gone).returncode, 1)


if __name__ == "__main__":
    runner.main()
