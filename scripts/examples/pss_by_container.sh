#!/bin/sh
# SPDX-License-Identifier: MIT
# The memory of each container, or of each control group where there is none: PSS, so that the sums are true.
#
#   pstat -e --no-kernel -o pss,swap_pss,container,cgroup --json | pss_by_container.sh [COUNT]
#
# UNKNOWN is the number of processes that could not be read; as root there are few.
set -eu
jq -r --argjson count "${1:-10}" '
  [.processes[] | . + {place: (.container // .cgroup // "?")}]
  | group_by(.place)
  | map({place: .[0].place, processes: length, unknown: (map(select(.pss_bytes == null)) | length),
         pss: (map(.pss_bytes // 0) | add), swap: (map(.swap_pss_bytes // 0) | add)})
  | sort_by(-.pss)[:$count]
  | (["PSS_MIB", "SWAP_MIB", "PROCESSES", "UNKNOWN", "CONTAINER"], (.[] | [.pss / 1048576, .swap / 1048576 | floor] + [.processes, .unknown, .place]))
  | @tsv'
