// SPDX-License-Identifier: MIT
#include "pstat/listing.h"

#include <array>
#include <set>

#include "base/pause.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "pstat/counter_notes.h"
#include "pstat/denials.h"
#include "pstat/group_rows.h"
#include "pstat/line_width.h"
#include "pstat/live_source.h"
#include "pstat/pass_rows.h"
#include "pstat/replay_source.h"
#include "record/recording_info.h"
#include "record/when.h"
#include "render/format.h"
#include "render/look.h"
#include "render/named_values.h"

namespace pageloupe::pstat {
namespace {

constexpr auto kSampleColumns = std::to_array<Column>({
    {.name = "sample_time", .header = "TIME", .help = "when the sample was taken", .type = Type::timestamp},
    {.name = "interval", .header = "INTERVAL", .help = "since the sample before", .type = Type::duration},
    {.name = "begun",
     .header = "BEGUN",
     .help = "processes that were not in the sample before",
     .type = Type::count},
    {.name = "ended",
     .header = "ENDED",
     .help = "processes of the sample before that are gone",
     .type = Type::count},
});
constexpr auto kSamplePointers = pointers_to(kSampleColumns);

// Without a stream, columns that are made of two samples get a short interval of their own.
constexpr std::chrono::milliseconds kPrimingInterval{200};

// Lists are laid out as ps does; sums and groups have columns of their own, whose widths are learnt.
WriterOptions style(const Request& request, Timestamp now) {
  auto options = request.writer;
  options.fixed_widths = !request.group_by && request.hierarchy != Hierarchy::tree;
  options.line_width = line_width(request.width);
  options.cell.now = now;
  return options;
}

CollectorNeeds needs(const Request& request, const Shown& shown) {
  auto files = shown.needs();
  if (request.group_by)
    files |= (*find_field(process_fields(), group_field(*request.group_by)))->column.origin.files;
  return {files, request.stream.has_value() || shown.needs_before()};
}

class Listing {
 public:
  // `root`: of the /proc, for messages.
  Listing(const Request& request, ProcessSource& source, std::string root, Output& output, const Shown& shown)
      : request_(request),
        source_(source),
        root_(std::move(root)),
        output_(output),
        shown_(shown),
        rows_(make_pass_rows(request, shown)),
        writer_(make_writer(request.format, output, request.stream ? kStreamShape : kListShape,
                            style(request, source.system().now))) {}

  [[nodiscard]] int run();

 private:
  [[nodiscard]] bool one_pass(bool shown);
  void begin_sample(const SystemFacts& system);
  void show_system(NamedValues& facts);
  void end_sample();
  void tell_missing();
  [[nodiscard]] int exit_code() const;
  [[nodiscard]] bool go_on(std::uint64_t passes) const;

  const Request& request_;
  ProcessSource& source_;
  std::string root_;
  Output& output_;
  const Shown& shown_;
  std::unique_ptr<PassRows> rows_;
  std::unique_ptr<Writer> writer_;
  Denials denials_;
  CounterNotes notes_;
  std::vector<Value> values_;
  std::vector<Problem> problems_;
  std::set<std::int32_t> told_missing_;
  Timestamp before_{};
  std::uint64_t rows_shown_ = 0;
};

// The rows of a stream wait until the pass is over, for its facts stand before them.
void Listing::begin_sample(const SystemFacts& system) {
  if (!request_.stream) return writer_->begin_section({}, rows_->columns());
  const auto interval =
      before_.value != 0 ? Value(Nanoseconds{system.now.value - before_.value}) : Value(Errc::no_previous);
  NamedValues sample;
  const auto facts = std::to_array<Value>({system.now, interval, source_.begun(), source_.ended()});
  sample.add({kSamplePointers, facts});
  if (request_.system) show_system(sample);
  Buffer title;
  append_look(title, system.now, Look::start_clock, system.now);
  append_format(title, "  {} begun, {} ended", source_.begun(), source_.ended());
  writer_->begin_section({sample.facts(), title.view()}, rows_->columns());
}

// The machine's memory: lines above a table, facts of the document or of the sample.
void Listing::show_system(NamedValues& facts) {
  const auto memory = source_.memory();
  add_system_facts(memory, facts.columns, facts.values);
  if (request_.format == Format::table) append(output_.buffer(), system_lines(memory, request_.writer.cell));
}

bool Listing::one_pass(bool shown) {
  const auto system = source_.system();
  denials_.clear();
  notes_.clear();
  const bool direct = !request_.stream && shown;
  if (direct) begin_sample(system);
  const auto done = source_.pass(system, [&](const ProcessRow& row) {
    if (!shown) return;
    ++rows_shown_;
    shown_.evaluate(row, values_);
    denials_.count(shown_, values_);
    if (source_.counters() != nullptr) notes_.count(shown_, row, values_);
    rows_->add(row, values_, *writer_);
  });
  if (!done) {
    const bool empty = done.error().code == Errc::malformed;
    complain("pstat", root_ + (empty ? " holds no processes: it is no procfs"
                                     : " cannot be listed: " + std::string(reason(done.error().code))));
    return false;
  }
  if (shown && !direct) begin_sample(system);
  if (shown) {
    rows_->finish(*writer_);
    end_sample();
  }
  before_ = system.now;
  return true;
}

// Once, however many samples lack them.
void Listing::tell_missing() {
  for (const auto pid : source_.missing()) {
    if (!told_missing_.insert(pid.value).second) continue;
    const auto message = "process " + std::to_string(pid.value) + ": no such process";
    complain("pstat", message);
    problems_.push_back({pid.value, "", Errc::gone, message});
  }
}

void Listing::end_sample() {
  tell_missing();
  const bool marked = request_.group_by && std::ranges::any_of(rows_->columns(), [](const Column* column) {
                        return column->header.ends_with('*');
                      });
  writer_->end_section(
      nullptr, marked ? "* counts shared memory once for each process that shares it; PSS does not\n" : "");
  output_.flush();
}

int Listing::exit_code() const {
  if (rows_shown_ == 0) return kExitNothing;
  const bool named = request_.selection.named_pids() || request_.tree_root;
  return named && (!problems_.empty() || denials_.any()) ? kExitPartial : kExitOk;
}

bool Listing::go_on(std::uint64_t passes) const {
  if (output_.error() != 0 || !request_.stream) return false;
  return !request_.stream->count || passes < *request_.stream->count;
}

int Listing::run() {
  NamedValues document;
  document.add(source_.run_facts());
  if (request_.system && !request_.stream) show_system(document);
  writer_->begin(document.facts());
  if (!request_.stream && shown_.needs_before() && !source_.has_past()) {
    if (!one_pass(false) || !source_.next(kPrimingInterval)) return kExitNothing;
  }
  std::uint64_t passes = 0;
  do {
    if (passes != 0 && !source_.next(request_.stream->delay)) break;
    if (!one_pass(true)) return kExitNothing;
    ++passes;
  } while (go_on(passes));
  denials_.report(shown_, problems_);
  // What cannot be counted here is no failure.
  const auto code = exit_code();
  notes_.report(shown_, source_.counters(), problems_);
  writer_->end(problems_);
  return code;
}

}  // namespace

Columns sample_columns() { return kSamplePointers; }

namespace {

// Errors: a message for the user; usage.
std::expected<Shown, std::string> shown_columns(const Request& request, int pid_digits) {
  auto shown = Shown::make(request, request.format == Format::table ? pid_digits : 0);
  if (!shown || !request.group_by) return shown;
  if (const auto plan = plan_groups(request, *shown); !plan) return std::unexpected(plan.error());
  return shown;
}

// As many as the longest ID of the sample has, and as many as a live system's have at least.
int recorded_pid_digits(const RecordedSample& sample) {
  constexpr int kLeast = 7;
  const auto longest = sample.processes.empty() ? 0 : sample.processes.rbegin()->first;
  return std::max(kLeast, static_cast<int>(std::to_string(longest).size()));
}

}  // namespace

int show_listing(const Request& request, const ProcFs& procfs, Output& output) {
  const auto shown = shown_columns(request, pid_digits(procfs));
  if (!shown) return fail_usage("pstat", shown.error());
  auto what = needs(request, *shown);
  auto scan = open_scan(procfs, request, what.columns);
  if (!scan) {
    complain("pstat", scan.error());
    return kExitNothing;
  }
  what.scan = std::move(*scan);
  LiveSource source(procfs, request, what);
  return Listing(request, source, procfs.root(), output, *shown).run();
}

int show_recording(const Request& request, RecordingReader& reader, Output& output) {
  const auto shown = shown_columns(request, recorded_pid_digits(reader.sample()));
  if (!shown) return fail_usage("pstat", shown.error());
  const auto& file = *request.recording.replay;
  const bool threads = request.threads != Threads::none;
  if (reader.sample().head.threads != threads) {
    complain("pstat",
             "'" + file + (threads ? "' holds no threads" : "' holds threads as rows: -L shows them"));
    return kExitNothing;
  }
  ReplaySource source(reader, request);
  const int code = Listing(request, source, file, output, *shown).run();
  if (!reader.damage().empty())
    complain("pstat", "'" + file + "' is damaged: " + damage_text(reader.damage()));
  return code == kExitOk && !reader.damage().empty() ? int{kExitPartial} : code;
}

}  // namespace pageloupe::pstat
