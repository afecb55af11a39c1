# SPDX-License-Identifier: MIT
"""What ppmap prints, read back: JSON, JSON Lines, CSV, and pmap's layouts."""

import csv
import io
import json
import re


def document(done):
    return json.loads(done.stdout.decode())


def mappings(done):
    """Rows of the first process of a JSON document."""
    return document(done)["processes"][0]["mappings"]


def by_start(rows):
    return {int(row["start"], 16): row for row in rows}


def jsonl(done):
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def csv_rows(done, errors="strict"):
    return list(csv.DictReader(io.StringIO(done.stdout.decode(errors=errors), newline="")))


_NARROW = {
    "plain": r"(?P<start>[0-9a-f]{16}) +(?P<size>\d+)K (?P<mode>\S{5}) (?P<name>.*)",
    "-x": r"(?P<start>[0-9a-f]{16}) +(?P<size>\d+) +(?P<rss>\d+) +(?P<dirty>\d+) (?P<mode>\S{5}) (?P<name>.*)",
    "-d": r"(?P<start>[0-9a-f]{16}) +(?P<size>\d+) (?P<mode>\S{5}) (?P<offset>[0-9a-f]{16}) "
          r"(?P<device>[0-9a-f]{3}:[0-9a-f]{5}) (?P<name>.*)",
}


def narrow_rows(lines, layout):
    found = (re.fullmatch(_NARROW[layout], line) for line in lines)
    return [match.groupdict() for match in found if match]


def without_names(rows):
    return [{key: value for key, value in row.items() if key != "name"} for row in rows]


def wide_rows(lines):
    """-X and -XX: the title, a dictionary a row, the totals by column."""
    heading = lines[1].split()
    at = next(i for i, line in enumerate(lines) if set(line.strip()) <= set("= ") and "=" in line)
    keys = heading[5:heading.index("VmFlags") if "VmFlags" in heading else heading.index("Mapping")]
    rows = []
    for line in lines[2:at]:
        words = line.split(None, 5 + len(keys))
        rows.append(dict(zip(heading[:5] + keys + ["rest"], words)))
    return lines[0], rows, dict(zip(keys, lines[at + 1].split()))
