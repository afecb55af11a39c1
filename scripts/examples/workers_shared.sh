#!/bin/sh
# SPDX-License-Identifier: MIT
# How much of a prefork server's memory its workers still share, in one line; for a log or a check.
#
#   pstat --cow 1234 --json | workers_shared.sh [LEAST_PERCENT]
#
# Exit code 1 if they share less than LEAST_PERCENT on average.
set -eu
jq -r --argjson least "${1:-0}" '
  .samples[-1] as $sample | $sample.workers as $workers
  | ($workers | map(.shared_bytes) | add // 0) as $shared | ($workers | map(.copied_bytes) | add // 0) as $copied
  | if $workers == [] then error("no workers") else . end
  | (if $shared + $copied == 0 then 100 else 100 * $shared / ($shared + $copied) end) as $percent
  | "\($workers | length) workers of \($sample.parent)\(if $sample.exact then "" else " (bounds; root knows more)" end): "
    + "\($percent | floor) % shared, \($copied / 1048576 | floor) MiB copied, "
    + "\($workers | map(.fresh_bytes) | add / 1048576 | floor) MiB of their own",
    (if $percent < $least then "shared is below \($least) %" | halt_error(1) else empty end)'
