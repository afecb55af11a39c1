#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What changed between two maps of a process.

    ppmap --json 1234 > before.json; …; ppmap --json 1234 > after.json
    map_diff.py before.json after.json

Mappings of one process are compared by address, those of two (before and after a restart) by kind and path. Exit code 1 if
there is a difference, as of diff."""

import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["processes"][0]


def sums(process, by_address):
    """Size and resident memory of each mapping, or of all of a kind and path."""
    found = {}
    for row in process["mappings"]:
        name = (row["start"] if by_address else "", row["kind"], row["path"] or "[anon]")
        size, resident = found.get(name, (0, 0))
        found[name] = (size + row["size_bytes"], resident + (row["resident_bytes"] or 0))
    return found


def align(old, new):
    """A mapping that grew downwards, or into its lower neighbour, is known by its end: it gets its old address."""
    starts = [{row["start"] for row in process["mappings"]} for process in (old, new)]
    ends = {(row["end"], row["kind"]): row["start"] for row in old["mappings"] if row["start"] not in starts[1]}
    for row in new["mappings"]:
        if row["start"] not in starts[0]:
            row["start"] = ends.get((row["end"], row["kind"]), row["start"])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old, new = map(load, sys.argv[1:])
    same = (old["pid"], old["started_ns"]) == (new["pid"], new["started_ns"])
    if same:
        align(old, new)
    before, after = sums(old, same), sums(new, same)
    changes = []
    for name in before.keys() | after.keys():
        was, now = before.get(name, (0, 0)), after.get(name, (0, 0))
        if was != now:
            mark = "+" if name not in before else "-" if name not in after else " "
            changes.append((now[1] - was[1], now[0] - was[0], mark, name))
    print(f"{'SIZE':>12} {'RESIDENT':>12}   {'ADDRESS':14} {'KIND':12} PATH (KiB)")
    for resident, size, mark, (address, kind, path) in sorted(changes, reverse=True):
        print(f"{size // 1024:+12,} {resident // 1024:+12,} {mark} {address:14} {kind:12} {path}")
    print(f"{sum(row[1] for row in changes) // 1024:+12,} {sum(row[0] for row in changes) // 1024:+12,}   in all")
    sys.exit(1 if changes else 0)


if __name__ == "__main__":
    main()
