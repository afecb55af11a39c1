#!/bin/sh
# SPDX-License-Identifier: MIT
# When each process of a recording was largest, and how large; the largest first.
#
#   pstat --record memory.zst -d 15        (until it is stopped)
#   pstat --replay memory.zst --at first -n 100000 -o pid,start,rss,comm --format jsonl | recorded_peaks.sh [COUNT]
set -eu
jq -rn --argjson count "${1:-10}" '
  reduce (inputs | select(.record == "process" and .rss_bytes != null)) as $row ({};
    "\($row.pid) \($row.start_ns)" as $key | if $row.rss_bytes > (.[$key].rss_bytes // -1) then .[$key] = $row else . end)
  | [.[]] | sort_by(-.rss_bytes)[:$count]
  | (["RSS_MIB", "AT", "PID", "COMMAND"],
     (.[] | [.rss_bytes / 1048576 * 10 | floor / 10] + [.sample_time_ns / 1e9 | floor | strflocaltime("%F %T")] + [.pid, .comm]))
  | @tsv'
