// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/write_file.h"
#include "cli/message.h"
#include "cli/rights.h"
#include "cli/tool.h"
#include "probe/hardware_source.h"
#include "probe/page_space.h"
#include "render/describe.h"
#include "tlbprobe/curve_picture.h"
#include "tlbprobe/describe.h"
#include "tlbprobe/progress.h"
#include "tlbprobe/report.h"
#include "tlbprobe/rows.h"
#include "tlbprobe/signals.h"
#include "tlbprobe/summary.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr std::string_view kTool = "tlbprobe";

// As much of the terminal as the plot may have.
PlotSize plot_size() {
  winsize window{};
  PlotSize size;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0)
    return size;
  constexpr std::size_t kWidest = 120;
  size.columns = std::min<std::size_t>(window.ws_col - 2U, kWidest);
  size.lines = std::min(size.lines, window.ws_row - std::min<std::size_t>(window.ws_row, 2));
  return size;
}

// One invocation: what was asked, what is known, what went wrong.
class Session {
 public:
  Session(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request), procfs_(procfs), output_(output), base_page_{base_page_size()} {}

  int run();

 private:
  [[nodiscard]] bool time_it();
  void set_up_pools();
  void note(Problem problem);
  void note_failures();
  [[nodiscard]] int show(const Machine& machine);
  [[nodiscard]] int fail_reach(const Error& error) const;
  [[nodiscard]] int show_reach(const Machine& machine, std::span<const TlbRow> rows);
  void show_curves(std::span<const TlbRow> rows);
  void write_svg(std::span<const TlbRow> rows);

  const Request& request_;
  const ProcFs& procfs_;
  Output& output_;
  Bytes base_page_;
  std::optional<Measurement> measurement_;
  std::array<std::optional<HugepagePool>, 2> pools_;
  std::array<std::optional<RestoredOnSignal>, 2> restored_;
  std::vector<Problem> problems_;
};

void Session::note(Problem problem) {
  complain("tlbprobe", problem.message);
  problems_.push_back(std::move(problem));
}

void Session::set_up_pools() {
  constexpr std::array kSizes{Bytes{2ULL << 20U}, Bytes{1ULL << 30U}};
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    if (!(i == 0 ? request_.inference.huge_2m : request_.inference.huge_1g)) continue;
    auto pool = HugepagePool::with_free_page(kSizes.at(i));
    if (pool) {
      restored_.at(i).emplace(pools_.at(i).emplace(std::move(*pool)));
    } else {
      note({.subject = "--setup-hugepages",
            .code = pool.error().code,
            .message = "no " + size_words(kSizes.at(i)) + " page: " + not_measured(pool.error())});
    }
  }
}

// What was asked for outright and is missing.
void Session::note_failures() {
  const auto& report = measurement_->report;
  if (report.cancelled) {
    return note(
        {.subject = "signal", .code = Errc::not_sampled, .message = "stopped early; what is known is shown"});
  }
  const auto add = [&](const std::string& subject, const Error& error) {
    note({.subject = subject, .code = error.code, .message = subject + ": " + not_measured(error)});
  };
  const bool no_base = request_.inference.data && !report.base.first;
  if (no_base) add("base pages", report.base.first.error());
  if (request_.pages == Pages::huge_2m && !report.huge_2m) add("2 MiB pages", report.huge_2m.error());
  if (request_.pages == Pages::huge_1g && !report.huge_1g) add("1 GiB pages", report.huge_1g.error());
  if (request_.kinds == Kinds::instruction && !report.code) add("instructions", report.code.error());
}

bool Session::time_it() {
  const auto& cancelled = catch_signals();
  if (request_.setup_hugepages) set_up_pools();
  const auto source = HardwareSource::make({.cpu = request_.cpu});
  if (!source) {
    note({.subject = "--cpu",
          .code = source.error().code,
          .message =
              "CPU " + std::to_string(request_.cpu.value_or(-1)) + ": " + not_measured(source.error())});
    return false;
  }
  Progress progress({.line = ::isatty(STDERR_FILENO) == 1, .verbose = request_.verbose});
  measurement_ = measure(**source, request_, cancelled, progress.observer());
  return true;
}

int Session::run() {
  // What cannot be looked at is said before the seconds of timing.
  if (request_.reach) {
    if (const auto pages = read_resident(procfs_, *request_.reach); !pages) return fail_reach(pages.error());
  }
  if (request_.timed && !time_it()) return kExitNothing;
  const auto machine = read_machine(request_, procfs_);
  if (!machine) {
    complain("tlbprobe", machine.error());
    return kExitNothing;
  }
  if (measurement_) note_failures();
  return show(*machine);
}

int Session::show(const Machine& machine) {
  const auto* report = measurement_ ? &measurement_->report : nullptr;
  const auto rows = make_rows(request_, machine, base_page_, report);
  if (request_.reach) return show_reach(machine, rows);
  const auto summary = headline(rows, base_page_, request_.timed);
  const RunInfo info(procfs_, now_ns());
  const DocumentFacts facts(info, machine, report, summary);
  auto notes = footnotes(rows, machine, report);
  if (measurement_) notes += describe_spread(measurement_->runs);
  write_levels(
      request_, output_,
      {.facts = facts.facts(), .heading = summary + "\n" + describe_cpu(machine), .footnotes = notes}, rows,
      measurement_ ? &*measurement_ : nullptr, base_page_, problems_);
  if (request_.curve && report != nullptr) show_curves(rows);
  if (request_.svg && report != nullptr) write_svg(rows);
  return finish(kTool, output_, problems_.empty() ? kExitOk : kExitPartial);
}

int Session::fail_reach(const Error& error) const {
  const bool nobody = !procfs_.pid(*request_.reach);
  complain(kTool, "process " + std::to_string(request_.reach->value) + ": " +
                      (nobody ? "no such process" : std::string(reason(error.code))));
  return kExitNothing;
}

int Session::show_reach(const Machine& machine, std::span<const TlbRow> rows) {
  const auto pages = read_resident(procfs_, *request_.reach);
  if (!pages) return fail_reach(pages.error());
  const auto* report = measurement_ ? &measurement_->report : nullptr;
  const bool split = report != nullptr && report->granule && !report->granule->holds_huge();
  const auto piece = split ? report->granule->common_piece() : Bytes{2ULL << 20U};
  const auto reached = make_reach(rows, *pages, base_page_, piece);
  const auto summary = reach_headline(reached, *pages, piece);
  const RunInfo info(procfs_, now_ns());
  DocumentFacts facts(info, machine, report, summary);
  facts.add(*pages, *request_.reach);
  const auto heading = std::to_string(request_.reach->value) + " " + one_line(pages->comm) + ": " + summary +
                       "\n" + describe_cpu(machine);
  write_reach(request_, output_, {.facts = facts.facts(), .heading = heading}, reached, problems_);
  return finish(kTool, output_, problems_.empty() ? kExitOk : kExitPartial);
}

void Session::show_curves(std::span<const TlbRow> rows) {
  for (const auto& part : parts_of(measurement_->report, base_page_)) {
    if (part.geometry == nullptr) continue;
    const auto picture = picture_of(*part.geometry, rows, part.page_size, part.kind);
    const auto text = plot_text(picture, plot_size(), request_.writer.cell.text.utf8);
    if (!text.empty()) append(output_.buffer(), "\n" + text);
  }
  output_.flush();
}

void Session::write_svg(std::span<const TlbRow> rows) {
  CurvePicture picture;
  for (const auto& part : parts_of(measurement_->report, base_page_)) {
    if (part.geometry == nullptr || !picture.points.empty()) continue;
    picture = picture_of(*part.geometry, rows, part.page_size, part.kind);
  }
  const CallersRights his;
  constexpr mode_t kReadableByAll = 0644;
  const int error = write_file(*request_.svg, plot_svg(picture), kReadableByAll);
  if (error == 0) return;
  note({.subject = *request_.svg,
        .code = Errc::io,
        .message = *request_.svg +
                   ": cannot be written: " + std::strerror(error)});  // NOLINT(concurrency-mt-unsafe)
}

int run(std::span<char* const> arguments) {
  Options options;
  CommandLine line(about());
  add_options(line, options);
  if (const auto code = line.parse(arguments)) return *code;
  Output output(STDOUT_FILENO);
  if (options.describe)
    return finish(kTool, output, describe(*options.describe, line, self_description(), output));
  const auto request =
      make_request(options, {.terminal = ::isatty(STDOUT_FILENO) == 1, .seed = std::random_device{}()});
  if (!request) return fail_usage(kTool, request.error());
  if (options.report.list_columns) {
    describe_columns(options.reach ? columns_of(reach_fields()) : columns_of(tlb_fields()), request->format,
                     output, request->writer);
    return finish(kTool, output, kExitOk);
  }
  const auto procfs = open_procfs(kTool, request->proc_root, make_guard(kTool));
  if (!procfs) return kExitNothing;
  return Session(*request, *procfs, output).run();
}

}  // namespace
}  // namespace pageloupe::tlbprobe

int main(int argc, char** argv) {
  return pageloupe::run_tool(pageloupe::tlbprobe::kTool, {argv, static_cast<std::size_t>(argc)},
                             pageloupe::tlbprobe::run);
}
