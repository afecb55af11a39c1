// SPDX-License-Identifier: MIT
// The checks of arguments.h: from options as text to a request.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/text.h"
#include "pstat/lists.h"
#include "pstat/request_parts.h"

namespace pageloupe::pstat {
namespace {

Checked choose_threads(Request& request, const Options& options) {
  const bool rows = options.lwp || options.spid || options.threads_as_rows;
  if (options.threads_below && options.threads_as_rows) {
    return std::unexpected("-m and --threads (BSD's H) contradict each other");
  }
  if (options.threads_below) {
    request.threads = Threads::below;
  } else if (rows) {
    request.threads = Threads::rows;
  }
  return {};
}

Checked choose_hierarchy(Request& request, const Options& options) {
  if ((options.forest ? 1 : 0) + (options.hierarchy ? 1 : 0) + (options.tree ? 1 : 0) > 1) {
    return std::unexpected("only one of --forest, -H and --tree at a time");
  }
  if (options.forest) request.hierarchy = Hierarchy::forest;
  if (options.hierarchy) request.hierarchy = Hierarchy::indent;
  if (!options.tree) return {};
  request.hierarchy = Hierarchy::tree;
  if (*options.tree == kWholeTree) return {};
  const auto root = parse_pid(*options.tree);
  if (!root) return std::unexpected("--tree: " + root.error());
  request.tree_root = *root;
  return {};
}

Checked choose_group(Request& request, const Options& options) {
  if (!options.group_by) return {};
  const auto* const key = std::ranges::find(kGroupKeys, *options.group_by, &GroupKeyName::name);
  if (key != kGroupKeys.end()) {
    request.group_by = key->key;
    return {};
  }
  std::array<std::string_view, kGroupKeys.size()> known;
  std::ranges::transform(kGroupKeys, known.begin(), &GroupKeyName::name);
  return std::unexpected(no_such("key of groups", *options.group_by, known));
}

std::expected<std::chrono::nanoseconds, std::string> parse_delay(std::string_view text) {
  constexpr double kShortest = 0.001;
  constexpr double kLongest = 10'000'000;  // four months
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || !(seconds >= kShortest && seconds <= kLongest)) {
    return std::unexpected("-d takes seconds from 0.001 to 10000000, as in 5 or 0.5, not '" +
                           std::string(text) + "' (ps's -d, all processes but session leaders, is not here)");
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

Checked choose_stream(Request& request, const Options& options) {
  if (!options.delay && !options.samples) return {};
  Stream stream;
  if (options.delay) {
    if (const auto delay = assign(stream.delay, parse_delay(*options.delay)); !delay) return delay;
  }
  if (options.samples) {
    stream.count = to_number<std::uint64_t>(*options.samples);
    if (!stream.count || *stream.count == 0) {
      return std::unexpected("-n takes a number of samples, 1 or more, not '" + *options.samples + "'");
    }
  }
  request.stream = stream;
  return {};
}

Checked choose_report(Request& request, const Options& options) {
  request.footprint = options.footprint;
  request.system = options.system;
  request.ipc = options.ipc;
  request.dot = options.dot;
  if (!options.cow) return {};
  const auto pid = parse_pid(*options.cow);
  if (!pid) return std::unexpected("--cow: " + pid.error());
  request.cow = *pid;
  return {};
}

// --ipc has rows and an order of its own, of one moment.
Checked check_ipc(const Request& request) {
  if (request.dot && !request.ipc) return std::unexpected("--dot goes with --ipc only");
  if (request.dot && request.format != Format::table)
    return std::unexpected("--dot is a format of its own: it goes without --json and --format");
  if (!request.ipc) return {};
  if (request.footprint || request.cow || request.system || request.count)
    return std::unexpected("--ipc goes with none of --footprint, --cow, --system and --count");
  if (request.threads != Threads::none || request.group_by || request.stream)
    return std::unexpected("--ipc goes with neither threads, groups nor streams");
  if (request.columns_chosen || !request.sort.empty())
    return std::unexpected("--ipc has columns and an order of its own");
  if (request.hierarchy != Hierarchy::none && request.hierarchy != Hierarchy::tree)
    return std::unexpected("--ipc goes with --tree PID, not with --forest and -H");
  return {};
}

// What would have no effect beside something else is refused rather than passed over.
// Those that look at few processes, or none that live, read their files.
Checked check_scan(const Request& request) {
  if (request.scan.source != ScanRequest::Source::bpf) return {};
  if (request.footprint || request.cow || request.ipc || request.count || request.recording.replay)
    return std::unexpected("--source bpf is for rows of processes, their recordings and their metrics");
  return {};
}

Checked check_together(const Request& request) {
  if (const auto ipc = check_ipc(request); !ipc) return ipc;
  if (const auto scan = check_scan(request); !scan) return scan;
  const bool threads = request.threads != Threads::none;
  const bool ordered = request.hierarchy != Hierarchy::none;
  if (threads && ordered) return std::unexpected("threads and a tree cannot be shown at once");
  if (request.group_by && (threads || ordered)) {
    return std::unexpected("--group-by goes with neither threads nor trees");
  }
  const bool special = request.footprint || request.cow;
  if (request.system && special) return std::unexpected("--system goes with neither --footprint nor --cow");
  if (request.system && request.format == Format::csv) {
    return std::unexpected("--system does not go with csv, which has rows alone");
  }
  if (request.footprint && request.cow) return std::unexpected("only one of --footprint and --cow at a time");
  if (special && (threads || request.group_by)) {
    return std::unexpected("--footprint and --cow go with neither threads nor --group-by");
  }
  if (special && request.columns_chosen)
    return std::unexpected("--footprint and --cow have columns of their own");
  if (special && !request.sort.empty())
    return std::unexpected("--footprint and --cow have an order of their own");
  if (request.footprint && request.stream)
    return std::unexpected("--footprint is of one moment: it goes without -d and -n");
  if (request.footprint && ordered && request.hierarchy != Hierarchy::tree) {
    return std::unexpected("--footprint goes with --tree PID, not with --forest and -H");
  }
  if (!request.cow) return {};
  const auto& simple = request.selection.simple();
  const bool selected =
      has_rule(simple) || simple.running || simple.negated || !request.selection.lists().empty();
  if (selected || ordered || request.filter || !request.kernel_threads) {
    return std::unexpected("--cow names its process itself: it goes with no selection and no tree");
  }
  return {};
}

// A recorder writes samples and nothing else; what is replayed is what was sampled.
Checked check_recording(const Request& request, const Options& options) {
  const bool special = request.footprint || request.cow || request.ipc;
  if (options.recording.record) {
    const bool arranged = request.hierarchy != Hierarchy::none || request.group_by || !request.sort.empty();
    const bool printed = request.system || request.format != Format::table;
    if (special || arranged || printed || request.threads != Threads::none) {
      return std::unexpected(
          "--record writes samples of processes and prints none: it goes with a selection, -o, -d and -n");
    }
  }
  if (!options.recording.replay) return {};
  if (special) return std::unexpected("--footprint, --cow and --ipc look at live processes");
  if (options.delay)
    return std::unexpected("--replay shows samples as they were taken: -n shows several, -d none");
  if (request.threads == Threads::below) return std::unexpected("--replay shows threads with -L, not below");
  if (request.proc_root != ReportOptions{}.proc_root)
    return std::unexpected("--replay and --proc-root contradict each other");
  return {};
}

// ---- output

Checked choose_units(Request& request, const Options& options) {
  request.writer.cell.size = options.report.bytes ? SizeUnit::bytes : SizeUnit::kib;
  if (!options.units) return {};
  const auto& name = *options.units;
  if (options.report.bytes && name != "bytes") {
    return std::unexpected("-b and --units " + name + " contradict each other");
  }
  if (name == "human") request.writer.cell.size = SizeUnit::human;
  if (name == "bytes") request.writer.cell.size = SizeUnit::bytes;
  if (name == "human" || name == "bytes" || name == "kib") return {};
  return std::unexpected("unknown unit '" + name + "': it is one of kib, bytes, human");
}

Checked choose_width(Request& request, const Options& options) {
  constexpr int kWideColumns = 132;
  request.width.unlimited = options.wide > 1;
  if (options.wide == 1) request.width.least = kWideColumns;
  if (!options.width) return {};
  const auto columns = to_number<int>(*options.width);
  if (!columns || *columns < 1) {
    return std::unexpected("--cols takes a number of columns, 1 or more, not '" + *options.width + "'");
  }
  if (options.wide > 0) return std::unexpected("-w and --cols contradict each other");
  request.width.columns = columns;
  return {};
}

Checked choose_output(Request& request, const Options& options) {
  if (const auto format = assign(request.format, chosen_format(options.report, Offered::rows_and_groups));
      !format)
    return format;
  request.writer = writer_options(options.report);
  request.list_columns = options.report.list_columns;
  request.proc_root = options.report.proc_root;
  request.describe = options.describe;
  if (const auto units = choose_units(request, options); !units) return units;
  return choose_width(request, options);
}

// As ps and top have it: set to anything, threads of the kernel are not there.
bool hidden_by_environment() {
  return std::getenv("LIBPROC_HIDE_KERNEL") != nullptr;  // NOLINT(concurrency-mt-unsafe): nothing sets it
}

}  // namespace

std::expected<Request, std::string> make_request(const Options& options, const Accounts& accounts) {
  Request request;
  request.kernel_threads = !options.no_kernel && !hidden_by_environment();
  request.filter = options.report.filter;
  const auto checked = all_of({
      choose_output(request, options),
      assign(request.selection, choose_processes(options, accounts)),
      choose_columns(request, options),
      assign(request.sort, parse_sort(options.sort)),
      choose_threads(request, options),
      choose_hierarchy(request, options),
      choose_group(request, options),
      choose_stream(request, options),
      choose_report(request, options),
      assign(request.recording, make_recording_request(options.recording)),
      check_recording(request, options),
      assign(request.scan, make_scan_request(options.scan)),
      choose_counters(request, options),
      choose_export(request, options),
  });
  if (!checked) return std::unexpected(checked.error());
  if (const auto counters = check_counters(request); !counters) return std::unexpected(counters.error());
  if (const auto exported = check_export(request, options); !exported)
    return std::unexpected(exported.error());
  if (const auto together = check_together(request); !together) return std::unexpected(together.error());
  return request;
}

}  // namespace pageloupe::pstat
