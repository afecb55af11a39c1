// SPDX-License-Identifier: MIT
// What a document says of the run that made it.
#pragma once

#include <array>
#include <string>

#include "proc/procfs.h"
#include "render/writer.h"

namespace pageloupe {

// Reads sys/kernel/hostname and sys/kernel/random/boot_id below the given /proc; the views of the facts live
// as long as this does.
class RunInfo {
 public:
  RunInfo(const ProcFs& procfs, std::uint64_t time_ns);
  // Of a run on another machine, or at another time.
  RunInfo(std::string host, std::string boot_id, std::uint64_t time_ns);
  RunInfo(const RunInfo&) = delete;
  RunInfo& operator=(const RunInfo&) = delete;

  // tool_version, host, boot_id, time_ns (since the epoch).
  [[nodiscard]] Facts facts() const;

 private:
  std::string host_;
  std::string boot_id_;
  std::array<Value, 4> values_;
};

// The columns of RunInfo::facts, for schemas.
[[nodiscard]] Columns run_info_columns();

// Nanoseconds since the epoch.
[[nodiscard]] std::uint64_t now_ns();

}  // namespace pageloupe
