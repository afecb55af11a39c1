// SPDX-License-Identifier: MIT
#include "pstat/count_report.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "cli/held_signals.h"
#include "cli/message.h"
#include "cli/rights.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "pstat/collector.h"
#include "pstat/count_rows.h"
#include "render/format.h"

namespace pageloupe::pstat {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kDocumentColumns = std::to_array<Column>({
    {.name = "program", .header = "PROGRAM", .help = "what was run to be counted", .type = Type::text},
    {.name = "dtlb_accesses_meaning",
     .header = "DTLB MEANING",
     .help = "what this CPU counts as dTLB loads and as their misses",
     .type = Type::text},
    {.name = "pmus",
     .header = "PMUS",
     .help = "performance counters of cores; none in most virtual machines",
     .type = Type::count},
});
constexpr auto kSampleColumns = std::to_array<Column>({
    {.name = "sample_time", .header = "TIME", .help = "when the interval ended", .type = Type::timestamp},
    {.name = "interval", .header = "INTERVAL", .help = "how long it was", .type = Type::duration},
    {.name = "cpu",
     .header = "CPU",
     .help = "CPU time of the counted in it; null of a program",
     .type = Type::duration},
    {.name = "exit_code",
     .header = "EXIT",
     .help = "of the program, once it has ended",
     .type = Type::integer},
});
constexpr auto kSamplePointers = pointers_to(kSampleColumns);

constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

class Count {
 public:
  Count(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        count_(*request.count),
        procfs_(procfs),
        output_(output),
        machine_(read_perf_machine(procfs)),
        targets_(count_, calls_, machine_) {
    for (const auto index : table_columns(count_.per_thread, machine_.hybrid())) {
      table_.push_back(index);
      table_pointers_.push_back(count_columns()[index]);
    }
    auto style = request.writer;
    style.cell.now = {now_ns()};
    writer_ = make_writer(request.format, output, kCountShape, style);
  }

  [[nodiscard]] int run();

 private:
  [[nodiscard]] std::vector<Pid> chosen();
  [[nodiscard]] int run_program();
  void count();
  [[nodiscard]] bool wait_until(Clock::time_point end);
  void begin();
  void write_sample();
  [[nodiscard]] std::string summary(std::span<const CountRow> rows, double seconds) const;

  const Request& request_;
  const CountRequest& count_;
  const ProcFs& procfs_;
  Output& output_;
  perf::SystemCalls calls_;
  perf::Machine machine_;
  CountTargets targets_;
  HeldSignals signals_;
  std::optional<Program> program_;
  bool interrupted_ = false;
  std::vector<std::size_t> table_;
  std::vector<const Column*> table_pointers_;
  std::unique_ptr<Writer> writer_;
  std::vector<Problem> problems_;
  Clock::time_point sampled_{};
};

// The processes that the selection names or finds.
std::vector<Pid> Count::chosen() {
  Request plain;
  plain.selection = request_.selection;
  plain.filter = request_.filter;
  plain.kernel_threads = request_.kernel_threads;
  Collector collector(procfs_, plain, {});
  std::vector<Pid> pids;
  const auto system = read_system_facts(procfs_, {now_ns()});
  const auto done = collector.pass(system, [&](const ProcessRow& row) { pids.push_back(row.process.pid); });
  for (const auto pid : collector.missing()) {
    const auto message = "process " + std::to_string(pid.value) + ": no such process";
    complain("pstat", message);
    problems_.push_back({pid.value, "", Errc::gone, message});
  }
  return done ? pids : std::vector<Pid>{};
}

void Count::begin() {
  const RunInfo info(procfs_, now_ns());
  std::vector<const Column*> columns(info.facts().columns.begin(), info.facts().columns.end());
  std::vector<Value> values(info.facts().values.begin(), info.facts().values.end());
  for (const auto& column : kDocumentColumns) columns.push_back(&column);
  std::string words;
  for (const auto& word : count_.program) words += (words.empty() ? "" : " ") + word;
  values.emplace_back(words.empty() ? Value(Errc::not_applicable) : Value(std::string_view(words)));
  values.emplace_back(perf::dtlb_accesses_meaning(machine_.cpu.vendor));
  values.emplace_back(std::uint64_t{machine_.core_pmus.size()});
  writer_->begin({columns, values});
}

std::string Count::summary(std::span<const CountRow> rows, double seconds) const {
  auto text = format_text("{:.3f} s elapsed", seconds);
  if (targets_.threads_left_out() != 0)
    text += format_text("; {} of {} threads not counted in full: too few file descriptors",
                        targets_.threads_left_out(), targets_.threads());
  const auto has = [&rows](auto matches) { return std::ranges::any_of(rows, matches); };
  if (has([](const CountRow& row) { return row.count && row.event == perf::Event::dtlb_loads; }))
    text += "\n" + std::string(perf::dtlb_accesses_meaning(machine_.cpu.vendor));
  if (has([](const CountRow& row) { return !row.count && row.count.error() == Errc::no_pmu; }))
    text += "\nthis machine shows no performance counters (PMU), as most virtual ones";
  if (has([](const CountRow& row) {
        return row.event == perf::Event::tlb_flushes && !row.count &&
               row.count.error() == Errc::event_missing;
      }))
    text += "\n" + std::string(perf::kTlbFlushHelp);
  const bool denied =
      has([](const CountRow& row) { return !row.count && row.count.error() == Errc::denied; });
  if (denied || has([](const CountRow& row) { return row.count && row.user_only; }))
    text += "\nto see all: " + perf::denied_help(machine_);
  return text + "\n";
}

void Count::write_sample() {
  targets_.read();
  const auto now = Clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(now - sampled_);
  sampled_ = now;
  const auto seconds = static_cast<double>(elapsed.count()) / 1e9;
  Nanoseconds cpu;
  bool has_cpu = false;
  std::vector<CountRow> rows;
  for (const auto& unit : targets_.units()) {
    if (unit.now.cpu && unit.before.cpu) {
      cpu += *unit.now.cpu - *unit.before.cpu;
      has_cpu = true;
    }
    add_rows(unit, count_, machine_, rows);
  }
  const bool ended = program_ && program_->exit_code();
  const Timestamp time{now_ns()};
  const auto facts = std::to_array<Value>(
      {time, Nanoseconds{static_cast<std::uint64_t>(elapsed.count())},
       has_cpu ? Value(cpu) : Value(Errc::not_applicable),
       ended ? Value(std::int64_t{*program_->exit_code()}) : Value(Errc::not_applicable)});
  const bool table = request_.format == Format::table;
  Buffer title;
  if (request_.stream) append_cell(title, time, {.now = time}, Look::start_clock);
  writer_->begin_section({{kSamplePointers, facts}, title.view()},
                         table ? Columns(table_pointers_) : count_columns());
  for (const auto& row : rows) {
    const auto values = values_of(row, seconds);
    std::vector<Value> shown;
    for (const auto index : table_) shown.push_back(values[index]);
    writer_->row(table ? shown : values);
  }
  writer_->end_section(nullptr, summary(rows, seconds));
  output_.flush();
}

// True while there is something left to count.
bool Count::wait_until(Clock::time_point end) {
  constexpr std::chrono::milliseconds kSlice{50};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return true;
    bool over = targets_.wait(std::min(left, kSlice));
    if (program_) over = program_->ended();
    const auto signal = signals_.arrived();
    // Ctrl-C reaches the program, too, which may go on; anything else is passed on to it.
    if (program_ && signal != 0 && signal != SIGINT) program_->signal(signal);
    interrupted_ = interrupted_ || (!program_ && signal != 0);
    if (over || interrupted_) return false;
  }
}

void Count::count() {
  const auto forever = Clock::time_point::max() - std::chrono::hours{1};
  const auto start = Clock::now();
  for (std::uint64_t sample = 1;; ++sample) {
    const auto end = request_.stream ? start + std::chrono::duration_cast<Clock::duration>(
                                                   request_.stream->delay * static_cast<std::int64_t>(sample))
                                     : forever;
    const bool more = wait_until(end);
    const bool last = request_.stream && request_.stream->count && sample == *request_.stream->count;
    write_sample();
    if (!more || last || output_.error() != 0) return;
  }
}

int Count::run_program() {
  auto program = Program::fork(count_.program, signals_.before());
  if (!program) {
    complain("pstat", std::string("cannot fork: ") + std::strerror(program.error()));  // NOLINT
    return kExitNothing;
  }
  program_.emplace(std::move(*program));
  targets_.attach(*program_);
  sampled_ = Clock::now();
  if (const auto started = program_->start(); !started) {
    complain("pstat", count_.program.front() + ": " + std::strerror(started.error()));  // NOLINT
    return started.error() == ENOENT ? kNotFound : kCannotRun;
  }
  begin();
  count();
  // With -n the counting may be over before the program is.
  while (!program_->ended()) static_cast<void>(wait_until(Clock::now() + std::chrono::seconds{1}));
  writer_->end(problems_);
  return *program_->exit_code();
}

int Count::run() {
  if (!count_.program.empty()) return run_program();
  const auto pids = chosen();
  if (!targets_.attach(procfs_, pids)) {
    if (problems_.empty()) complain("pstat", "no process to count");
    return kExitNothing;
  }
  sampled_ = Clock::now();
  begin();
  count();
  writer_->end(problems_);
  return problems_.empty() ? kExitOk : kExitPartial;
}

}  // namespace

std::vector<const Column*> count_document_columns() {
  std::vector<const Column*> columns(run_info_columns().begin(), run_info_columns().end());
  for (const auto& column : kDocumentColumns) columns.push_back(&column);
  return columns;
}

Columns count_sample_columns() { return kSamplePointers; }

int show_count(const Request& request, const ProcFs& procfs, Output& output) {
  const auto& count = *request.count;
  if (!count.file && count.program.empty()) return Count(request, procfs, output).run();
  if (!count.file) {
    Output errors(STDERR_FILENO);
    const auto code = Count(request, procfs, errors).run();
    return errors.error() == 0 ? code : kExitNothing;
  }
  const auto file = [&count] {
    const CallersRights his;
    return UniqueFd(::open(count.file->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  }();
  if (!file) {
    complain("pstat", *count.file + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    return kExitNothing;
  }
  Output into(file.get());
  const auto code = Count(request, procfs, into).run();
  return into.error() == 0 ? code : finish("pstat", into, code);
}

}  // namespace pageloupe::pstat
