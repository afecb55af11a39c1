// SPDX-License-Identifier: MIT
// Where processes are read from, as --source says: /proc, or an iterator in the kernel.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "bpf/task_scan.h"
#include "proc/procfs.h"

namespace pageloupe {

class CommandLine;

struct ScanOptions {
  std::string source = "auto";
  bool verbose = false;
};

void add_scan_options(CommandLine& line, ScanOptions& options);

struct ScanRequest {
  enum class Source : std::uint8_t { automatic, proc, bpf };
  Source source = Source::automatic;
  bool verbose = false;  // say on stderr which it is, and why
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<ScanRequest, std::string> make_scan_request(const ScanOptions& options);

// Loading the program costs as much as reading so many processes does.
inline constexpr std::uint64_t kWorthOnce = 2000;
inline constexpr std::uint64_t kWorthOften = 500;

// The iterator, where it is asked for or there are at least `worth` tasks; nullptr where /proc is read, as
// where it cannot be had. `obstacle` is why it cannot serve here at all; empty: it can. Errors: a message for
// the user, where it is asked for by name and cannot be had.
[[nodiscard]] std::expected<std::shared_ptr<TaskScan>, std::string> open_scan(std::string_view tool,
                                                                              const ProcFs& procfs,
                                                                              const ScanRequest& request,
                                                                              std::uint64_t worth,
                                                                              std::string_view obstacle);

}  // namespace pageloupe
