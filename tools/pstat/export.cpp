// SPDX-License-Identifier: MIT
#include "pstat/export.h"

#include <ctime>

#include "cli/end_signals.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "pstat/collector.h"
#include "pstat/export_file.h"
#include "pstat/export_groups.h"
#include "pstat/group_rows.h"
#include "pstat/rollup_reader.h"
#include "render/named_values.h"
#include "render/prometheus.h"

namespace pageloupe::pstat {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Column kVersion{.name = "version", .help = "version of the tool", .type = Type::text};
constexpr Column kGroupBy{.name = "group_by", .help = "what processes are grouped by", .type = Type::text};
constexpr auto kFacts = std::to_array<Column>({
    {.name = "pass", .help = "when the processes were read", .type = Type::timestamp},
    {.name = "pass_duration", .help = "how long reading them took", .type = Type::duration},
    {.name = "pass_cpu", .help = "CPU time of reading them", .type = Type::duration},
    {.name = "groups", .help = "groups there are", .type = Type::count},
    {.name = "groups_left_out", .help = "groups that are summed up as 'other'", .type = Type::count},
});
constexpr auto kResidentFacts = std::to_array<Column>({
    {.name = "passes", .counts_up = true, .help = "passes since this exporter began", .type = Type::count},
    {.name = "write_failures",
     .counts_up = true,
     .help = "passes whose output could not be written",
     .type = Type::count},
});

std::uint64_t cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

const Field<ProcessRow>& key_field(const Request& request) {
  return **find_field(process_fields(), group_field(*request.group_by));
}

SourceSet cheap_files(const Request& request, const Shown& shown) {
  return (shown.needs() | key_field(request).column.origin.files | Source::stat) - Source::smaps_rollup;
}

// Resident: a tenth of the interval. Once: as long as somebody waits for an answer.
std::chrono::nanoseconds rollup_budget(const Request& request) {
  constexpr std::chrono::seconds kOnce{5};
  if (request.exported.rollup_time) return *request.exported.rollup_time;
  return request.stream ? request.stream->delay / 10 : std::chrono::nanoseconds(kOnce);
}

class Exporter {
 public:
  Exporter(const Request& request, const ProcFs& procfs, const Shown& shown, std::shared_ptr<TaskScan> scan)
      : request_(request),
        procfs_(procfs),
        shown_(shown),
        key_(key_field(request)),
        sums_(*plan_groups(request, shown), shown),
        collector_(procfs, request, {.columns = cheap_files(request, shown), .scan = std::move(scan)}),
        rollups_(procfs, {.budget = rollup_budget(request), .only_pass = !request.stream}),
        groups_(key_.column, sums_.columns(),
                {.most = request.exported.most_groups, .counters = request.stream.has_value()}) {}

  // Reads the processes. Errors: a message for the user.
  [[nodiscard]] std::expected<void, std::string> read();

  // Writes what was read.
  void write(Output& output) const;

  void note_failure() { ++failures_; }
  [[nodiscard]] bool read_any() const { return read_any_; }

 private:
  [[nodiscard]] bool is_new(const Process& process) const;
  void add(const SystemFacts& system, const Process& process, const RollupReader::State& state);
  [[nodiscard]] NamedValues facts() const;

  const Request& request_;
  const ProcFs& procfs_;
  const Shown& shown_;
  const Field<ProcessRow>& key_;
  SumColumns sums_;
  Collector collector_;
  RollupReader rollups_;
  ExportGroups groups_;
  std::vector<Process> processes_;
  TextPool pool_;
  std::vector<Value> values_;
  std::optional<std::uint64_t> last_pass_{};  // in ticks since boot
  Timestamp time_{};
  Nanoseconds duration_{};
  Nanoseconds cpu_{};
  std::uint64_t passes_ = 0;
  std::uint64_t failures_ = 0;
  bool read_any_ = false;
};

bool Exporter::is_new(const Process& process) const {
  return last_pass_ && process.stat && process.stat->starttime.value >= *last_pass_;
}

void Exporter::add(const SystemFacts& system, const Process& process, const RollupReader::State& state) {
  const ProcessRow row{process, system, collector_.names(), pool_};
  pool_.clear();
  shown_.evaluate(row, values_);
  groups_.add({.id = {process.pid, process.stat ? process.stat->starttime : Ticks{}},
               .is_new = is_new(process),
               .group = label_text(key_(row)),
               .values = values_,
               .blocked = state.blocked,
               .unread = state.unread,
               .age = state.age});
}

std::expected<void, std::string> Exporter::read() {
  const auto begin = Clock::now();
  const auto cpu_before = cpu_time();
  time_ = {now_ns()};
  const auto system = read_system_facts(procfs_, time_);
  std::size_t count = 0;
  const auto done = collector_.pass(system, [&](const ProcessRow& row) {
    if (count == processes_.size()) processes_.emplace_back();
    processes_[count++] = row.process;
  });
  if (!done) {
    const bool empty = done.error().code == Errc::malformed;
    return std::unexpected(procfs_.root() +
                           (empty ? " holds no processes: it is no procfs"
                                  : " cannot be listed: " + std::string(reason(done.error().code))));
  }
  processes_.resize(count);
  std::vector<RollupReader::State> none;
  std::span<const RollupReader::State> states;
  if (shown_.needs().has(Source::smaps_rollup)) {
    states = rollups_.read(processes_);
  } else {
    none.resize(count);
    states = none;
  }
  for (std::size_t i = 0; i < count; ++i) add(system, processes_[i], states[i]);
  groups_.end_pass();
  last_pass_ = system.uptime.value / (1'000'000'000 / system.ticks_per_second);
  cpu_ = {cpu_time() - cpu_before};
  duration_ = {static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count())};
  read_any_ = count != 0;
  ++passes_;
  return {};
}

NamedValues Exporter::facts() const {
  NamedValues facts;
  facts.add(kGroupBy, group_field(*request_.group_by));
  const auto values = std::to_array<Value>({time_, duration_, cpu_, groups_.groups(), groups_.left_out()});
  for (std::size_t i = 0; i < kFacts.size(); ++i) facts.add(kFacts[i], values[i]);
  if (!request_.stream) return facts;
  facts.add(kResidentFacts[0], passes_);
  facts.add(kResidentFacts[1], failures_);
  return facts;
}

void Exporter::write(Output& output) const {
  const auto writer = make_writer(Format::prometheus, output, {}, {});
  NamedValues document;
  document.add(kVersion, std::string_view(PAGELOUPE_VERSION));
  document.add(kGroupBy, group_field(*request_.group_by));
  writer->begin(document.facts());
  const auto pass = facts();
  writer->begin_section({.facts = pass.facts()}, groups_.columns());
  const auto& rows = groups_.rows();
  for (std::size_t i = 0; i < rows.size(); ++i) writer->row(rows.row(i));
  writer->end_section(nullptr, {});
  writer->end({});
}

// Says what fails when it begins to, and when it is over.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void note(const std::expected<void, std::string>& done) {
    const auto now = done ? std::string{} : done.error();
    if (now == last_) return;
    complain("pstat", "'" + file_ + "' " + (now.empty() ? "is written again" : now));
    last_ = now;
  }

 private:
  std::string file_;
  std::string last_;
};

int export_again_and_again(Exporter& exporter, const Request& request) {
  const EndSignals signals;
  ExportFile file(*request.exported.file);
  Complaints complaints(file.path());
  auto due = Clock::now();
  bool written = false;
  for (std::uint64_t pass = 1;; ++pass) {
    if (const auto read = exporter.read(); !read) {
      complain("pstat", read.error());
      file.remove();
      return kExitNothing;
    }
    const auto done = file.replace([&](Output& output) { exporter.write(output); });
    if (!done) exporter.note_failure();
    complaints.note(done);
    written = done.has_value();
    if (request.stream->count && pass >= *request.stream->count) return written ? kExitOk : kExitNothing;
    // A pass that took longer than the interval is not made up for.
    due = std::max(due + request.stream->delay, Clock::now());
    if (signals.wait_until(due)) continue;
    file.remove();
    return kExitOk;
  }
}

int export_once(Exporter& exporter, const Request& request, Output& output) {
  if (const auto read = exporter.read(); !read) {
    complain("pstat", read.error());
    return kExitNothing;
  }
  if (!request.exported.file) {
    exporter.write(output);
  } else if (const auto done =
                 ExportFile(*request.exported.file).replace([&](Output& to) { exporter.write(to); });
             !done) {
    complain("pstat", "'" + *request.exported.file + "' " + done.error());
    return kExitNothing;
  }
  return exporter.read_any() ? kExitOk : kExitNothing;
}

// Errors: a message for the user; usage.
std::expected<void, std::string> check_columns(const Request& request, const Shown& shown) {
  if (const auto plan = plan_groups(request, shown); !plan) return std::unexpected(plan.error());
  for (const auto* column : shown.columns()) {
    const auto name = "'" + std::string(column->name) + "' ";
    if (column->needs_before)
      return std::unexpected(name +
                             "is made of two samples: export what it is a rate of, and let rate() do that");
    if (column->fold != Fold::none && !is_metric(*column)) return std::unexpected(name + "is no metric");
    if (column->counts_up && !request.stream)
      return std::unexpected(name + "counts up, which takes an exporter that stays: -d SECONDS");
  }
  return {};
}

}  // namespace

int show_export(const Request& request, const ProcFs& procfs, Output& output) {
  const auto shown = Shown::make(request);
  if (!shown) return fail_usage("pstat", shown.error());
  if (const auto checked = check_columns(request, *shown); !checked)
    return fail_usage("pstat", checked.error());
  auto scan = open_scan(procfs, request, cheap_files(request, *shown));
  if (!scan) {
    complain("pstat", scan.error());
    return kExitNothing;
  }
  Exporter exporter(request, procfs, *shown, std::move(*scan));
  return request.stream ? export_again_and_again(exporter, request) : export_once(exporter, request, output);
}

}  // namespace pageloupe::pstat
