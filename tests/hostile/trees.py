# SPDX-License-Identifier: MIT
"""Captured /proc trees that no kernel wrote: of any size, and damaged at random, by a seed."""

import os
import shutil

STAT = "{pid} ({comm}) S 1 {pid} {pid} 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 1 0 {start} 10485760 256 18446744073709551615 " \
       "1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
STATUS = "Name:\t{comm}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\nPPid:\t1\nTracerPid:\t0\n" \
         "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmSize:\t   10240 kB\nVmRSS:\t    1024 kB\nThreads:\t1\n"
SMAPS_KEYS = "Size:{0} Rss:{0} Pss:{0} Shared_Clean:0 Shared_Dirty:0 Private_Clean:0 Private_Dirty:{0} Referenced:{0} Anonymous:{0} Swap:0"


def write(root, name, text):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def machine(root, pid_max=4194304):
    """The files of the machine itself."""
    write(root, "stat", "cpu  100 0 100 1000 0 0 0 0 0 0\ncpu0 100 0 100 1000 0 0 0 0 0 0\nctxt 1\nbtime 1700000000\nprocesses 9\n")
    write(root, "meminfo", "MemTotal:  16000000 kB\nMemFree:  8000000 kB\nMemAvailable:  9000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
    write(root, "uptime", "100000.00 90000.00\n")
    write(root, "loadavg", "0.00 0.00 0.00 1/2 3\n")
    write(root, "sys/kernel/pid_max", f"{pid_max}\n")


def mapping(start, end, name="", kib=4, rights="rw-p"):
    text = f"{start:08x}-{end:08x} {rights} 00000000 00:00 0 {name}\n"
    for part in SMAPS_KEYS.format(kib).split():
        key, value = part.split(":")
        text += f"{key}:{value:>15} kB\n"
    return text + "VmFlags: rd wr mr mw me ac\n"


def process(root, pid, comm="x", start=5, smaps=""):
    folder = str(pid)
    write(root, f"{folder}/stat", STAT.format(pid=pid, comm=comm, start=start))
    write(root, f"{folder}/status", STATUS.format(pid=pid, comm=comm))
    write(root, f"{folder}/statm", "2560 256 100 1 0 100 0\n")
    write(root, f"{folder}/cmdline", f"{comm}\0--argument\0")
    write(root, f"{folder}/smaps", smaps)
    write(root, f"{folder}/maps", "".join(line + "\n" for line in smaps.splitlines() if "-" in line[:20]))
    write(root, f"{folder}/task/{pid}/stat", STAT.format(pid=pid, comm=comm, start=start))
    write(root, f"{folder}/task/{pid}/status", STATUS.format(pid=pid, comm=comm))


def many(root, count, first):
    """So many processes; what is the same in all is one file."""
    write(root, "same/statm", "2560 256 100 1 0 100 0\n")
    write(root, "same/cmdline", "x\0--argument\0")
    for pid in range(first, first + count):
        folder = f"{root}/{pid}"
        os.mkdir(folder)
        with open(folder + "/stat", "w", encoding="ascii") as file:
            file.write(STAT.format(pid=pid, comm=f"p{pid}", start=pid))
        for name in ("statm", "cmdline"):
            os.link(f"{root}/same/{name}", f"{folder}/{name}")


NUMBERS = [b"0", b"-1", b"18446744073709551615", b"18446744073709551616", b"9223372036854775807", b"99999999999999999999999999",
           b"1e9", b"0x10", b"", b" ", b"\xff", b"4194304", b"2147483648", b"nan"]


def damage(text, choice):
    """The text after one to three accidents."""
    for _ in range(choice.randrange(1, 4)):
        what = choice.randrange(9)
        lines = text.split(b"\n")
        at = choice.randrange(len(text)) if text else 0
        line = choice.randrange(len(lines))
        if what == 0:
            text = text[:at]
        elif what == 1:
            text = text[:at] + bytes([text[at] ^ 1 << choice.randrange(8)]) + text[at + 1:] if text else b"\x80"
        elif what == 2:
            lines.insert(line, lines[choice.randrange(len(lines))])
            text = b"\n".join(lines)
        elif what == 3:
            other = choice.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
            text = b"\n".join(lines)
        elif what == 4:
            words = lines[line].split(b" ")
            words[choice.randrange(len(words))] = choice.choice(NUMBERS)
            lines[line] = b" ".join(words)
            text = b"\n".join(lines)
        elif what == 5:
            del lines[line]
            text = b"\n".join(lines)
        elif what == 6:
            text = text[:at] + choice.randbytes(choice.randrange(1, 40)) + text[at:]
        elif what == 7:
            text = text[:at] + text[at:].replace(choice.choice((b" ", b"\n", b":", b"\t", b"-")), choice.choice((b"", b"\0", b"  ", b"\n")), 3)
        else:
            text = text * choice.randrange(2, 5)
    return text[:1 << 20]


def damaged_copy(source, target, choice):
    """A copy of a tree in which some files are damaged, some are another's, some are missing."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(target) for name in names)
    files = [file for file in files if os.path.isfile(file) and not os.path.islink(file)]
    for file in choice.sample(files, max(1, len(files) // 4)):
        what = choice.randrange(12)
        if what == 0:
            os.unlink(file)
        elif what == 1:
            shutil.copyfile(choice.choice([other for other in files if os.path.exists(other)] or [__file__]), file + ".new")
            os.replace(file + ".new", file)
        else:
            with open(file, "rb") as stream:
                text = stream.read()
            with open(file, "wb") as stream:
                stream.write(damage(text, choice))
