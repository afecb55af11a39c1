// SPDX-License-Identifier: MIT
#include "cli/process_scan.h"

#include "cli/command_line.h"
#include "cli/message.h"
#include "proc/loadavg.h"

namespace pageloupe {
namespace {

// Threads, too; 0 where it is not known.
std::uint64_t tasks_of(const ProcFs& procfs) {
  std::string buffer;
  const auto text = procfs.read("loadavg", buffer);
  const auto load = text ? parse_loadavg(*text) : Result<LoadAverage>(std::unexpected(text.error()));
  return load ? load->tasks : 0;
}

}  // namespace

void add_scan_options(CommandLine& line, ScanOptions& options) {
  line.text("--source", "SOURCE", options.source,
            "read processes from proc, by bpf (an iterator in the kernel), or auto: what is cheaper");
  line.flag("--verbose", options.verbose, "say on stderr where processes are read from, and why");
}

std::expected<ScanRequest, std::string> make_scan_request(const ScanOptions& options) {
  ScanRequest request{.verbose = options.verbose};
  if (options.source == "proc") {
    request.source = ScanRequest::Source::proc;
  } else if (options.source == "bpf") {
    request.source = ScanRequest::Source::bpf;
  } else if (options.source != "auto") {
    return std::unexpected("'" + one_line(options.source) + "' is no source: auto, proc or bpf");
  }
  return request;
}

std::expected<std::shared_ptr<TaskScan>, std::string> open_scan(std::string_view tool, const ProcFs& procfs,
                                                                const ScanRequest& request,
                                                                std::uint64_t worth,
                                                                std::string_view obstacle) {
  const bool asked = request.source == ScanRequest::Source::bpf;
  std::string why(obstacle);
  std::shared_ptr<TaskScan> scan;
  if (request.source == ScanRequest::Source::proc) {
    why = "as --source says";
  } else if (!asked && why.empty() && tasks_of(procfs) < worth) {
    why = "for so few, loading the iterator would cost more";
  } else if (why.empty()) {
    if (auto opened = TaskScan::open(procfs, why)) scan = std::make_shared<TaskScan>(std::move(*opened));
  }
  if (asked && !scan) return std::unexpected("--source bpf: " + why);
  if (request.verbose)
    complain(tool, scan ? "processes are read by an iterator in the kernel (BPF)"
                        : "processes are read from " + procfs.root() + ": " + why);
  return scan;
}

}  // namespace pageloupe
