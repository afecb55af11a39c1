// SPDX-License-Identifier: MIT
// The options of pstat, and what they ask for once they have been checked.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/column_spec.h"
#include "cli/process_scan.h"
#include "cli/report_options.h"
#include "perf/event.h"
#include "pstat/accounts.h"
#include "pstat/presets.h"
#include "pstat/selection.h"
#include "record/record_options.h"

namespace pageloupe::pstat {

// As the parser fills it in; every list still text.
struct Options {
  // Selection
  std::vector<std::string> operands{};  // PIDs
  bool every = false;                   // -e, -A
  bool with_tty = false;                // -a
  bool all_users = false;               // BSD a
  bool without_tty = false;             // BSD x
  bool own_tty = false;                 // BSD T
  bool running = false;                 // BSD r
  bool negated = false;                 // -N
  bool bsd = false;                     // set by the rewriting of BSD's options
  bool no_kernel = false;
  std::vector<std::string> pids{};
  std::vector<std::string> quick_pids{};
  std::vector<std::string> ppids{};
  std::vector<std::string> process_groups{};
  std::vector<std::string> commands{};
  std::vector<std::string> users{};
  std::vector<std::string> real_users{};
  std::vector<std::string> sessions_or_groups{};  // -g
  std::vector<std::string> groups{};              // --group
  std::vector<std::string> real_groups{};
  std::vector<std::string> sessions{};
  std::vector<std::string> ttys{};
  // Columns and rows
  std::vector<std::string> output{};   // -o
  std::vector<std::string> preload{};  // -O
  std::vector<std::string> sort{};
  bool true_names = false;  // BSD c: comm where the view has args
  bool numeric = false;     // BSD n: user IDs
  // Views
  bool full = false;
  bool extra_full = false;
  bool long_list = false;
  bool jobs = false;
  bool no_flags = false;
  bool scheduling = false;
  bool processor = false;
  bool memory = false;
  std::vector<std::string> views{};  // names of presets; ps's BSD letters are rewritten to them
  // Threads
  bool lwp = false;
  bool spid = false;
  bool threads_as_rows = false;
  bool threads_below = false;
  // Trees and groups
  bool forest = false;
  bool hierarchy = false;
  std::optional<std::string> tree{};  // kWholeTree, or a PID
  std::optional<std::string> group_by{};
  // Streams
  std::optional<std::string> delay{};
  std::optional<std::string> samples{};
  // Memory truth, system
  bool footprint = false;
  std::optional<std::string> cow{};
  bool system = false;
  bool ipc = false;
  bool dot = false;
  RecordingOptions recording{};
  // Export
  std::optional<std::string> output_file{};
  std::optional<std::string> max_groups{};
  std::optional<std::string> rollup_time{};
  ScanOptions scan{};
  // Counters
  std::optional<std::string> events{};  // --count: kAllEvents, or a list
  std::optional<std::string> count_to{};
  std::vector<std::string> program{};  // what stands behind "--", with --count
  // Output
  ReportOptions report{};  // its `output` and `sort` stay empty: here they may be repeated
  std::optional<std::string> units{};
  int wide = 0;
  std::optional<std::string> width{};
  std::optional<std::string> describe{};  // for the build: schema, columns, options
};

// What --tree without a PID is rewritten to: all that have no parent here.
inline constexpr std::string_view kWholeTree = "all";

// What --count without events is rewritten to.
inline constexpr std::string_view kAllEvents = "all";

[[nodiscard]] CommandLine::About about();
void add_options(CommandLine& line, Options& options);

enum class Threads : std::uint8_t {
  none,   // a row for each process
  rows,   // -L, -T, H: a row for each thread, none for the process
  below,  // -m, m: a row for the process, then one for each thread
};

enum class Hierarchy : std::uint8_t {
  none,
  forest,  // --forest, BSD f: children below their parents, lines drawn before the command
  indent,  // -H: the same with blanks
  tree,    // --tree: as forest, with sums of the subtree beside each process
};

enum class GroupKey : std::uint8_t { user, comm, exe, cgroup, container, session };

struct GroupKeyName {
  GroupKey key{};
  std::string_view name{};
};
inline constexpr auto kGroupKeys = std::to_array<GroupKeyName>({
    {GroupKey::user, "user"},
    {GroupKey::comm, "comm"},
    {GroupKey::exe, "exe"},
    {GroupKey::cgroup, "cgroup"},
    {GroupKey::container, "container"},
    {GroupKey::session, "session"},
});

struct SortKey {
  std::string column{};  // name or alias of a field; not checked here
  bool descending = false;
  friend bool operator==(const SortKey&, const SortKey&) = default;
};

// -d and -n.
struct Stream {
  std::chrono::nanoseconds delay{std::chrono::seconds{1}};  // between two samples
  std::optional<std::uint64_t> count{};  // samples to show, 1 at least; nothing: without end
};

// How long the lines of a table may be. Without either: as wide as the terminal, without end into a file.
struct LineWidth {
  std::optional<int> columns{};  // --cols
  std::size_t least = 0;         // -w: 132
  bool unlimited = false;        // -ww
};

// --count: events on the chosen processes, or on a program that is run for it.
struct CountRequest {
  std::vector<perf::Event> events{};  // in the order of the table of events
  perf::Plan plan{};
  std::vector<std::string> program{};  // its name and arguments; empty: the chosen processes
  bool per_thread = false;
  std::optional<std::string> file{};  // where the report goes
};

// --format prometheus.
struct ExportRequest {
  std::optional<std::string> file{};  // nothing: standard output
  std::size_t most_groups = 100;
  std::optional<std::chrono::nanoseconds> rollup_time{};  // of a pass, for smaps_rollup; 0: none is read
};

struct Request {
  Selection selection{};
  bool kernel_threads = true;           // false: --no-kernel, they are not shown
  std::optional<std::string> filter{};  // an expression over the fields, not parsed here: --filter

  // The columns to show, in order, never empty: -o, or the view's, or both; names are not checked here.
  std::vector<ColumnSpec> columns{};
  bool columns_chosen =
      false;  // an option chose them (-o, -O, -f, u …); false: the default of ps, of trees or of groups
  bool columns_listed = false;  // -o named each of them
  std::vector<SortKey> sort{};  // most significant first; empty: by PID, or as Selection::keeps_order() says
  bool list_columns = false;    // --columns: list what there is, and nothing else

  Threads threads = Threads::none;
  Hierarchy hierarchy = Hierarchy::none;
  std::optional<Pid> tree_root{};      // --tree PID: only this process and its descendants
  std::optional<GroupKey> group_by{};  // a row for each group, additive columns summed

  std::optional<Stream> stream{};  // rates per interval; nothing: one sample
  bool footprint = false;          // the frames of the chosen processes (or of tree_root's) as one set
  bool ipc = false;                // what the chosen processes (or tree_root's) talk through
  bool dot = false;                // --dot: as a graph
  std::optional<Pid> cow{};        // --cow: this process against its children
  std::optional<CountRequest> count{};
  bool system = false;  // the machine's memory above the rows
  RecordingRequest recording{};
  ExportRequest exported{};
  ScanRequest scan{};

  Format format = Format::table;
  WriterOptions writer{};  // its cell.size is kib unless --units or -b say otherwise
  LineWidth width{};
  std::string proc_root = "/proc";
  std::optional<std::string> describe{};  // for the build: print "schema", "columns", "options" and end
};

// Errors: a message for the user; usage. Names of users, groups and terminals are looked up in `accounts`.
[[nodiscard]] std::expected<Request, std::string> make_request(const Options& options,
                                                               const Accounts& accounts = system_accounts());

}  // namespace pageloupe::pstat
