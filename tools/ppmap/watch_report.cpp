// SPDX-License-Identifier: MIT
#include "ppmap/watch_report.h"

#include <ctime>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/hang_guard.h"
#include "cli/held_signals.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "ppmap/change_rows.h"
#include "ppmap/map_watch.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

using Clock = std::chrono::steady_clock;

// A reading takes CPU time, and keeps the process from mapping memory meanwhile: the pause is so many times
// as long at least. By CPU time, because a reader that waits for a CPU is in nobody's way.
constexpr int kPausePerReading = 3;
// A look that takes longer may never end: Ctrl-C then ends the program, and not the watching.
constexpr std::chrono::seconds kPatience{10};

constexpr auto kSectionColumns = std::to_array<Column>({
    {.name = "interval",
     .header = "INTERVAL",
     .help = "its number; 0 is the first look",
     .type = Type::count},
    {.name = "span",
     .header = "SPAN",
     .help = "first, interval, or since_start: what the changes are changes from",
     .type = Type::text},
    {.name = "pid", .header = "PID", .help = "process ID", .type = Type::integer},
    {.name = "comm", .header = "COMM", .help = "name of the program, 15 bytes", .type = Type::text},
    {.name = "time", .header = "TIME", .help = "when the map was read", .type = Type::timestamp},
    {.name = "elapsed", .header = "ELAPSED", .help = "since the look before", .type = Type::duration},
    {.name = "watched", .header = "WATCHED", .help = "since the watching began", .type = Type::duration},
    {.name = "event",
     .header = "EVENT",
     .help = "exec: another program since, whose map is another one; it is what growth counts from now on",
     .type = Type::text},
    {.name = "end",
     .header = "END",
     .help = "why the watching ended: ended, interrupted, counted",
     .type = Type::text},
    {.name = "changed_meanwhile",
     .header = "CHANGED",
     .help = "the process changed its map while it was read: not all is of one moment",
     .type = Type::flag},
    {.name = "reading", .header = "READING", .help = "how long the reading took", .type = Type::duration},
    {.name = "kept",
     .header = "KEPT",
     .help = "memory that the maps kept for comparison take",
     .type = Type::bytes},
    {.name = "unchanged", .header = "SAME", .help = "mappings that did not change", .type = Type::count},
});

Nanoseconds ns(Clock::duration duration) {
  return {static_cast<std::uint64_t>(std::chrono::nanoseconds(duration).count())};
}

std::string clock_text(Timestamp at) {
  const auto seconds = static_cast<std::time_t>(at.value / 1'000'000'000);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return {};
  return format_text("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

// What one block says beside its changes.
struct Block {
  std::string_view span{};
  Value event = Errc::not_applicable;
  Value end = Errc::not_applicable;
  std::string title{};
  std::string remark{};  // below the table
  bool with_rows = true;
};

class WatchReport : public Report {
 public:
  WatchReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(&procfs),
        output_(&output),
        rows_(request),
        columns_(watch_section_columns()),
        writer_(make_writer(request.format, output, kWatchShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  enum class End : std::uint8_t { none, ended, interrupted, counted };

  [[nodiscard]] End wait(Clock::time_point until, int pidfd, const HeldSignals& signals) const;
  [[nodiscard]] Result<End> next(MapWatch& watch, HangGuard& guard);
  void first_block(const MapWatch& watch);
  void interval_block(const MapWatch& watch, MapWatch::Look look);
  void last_block(const MapWatch& watch, End end);
  void write(const Block& block, const ComparedMaps& maps, const MapWatch& watch);
  void note_reading();

  Request request_;
  const ProcFs* procfs_;
  Output* output_;
  ChangeRows rows_;
  std::vector<const Column*> columns_;
  std::unique_ptr<Writer> writer_;
  OpenProcess* process_ = nullptr;  // that is watched
  std::uint64_t interval_ = 0;
  Clock::time_point began_{};
  Clock::time_point read_at_{};
  Timestamp time_{};
  Clock::duration elapsed_{};
};

// Sleeps until then, or until the process has ended or the user has seen enough.
WatchReport::End WatchReport::wait(Clock::time_point until, int pidfd, const HeldSignals& signals) const {
  constexpr std::chrono::milliseconds kSlice{50};
  pollfd process{.fd = pidfd, .events = POLLIN, .revents = 0};
  for (;;) {
    if (signals.arrived() != 0) return End::interrupted;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return End::none;
    const auto slice = std::min<std::chrono::milliseconds>(left, kSlice);
    const int ready = ::poll(&process, 1, static_cast<int>(slice.count()));
    if (ready > 0 && (process.revents & POLLIN) != 0) return End::ended;
  }
}

void WatchReport::note_reading() {
  const auto now = Clock::now();
  elapsed_ = now - read_at_;
  read_at_ = now;
  time_ = Timestamp{now_ns()};
}

Result<void> WatchReport::show(const OpenProcess& process) {
  const auto heading = title(process.head);
  if (!process.head.has_memory()) {
    // Without a map there is no interval; documents have it among their errors.
    if (request_.format != Format::table) return no_memory();
    begin_table(*writer_, *output_, request_, {{}, heading}, {});
    writer_->end_section(nullptr, process.head.absence);
    return no_memory();
  }
  // A descriptor of our own, which may be opened anew through another thread.
  auto own = open_process(*procfs_, process.head.pid);
  if (!own) return std::unexpected(own.error());
  process_ = &*own;
  MapWatch watch(*procfs_, *own, {rows_.measures(), request_.show_path});
  const HeldSignals signals;
  HangGuard guard(kPatience);
  began_ = read_at_ = Clock::now();
  {
    const HangGuard::Work work(guard);
    if (const auto done = watch.begin(); !done) return done;
  }
  note_reading();
  first_block(watch);
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.head.pid.value, 0)));
  for (auto due = began_;;) {
    const auto reading = std::chrono::nanoseconds(watch.reading_cpu().value);
    due = std::max<Clock::time_point>(due + request_.every, Clock::now() + kPausePerReading * reading);
    auto end = wait(due, pidfd.get(), signals);
    if (end == End::none) {
      const auto looked = next(watch, guard);
      if (!looked) return std::unexpected(looked.error());
      end = *looked;
    }
    if (output_->error() != 0) return {};
    if (end == End::none) continue;
    last_block(watch, end);
    return {};
  }
}

Result<WatchReport::End> WatchReport::next(MapWatch& watch, HangGuard& guard) {
  const auto look = [&] {
    const HangGuard::Work work(guard);
    return watch.look();
  }();
  if (!look) return std::unexpected(look.error());
  if (*look == MapWatch::Look::ended) return End::ended;
  note_reading();
  ++interval_;
  interval_block(watch, *look);
  return request_.count != 0 && interval_ >= request_.count ? End::counted : End::none;
}

void WatchReport::first_block(const MapWatch& watch) {
  Block block{.span = "first", .with_rows = false};
  const auto rss = watch.now().totals()[Measure::rss];
  Buffer sizes;
  append_human_size(sizes, Bytes{watch.now().totals()[Measure::size].value_or(0)});
  if (rss) {
    append(sizes, ", RSS ");
    append_human_size(sizes, Bytes{*rss});
  }
  block.title = title(process_->head);
  block.remark =
      clock_text(time_) + format_text("   {} mappings, size {}; what changes from here on is shown\n",
                                      watch.now().size(), sizes.view());
  const MapDiff none;
  write(block, {watch.now(), watch.now(), none, &none}, watch);
}

void WatchReport::interval_block(const MapWatch& watch, MapWatch::Look look) {
  const auto seconds = to_seconds(ns(elapsed_));
  Block block{.span = "interval", .title = clock_text(time_) + format_text("   after {:.1f} s", seconds)};
  if (watch.changed_meanwhile())
    block.remark = "the process changed its map while it was read: not all of this is of one moment\n";
  if (look == MapWatch::Look::exec) {
    block.event = std::string_view("exec");
    block.with_rows = false;
    block.remark += "exec: it is another program now, " + one_line(process_->head.command) +
                    ", whose map is another one altogether; growth counts from here on\n";
    const MapDiff none;
    return write(block, {watch.now(), watch.now(), none, &none}, watch);
  }
  const auto reading = std::chrono::nanoseconds(watch.reading_cpu().value);
  if (kPausePerReading * reading > request_.every)
    block.remark += format_text("a look takes {:.2f} s of CPU time: the pauses are longer than asked for\n",
                                to_seconds(watch.reading_cpu()));
  const auto diff = compare_maps(watch.before(), watch.now(), MatchBy::address);
  const auto since = compare_maps(watch.first(), watch.now(), MatchBy::address);
  write(block, {watch.before(), watch.now(), diff, &since}, watch);
}

void WatchReport::last_block(const MapWatch& watch, End end) {
  const auto watched = to_seconds(ns(Clock::now() - began_));
  Block block{.span = "since_start",
              .title = format_text("since the start, {:.1f} s, {} {}", watched, interval_,
                                   interval_ == 1 ? "interval" : "intervals")};
  if (end == End::ended) {
    block.end = std::string_view("ended");
    const auto sentence = format_text("process {} has ended", process_->head.pid.value);
    if (request_.format == Format::table) {
      block.remark = sentence + "; this is what was known of it last\n";
    } else {
      complain("ppmap", sentence);
    }
  } else {
    block.end = std::string_view(end == End::interrupted ? "interrupted" : "counted");
  }
  const auto since = compare_maps(watch.first(), watch.now(), MatchBy::address);
  // A CSV has no place to tell the sum from an interval.
  block.with_rows = request_.format != Format::csv;
  write(block, {watch.first(), watch.now(), since, &since}, watch);
}

void WatchReport::write(const Block& block, const ComparedMaps& maps, const MapWatch& watch) {
  const auto& head = process_->head;
  std::vector<Value> facts{interval_,
                           block.span,
                           std::int64_t{head.pid.value},
                           std::string_view(head.comm),
                           time_,
                           interval_ == 0 ? Value(Errc::no_previous) : Value(ns(elapsed_)),
                           ns(read_at_ - began_),
                           block.event,
                           block.end,
                           watch.changed_meanwhile(),
                           watch.reading(),
                           watch.memory(),
                           maps.diff.changes.empty() ? maps.after.size() : maps.diff.unchanged};
  append_map_totals(maps.before, maps.after, facts);
  const bool any = block.with_rows && rows_.choose(maps) != 0;
  const bool table = request_.format == Format::table;
  if (table && interval_ != 0) output_->buffer().push_back('\n');
  begin_table(*writer_, *output_, request_, {{columns_, facts}, block.title},
              any || !table ? rows_.columns() : Columns{});
  if (any) rows_.write(*writer_);
  const bool says_summary = table && block.span != "first" && !has_value(block.event);
  auto summary = says_summary ? change_summary(maps, request_.writer.cell.size == SizeUnit::bytes) : "";
  summary += block.remark;
  writer_->end_section(any ? &rows_.totals() : nullptr, summary);
  // A reader of the stream sees each block when it is complete.
  output_->flush();
}

}  // namespace

std::vector<const Column*> watch_section_columns() {
  std::vector<const Column*> columns;
  for (const auto& column : kSectionColumns) columns.push_back(&column);
  for (const auto* column : map_total_columns()) columns.push_back(column);
  return columns;
}

std::unique_ptr<Report> make_watch_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<WatchReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
