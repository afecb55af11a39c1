# SPDX-License-Identifier: MIT
"""Kernel files read a second time, by other code than the tools'."""

import os
import pathlib
import re
import time

_HEAD = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) (\S+) (\d+) *(.*)$")


def smaps(pid):
    """Mappings, as the kernel has them: start, end, perms, offset, device, inode, name, KEY in KiB, VmFlags."""
    mappings = []
    text = pathlib.Path(f"/proc/{pid}/smaps").read_bytes().decode(errors="surrogateescape")
    for line in text.split("\n"):
        if head := _HEAD.match(line):
            start, end, perms, offset, device, inode, name = head.groups()
            mappings.append({"start": int(start, 16), "end": int(end, 16), "perms": perms, "offset": int(offset, 16),
                             "device": device, "inode": int(inode), "name": name})
        elif ":" in line:
            key, value = line.split(":", 1)
            words = value.split()
            mappings[-1][key] = value.strip() if key == "VmFlags" else int(words[0])
    return mappings


def numbers(path):
    """The numbers of a file of "Key:  12 kB" lines."""
    found = re.findall(r"^(\w+):\s+(\d+)", pathlib.Path(path).read_text(errors="replace"), re.MULTILINE)
    return {key: int(value) for key, value in found}


def status(pid):
    return numbers(f"/proc/{pid}/status")


def rollup(pid):
    return numbers(f"/proc/{pid}/smaps_rollup")


def soft_limits(pid):
    """Soft limits by name; None is unlimited."""
    limits = {}
    for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]:
        name, soft = line[:26].strip(), line[26:47].strip()
        limits[name] = None if soft == "unlimited" else int(soft)
    return limits


def cells_sum(mappings, *keys):
    return sum(mapping.get(key, 0) for mapping in mappings for key in keys)


def processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def stable(pid, action, seconds=60):
    """action() while no mapping of the process changed, nor who shares it; its result with the mappings."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before = smaps(pid)
        result = action()
        if smaps(pid) == before:
            return result, before
    raise AssertionError(f"the memory of {pid} keeps changing")
