// SPDX-License-Identifier: MIT
#include "ptop/batch.h"

#include <algorithm>

#include "base/pause.h"
#include "cli/message.h"
#include "cli/report_options.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "ptop/feed.h"
#include "ptop/process_list.h"
#include "ptop/sample_facts.h"
#include "ptop/table_view.h"
#include "ptop/top_summary.h"
#include "sample/logins.h"

namespace pageloupe::ptop {
namespace {

using Clock = std::chrono::steady_clock;

// Shares and rates of the first frame are those of this time.
constexpr std::chrono::nanoseconds kFirstInterval = std::chrono::milliseconds{300};
// Files of processes that have not come for so long will not come for this frame.
constexpr Nanoseconds kPatience{1'000'000'000};

class Batch {
 public:
  Batch(const ProcFs& procfs, const Request& request, std::shared_ptr<TaskScan> scan, Output& output);
  [[nodiscard]] int run();

 private:
  [[nodiscard]] bool refresh();
  void attach_counters();
  void read_files(SourceSet files);
  void wait_for_files(Deferred& deferred);
  void build();
  void show();
  void show_text();
  void add_line(const Line& line);
  void show_sample();

  const Request& request_;
  Output& output_;
  const Settings& settings_;
  std::shared_ptr<Background> threads_;
  Background& background_;
  LiveFeed feed_;
  Names names_;
  RowMaker rows_;
  ProcessList list_;
  TableView table_;
  Order order_{};
  std::optional<Filter> filter_{};
  SourceSet deciding_{};  // costly files that say which processes are shown, and where
  WriterOptions style_;
  std::unique_ptr<Writer> writer_{};
  std::vector<const Field<ProcessRow>*> fields_{};
  std::vector<const Column*> columns_{};
  std::vector<Value> values_{};
  Frame frame_;
  std::uint64_t frames_ = 0;
};

Batch::Batch(const ProcFs& procfs, const Request& request, std::shared_ptr<TaskScan> scan, Output& output)
    : request_(request),
      output_(output),
      settings_(request.settings),
      threads_(procfs.guard() ? procfs.guard()->background() : std::make_shared<Background>()),
      background_(*threads_),
      feed_(procfs, background_,
            {.threads = settings_.threads, .only = request.only, .scan = std::move(scan)}),
      names_(procfs.guard()),
      rows_(feed_.list(), feed_.deferred(), names_),
      style_(writer_options({})) {
  // The texts were checked when the request was made.
  const auto choice = settings_.choice(pid_digits(procfs));
  if (auto columns = resolve_columns(settings_.shown().columns, choice))
    table_.set_columns(std::move(*columns));
  std::string_view sort = settings_.shown().sort;
  order_.descending = sort.starts_with('-');
  if (order_.descending) sort.remove_prefix(1);
  order_.field = resolve_sort(sort, choice).value_or(nullptr);
  if (order_.field != nullptr) deciding_ |= costly_files(order_.field->column);
  if (request.filter) {
    if (auto filter = Filter::parse(*request.filter, columns_of(process_fields())))
      filter_.emplace(std::move(*filter));
    for (const auto index : filter_->columns()) deciding_ |= costly_files(process_fields()[index].column);
  }
  for (const auto& shown : table_.columns()) {
    if (std::ranges::find(fields_, shown.field) != fields_.end()) continue;
    fields_.push_back(shown.field);
    columns_.push_back(&shown.field->column);
  }
  if (request.format != Format::table) writer_ = make_writer(request.format, output, kStreamShape, style_);
}

bool Batch::refresh() {
  const auto done = feed_.refresh(Source::system_stat | Source::meminfo | Source::loadavg | Source::uptime);
  if (!done) complain(tool_name(), done.error());
  return done.has_value();
}

void Batch::build() {
  const Choice choice{.filter = filter_ ? &*filter_ : nullptr,
                      .kernel = settings_.kernel,
                      .idle = settings_.idle,
                      .uid = request_.uid,
                      .other_users = request_.other_users};
  rows_.begin(feed_.facts(), {static_cast<std::uint64_t>(settings_.window.count())});
  list_.build(feed_.list(), rows_, order_, choice, {.tree = settings_.tree});
}

void Batch::wait_for_files(Deferred& deferred) {
  for (auto left = deferred.expected(); left != 0;) {
    deferred.wait(kPatience);
    deferred.collect(feed_.list().now());
    const auto before = std::exchange(left, deferred.expected());
    if (left >= before) return;
  }
}

// Of all processes where files decide, else of those that are shown.
void Batch::read_files(SourceSet files) {
  auto& deferred = *feed_.deferred();
  if (files.empty()) return build();
  feed_.need(files);
  std::vector<WatchedTask*> shown;
  if (deciding_.empty()) {
    build();
    for (const auto& line : list_.lines()) shown.push_back(line.task);
  }
  const auto tasks = deciding_.empty() ? std::span<WatchedTask* const>(shown) : feed_.list().tasks();
  // The first frame follows sooner than the others.
  const auto interval = frames_ == 0 ? std::chrono::nanoseconds{0} : settings_.delay;
  const Nanoseconds fresh{static_cast<std::uint64_t>(interval.count()) * 9 / 10};
  deferred.ask(tasks, files, feed_.list().now(), fresh, tasks.size());
  wait_for_files(deferred);
  build();
}

// Counts are those of an interval: of the first frame, too.
void Batch::attach_counters() {
  const auto files = table_.costly() | deciding_;
  if (const auto others = files - kCounterSources; others != files) read_files(files - others);
}

void Batch::add_line(const Line& line) {
  auto text = line.text();
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  append(output_.buffer(), text);
  append(output_.buffer(), "\n");
}

// A line that is longer than there is room ends in '+', as names do in top.
void Batch::show_text() {
  auto& buffer = output_.buffer();
  if (frames_ != 0) append(buffer, "\n");
  append_top_summary(buffer, {.before = *feed_.machine_before(),
                              .now = feed_.machine(),
                              .tasks = feed_.counts(),
                              .users = read_sessions().value_or(0),
                              .threads = settings_.threads,
                              .per_cpu = settings_.meters.per_core,
                              .scale = settings_.meters.scale});
  append(buffer, "\n");
  const Size size{.columns = request_.width + 1, .rows = list_.lines().size()};
  const double cpus = settings_.irix ? 1 : static_cast<double>(feed_.facts().cpus);
  auto cell = style_.cell;
  cell.now = feed_.facts().now;
  const TableStyle table_style{.cell = cell, .scale = settings_.scale, .cpu_divisor = cpus};
  const TableMarks marks{.sums = settings_.sums && settings_.tree};
  frame_.clear();
  table_.add_heading(frame_, marks, {request_.width, 1});
  add_line(frame_.line(0));
  for (std::size_t i = 0; i < list_.lines().size(); ++i) {
    frame_.clear();
    table_.add_rows(frame_, list_, {i, i + 1}, rows_, marks, table_style, size);
    auto& line = frame_.line(0);
    if (line.columns() > request_.width) {
      line.cut(request_.width - 1);
      line.add(Paint::plain, "+");
    }
    add_line(line);
    output_.written();
  }
}

void Batch::show_sample() {
  const SampleFacts facts(feed_);
  writer_->begin_section({facts.facts(), {}}, columns_);
  for (const auto& listed : list_.lines()) {
    const auto row = rows_(*listed.task);
    values_.resize(fields_.size());
    for (std::size_t i = 0; i < fields_.size(); ++i) fields_[i]->set(values_[i], row);
    writer_->row(values_);
  }
  writer_->end_section(nullptr, "");
}

void Batch::show() {
  read_files(table_.costly() | deciding_);
  if (writer_ == nullptr) {
    show_text();
  } else {
    show_sample();
  }
  output_.flush();
  ++frames_;
}

int Batch::run() {
  if (!refresh()) return kExitNothing;
  const RunInfo info(feed_.procfs(), now_ns());
  if (writer_ != nullptr) writer_->begin(info.facts());
  auto next = Clock::now() + std::min(kFirstInterval, settings_.delay);
  attach_counters();
  while (true) {
    sleep_for(std::max<std::chrono::nanoseconds>(next - Clock::now(), std::chrono::nanoseconds{0}));
    next = Clock::now() + settings_.delay;
    if (!refresh()) return kExitNothing;
    show();
    if (output_.error() != 0 || (request_.count && frames_ >= *request_.count)) break;
  }
  if (writer_ != nullptr) writer_->end({});
  return kExitOk;
}

}  // namespace

int run_batch(const ProcFs& procfs, const Request& request, std::shared_ptr<TaskScan> scan, Output& output) {
  return Batch(procfs, request, std::move(scan), output).run();
}

}  // namespace pageloupe::ptop
