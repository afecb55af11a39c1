// SPDX-License-Identifier: MIT
#include <map>

#include "base/pause.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "pstat/line_width.h"
#include "pstat/memory_truth.h"
#include "pstat/process_set.h"
#include "pstat/size_text.h"
#include "render/format.h"
#include "render/look.h"
#include "sample/cow.h"

namespace pageloupe::pstat {
namespace {

constexpr Column bytes_column(std::string_view name, std::string_view header, std::string_view help,
                              Source source) {
  return {
      .name = name, .header = header, .origin = {source, ""}, .help = help, .type = Type::bytes, .width = 8};
}
constexpr Column kPidColumn{
    .name = "pid", .header = "PID", .help = "the worker", .type = Type::integer, .width = 7};
constexpr Column kComm{
    .name = "comm", .header = "COMMAND", .help = "name of the program", .type = Type::text};

constexpr auto kExactColumns = std::to_array<Column>({
    kPidColumn,
    bytes_column("shared", "SHARED", "still the parent's frame: shared by copy-on-write", Source::pagemap),
    bytes_column("copied", "COPIED", "copied since the fork", Source::pagemap),
    bytes_column("shared_others", "SIBLINGS", "no longer the parent's frame, but shared with others",
                 Source::pagemap),
    bytes_column("fresh", "FRESH", "touched since the fork, where the parent has nothing", Source::pagemap),
    bytes_column("file", "FILE", "page of a mapped file, not written to", Source::pagemap),
    bytes_column("swapped", "SWAPPED", "in swap", Source::pagemap),
    bytes_column("untouched", "UNTOUCHED", "never touched", Source::pagemap),
    {.name = "still_shared",
     .header = "STILL",
     .help = "share of what came from the parent that is still its frame",
     .type = Type::percent,
     .width = 6},
    {.name = "erosion",
     .header = "ERODES/s",
     .help = "copies made, bytes a second, since the sample before",
     .type = Type::rate,
     .width = 9},
    kComm,
});
constexpr auto kExactPointers = pointers_to(kExactColumns);

constexpr auto kBoundColumns = std::to_array<Column>({
    kPidColumn,
    bytes_column("shared_most", "SHARED<=", "at most this is shared with the parent", Source::smaps),
    bytes_column("private", "PRIVATE", "copied or fresh: which of them cannot be told", Source::smaps),
    bytes_column("swapped", "SWAPPED", "in swap", Source::smaps),
    bytes_column("untouched", "UNTOUCHED", "never touched", Source::smaps),
    kComm,
});
constexpr auto kBoundPointers = pointers_to(kBoundColumns);

constexpr auto kCowSampleColumns = std::to_array<Column>({
    {.name = "sample_time", .header = "TIME", .help = "when the sample was taken", .type = Type::timestamp},
    {.name = "parent", .header = "PARENT", .help = "process ID of the parent", .type = Type::integer},
    {.name = "exact",
     .header = "EXACT",
     .help = "counted by frames; else bounds from smaps",
     .type = Type::flag},
});
constexpr auto kCowSamplePointers = pointers_to(kCowSampleColumns);

WriterOptions style(const Request& request) {
  auto options = request.writer;
  options.line_width = line_width(request.width);
  return options;
}

class CowReport {
 public:
  CowReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(procfs),
        output_(output),
        writer_(make_writer(request.format, output, kCowShape, style(request))) {}

  [[nodiscard]] int run();

 private:
  [[nodiscard]] Result<void> sample(const PidDir& parent);
  [[nodiscard]] std::uint64_t show_samples(const PidDir& parent);
  void note(Pid pid, std::string_view file, const Error& error);
  void no_parent(Errc code, std::string_view message);
  void write_exact(const std::vector<CowWorker>& workers, const std::deque<Member>& members);
  void write_bounds(const std::vector<CowBoundsOfWorker>& workers, const std::deque<Member>& members);
  void begin_section(bool exact, Columns columns);

  const Request& request_;
  const ProcFs& procfs_;
  Output& output_;
  std::unique_ptr<Writer> writer_;
  std::map<std::int32_t, Problem> problems_;  // one for each process, however many samples meet it
  std::map<std::int32_t, CowPages> before_;
  Timestamp now_{};
  Timestamp last_{};
  bool warned_ = false;
};

void CowReport::begin_section(bool exact, Columns columns) {
  const auto facts = std::to_array<Value>({now_, std::int64_t{request_.cow->value}, exact});
  Buffer title;
  append_look(title, now_, Look::start_clock, now_);
  append_format(title, "  workers of {}{}", request_.cow->value, exact ? "" : " (bounds)");
  writer_->begin_section({{kCowSamplePointers, facts}, title.view()}, columns);
}

// That a worker has no memory, as a zombie, is no failure to read it.
void CowReport::note(Pid pid, std::string_view file, const Error& error) {
  if (error.code == Errc::no_memory) return;
  problems_.try_emplace(pid.value,
                        Problem{pid.value, std::string(file), error.code, std::string(reason(error.code))});
}

Value still_shared(const CowPages& pages) {
  const auto came_along = pages.shared + pages.copied + pages.shared_others;
  const auto share = percent_of(pages.shared, came_along);
  return share ? Value(*share) : Value(Errc::not_applicable);
}

void CowReport::write_exact(const std::vector<CowWorker>& workers, const std::deque<Member>& members) {
  begin_section(true, kExactPointers);
  CowPages all;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const auto& [pid, pages, error] = workers[i];
    const auto before = before_.find(pid.value);
    const auto elapsed = Nanoseconds{now_.value - last_.value};
    const auto rate = before != before_.end() ? cow_erosion(before->second, pages, elapsed) : std::nullopt;
    // What was not read at all has a reason in place of figures.
    const bool blank = error && pages == CowPages{};
    const auto cell = [&](Bytes CowPages::* part) { return blank ? Value(error->code) : Value(pages.*part); };
    const auto row = std::to_array<Value>(
        {std::int64_t{pid.value}, cell(&CowPages::shared), cell(&CowPages::copied),
         cell(&CowPages::shared_others), cell(&CowPages::fresh), cell(&CowPages::file),
         cell(&CowPages::swapped), cell(&CowPages::untouched), still_shared(pages),
         rate && !blank ? Value(*rate) : Value(Errc::no_previous), std::string_view(members[i].comm)});
    writer_->row(row);
    before_[pid.value] = pages;
    all += pages;
    if (error) note(pid, "pagemap", *error);
  }
  const auto size = [this](Bytes bytes) { return size_text(bytes, request_.writer.cell); };
  writer_->end_section(
      nullptr, format_text("{} {}: {} still shared with the parent, {} copied, {} fresh\n", workers.size(),
                           workers.size() == 1 ? "worker" : "workers", size(all.shared),
                           size(all.copied + all.shared_others), size(all.fresh)));
}

void CowReport::write_bounds(const std::vector<CowBoundsOfWorker>& workers,
                             const std::deque<Member>& members) {
  if (!std::exchange(warned_, true)) {
    complain("pstat",
             "the frames may not be read: these are bounds from smaps; run as root for the exact figures");
  }
  begin_section(false, kBoundPointers);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const auto& [pid, bounds] = workers[i];
    const auto cell = [&bounds](Bytes CowBounds::* member) {
      return bounds ? Value((*bounds).*member) : Value(bounds.error().code);
    };
    const auto row = std::to_array<Value>({std::int64_t{pid.value}, cell(&CowBounds::shared_most),
                                           cell(&CowBounds::private_), cell(&CowBounds::swapped),
                                           cell(&CowBounds::untouched), std::string_view(members[i].comm)});
    writer_->row(row);
    if (!bounds) note(pid, "smaps", bounds.error());
  }
  writer_->end_section(nullptr, "");
}

// Errors: of the parent.
Result<void> CowReport::sample(const PidDir& parent) {
  const auto members = open_children(procfs_, parent.pid());
  if (!members) return std::unexpected(members.error());
  now_ = {now_ns()};
  const auto dirs = directories(*members);
  const auto exact = measure_cow(parent, dirs, procfs_);
  if (exact) {
    write_exact(*exact, *members);
  } else if (exact.error().code == Errc::denied || exact.error().code == Errc::unsupported) {
    write_bounds(cow_bounds(dirs), *members);
  } else {
    return std::unexpected(exact.error());
  }
  last_ = now_;
  output_.flush();
  return {};
}

void CowReport::no_parent(Errc code, std::string_view message) {
  const auto pid = request_.cow->value;
  problems_.try_emplace(pid, Problem{pid, "process", code, std::string(message)});
}

// Returns their number.
std::uint64_t CowReport::show_samples(const PidDir& parent) {
  for (std::uint64_t samples = 0;;) {
    if (output_.error() != 0) return samples;
    if (const auto done = sample(parent); !done) {
      if (done.error().code == Errc::blocked) {
        no_parent(Errc::blocked, "its memory does not answer");
        return samples;
      }
      // The page tables of a process without memory answer as those of one that has ended.
      std::string buffer;
      const bool lives = parent.read("stat", buffer).has_value();
      if (samples == 0 && lives) no_parent(Errc::no_memory, "it has no memory to share");
      if (samples == 0 && !lives) no_parent(Errc::gone, "it has ended");
      return samples;
    }
    ++samples;
    if (!request_.stream || request_.stream->count == samples) return samples;
    sleep_for(request_.stream->delay);
  }
}

int CowReport::run() {
  const RunInfo info(procfs_, now_ns());
  writer_->begin(info.facts());
  const auto parent = procfs_.pid(*request_.cow);
  if (!parent) no_parent(Errc::gone, "no such process");
  const auto samples = parent ? show_samples(*parent) : 0;
  std::vector<Problem> problems;
  for (const auto& [pid, problem] : problems_) {
    problems.push_back(problem);
    complain("pstat", format_text("process {}: {}", pid, problem.message));
  }
  writer_->end(problems);
  return samples == 0 ? kExitNothing : problems.empty() ? kExitOk : kExitPartial;
}

}  // namespace

Columns cow_sample_columns() { return kCowSamplePointers; }
std::vector<const Column*> cow_row_columns() {
  std::vector<const Column*> columns(kExactPointers.begin(), kExactPointers.end());
  for (const auto* column : kBoundPointers) {
    if (std::ranges::find(columns, column->name, &Column::name) == columns.end()) columns.push_back(column);
  }
  return columns;
}

int show_cow(const Request& request, const ProcFs& procfs, Output& output) {
  return CowReport(request, procfs, output).run();
}

}  // namespace pageloupe::pstat
