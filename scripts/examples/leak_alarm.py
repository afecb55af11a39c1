#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tells processes that grow and grow.

    pstat -e -o pid,start,rss,comm -d 60 --format jsonl | leak_alarm.py --samples 30 --mib 50
    ptop --set growth -d 60 --format jsonl | leak_alarm.py

A process is told when it is larger than SAMPLES samples before by MIB, and grew in four of five intervals. Exit code 1 if any
was told. --key pss_bytes goes by another column."""

import argparse
import collections
import json
import signal
import sys
import time


def steady(sizes, least):
    steps = [new - old for old, new in zip(sizes, list(sizes)[1:])]
    return sizes[-1] - sizes[0] >= least and sum(step > 0 for step in steps) >= 0.8 * len(steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--mib", type=float, default=10)
    parser.add_argument("--key", default="rss_bytes")
    options = parser.parse_args()
    history, told = {}, set()
    for line in sys.stdin:
        row = json.loads(line)
        if row["record"] != "process" or row.get(options.key) is None:
            continue
        # A PID alone may be another process an hour later.
        process = (row["pid"], row.get("start_ns"), row["comm"])
        samples = history.setdefault(process, collections.deque(maxlen=options.samples + 1))
        samples.append((row["sample_time_ns"], row[options.key]))
        (begun, first), (now, last) = samples[0], samples[-1]
        if process not in told and len(samples) > options.samples and steady([size for _, size in samples], options.mib * 2**20):
            told.add(process)
            rate = (last - first) / 2**20 / (now - begun) * 60e9
            print(f"{time.strftime('%F %T', time.localtime(now / 1e9))} {row['pid']} {row['comm']}: {options.key} "
                  f"{first / 2**20:.1f} to {last / 2**20:.1f} MiB, {rate:.1f} MiB a minute", flush=True)
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
