#!/bin/sh
# SPDX-License-Identifier: MIT
# What a process and all below it grew by, between two looks.
#
#   pstat --tree 1234 -o pid,start,pss,uss,comm --json > before.json
#   … the load, the deployment, the night …
#   pstat --tree 1234 -o pid,start,pss,uss,comm --json > after.json
#   tree_change.sh before.json after.json
set -eu
jq -rn --slurpfile old "$1" --slurpfile new "$2" '
  def known: .[0].processes | INDEX("\(.pid) \(.start_ns)");
  def mib: . / 1048576 * 10 | round / 10;
  ($old | known) as $before | ($new | known) as $after
  | [$before + $after | keys_unsorted[] | . as $key | ($after[$key] // $before[$key]) + {
      what: (if $before[$key] == null then "new" elif $after[$key] == null then "ended" else "there" end),
      pss: (($after[$key].pss_bytes // 0) - ($before[$key].pss_bytes // 0)),
      uss: (($after[$key].uss_bytes // 0) - ($before[$key].uss_bytes // 0))}]
  | sort_by(-.pss)
  | (["PID", "", "PSS_MIB", "USS_MIB", "COMMAND"], (.[] | [.pid, .what, (.pss | mib), (.uss | mib), .comm]),
     ["all", "", (map(.pss) | add | mib), (map(.uss) | add | mib), ""])
  | @tsv'
