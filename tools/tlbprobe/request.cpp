// SPDX-License-Identifier: MIT
#include "tlbprobe/request.h"

#include <unistd.h>

#include "base/text.h"
#include "tlbprobe/reach.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {
namespace {

using Checked = std::expected<void, std::string>;

template <class T, std::size_t N>
Checked choose(T& to, const std::optional<std::string>& text, const std::array<Choice<T>, N>& choices,
               std::string_view option) {
  if (!text) return {};
  std::string names;
  for (const auto& choice : choices) {
    if (choice.name == *text) {
      to = choice.value;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  return std::unexpected(std::string(option) + " is one of " + names + ", not '" + *text + "'");
}

// A whole number from `least` to `most`.
template <class T>
struct Limits {
  T least;
  T most;
};

template <class T>
std::expected<std::optional<T>, std::string> number(const std::optional<std::string>& text, Limits<T> limits,
                                                    std::string_view option) {
  if (!text) return std::optional<T>{};
  const auto value = to_number<T>(*text);
  if (value && *value >= limits.least && *value <= limits.most) return value;
  return std::unexpected(std::string(option) + " is a whole number from " + std::to_string(limits.least) +
                         " to " + std::to_string(limits.most) + ", not '" + *text + "'");
}

Checked choose_budget(InferenceOptions& inference, const std::optional<std::string>& text) {
  constexpr double kMost = 3600;
  if (!text) return {};
  double seconds = 0;
  const auto* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, seconds);
  if (error != std::errc{} || stop != end || !(seconds > 0 && seconds <= kMost)) {
    return std::unexpected("--time-budget is a number of seconds up to 3600, not '" + *text + "'");
  }
  inference.time_budget = std::chrono::duration<double>(seconds);
  return {};
}

Checked choose_numbers(Request& request, const Options& options, std::uint64_t seed) {
  const auto level = number<unsigned>(options.level, {1, 2}, "--level");
  if (!level) return std::unexpected(level.error());
  request.level = *level;
  const auto cpu = number<int>(options.cpu, {0, CPU_SETSIZE - 1}, "--cpu");
  if (!cpu) return std::unexpected(cpu.error());
  request.cpu = *cpu;
  const auto runs = number<unsigned>(options.runs, {1, 1000}, "--runs");
  if (!runs) return std::unexpected(runs.error());
  request.runs = runs->value_or(1);
  const auto chosen = number<std::uint64_t>(options.seed, {0, ~std::uint64_t{0}}, "--seed");
  if (!chosen) return std::unexpected(chosen.error());
  request.inference.seed = chosen->value_or(seed);
  return choose_budget(request.inference, options.time_budget);
}

// What has to be measured for the rows that are asked for.
void choose_stages(Request& request) {
  auto& stages = request.inference;
  const auto pages = request.pages;
  stages.data = request.kinds != Kinds::instruction;
  stages.second_level = request.level != 1U;
  stages.walk_tiers = stages.second_level && (pages == Pages::all || pages == Pages::base);
  stages.granule = pages != Pages::base;
  stages.huge_2m = pages == Pages::all || pages == Pages::huge_2m;
  stages.huge_1g = pages == Pages::all || pages == Pages::huge_1g;
  stages.code = request.kinds != Kinds::data && (pages == Pages::all || pages == Pages::base);
}

Checked check_rows(Request& request, const ReportOptions& options, Columns columns) {
  const auto names = names_of(columns);
  const auto known = [&](std::string_view name) -> Checked {
    if (std::ranges::find(names, name) != names.end()) return {};
    return std::unexpected(unknown_column_message({std::string(name), nearest_name(name, names)}));
  };
  if (options.output) {
    std::string_view list = *options.output;
    if (list.starts_with('+')) list.remove_prefix(1);
    while (true) {
      const bool last = !list.contains(',');
      if (const auto column = known(trim(take_until(list, ','))); !column) return column;
      if (last) break;
    }
    request.columns = options.output;
  }
  if (options.filter) {
    const auto parsed = Filter::parse(*options.filter, columns);
    if (!parsed) return std::unexpected(filter_error_message(*options.filter, parsed.error()));
    request.filter = options.filter;
  }
  if (options.sort) {
    request.descending = options.sort->starts_with('-');
    request.sort = options.sort->substr(request.descending || options.sort->starts_with('+') ? 1 : 0);
    return known(*request.sort);
  }
  return {};
}

Checked choose_output(Request& request, const Options& options, bool terminal) {
  auto report = options.report;
  if (options.csv) {
    if (report.json || (report.format && *report.format != "csv"))
      return std::unexpected("--csv contradicts another format");
    report.format = "csv";
  }
  const auto format = chosen_format(report);
  if (!format) return std::unexpected(format.error());
  request.format = *format;
  request.writer = writer_options(report);
  if (options.curve && options.no_curve)
    return std::unexpected("--curve and --no-curve contradict each other");
  if (options.curve && request.format != Format::table)
    return std::unexpected("--curve is a plot for people: it goes with a table only; --json has its points");
  request.svg = options.svg;
  request.curve = options.curve || (terminal && !options.no_curve && request.format == Format::table);
  return {};
}

// An option that would have no effect is refused.
Checked check_timed(const Request& request, const Options& options) {
  if (request.timed) return {};
  const std::string_view why = options.quick   ? "--quick times nothing"
                               : options.cpuid ? "another CPU cannot be timed (--cpuid)"
                                               : "a captured machine cannot be timed (--proc-root)";
  const auto given =
      std::to_array<std::pair<bool, std::string_view>>({{options.cpu.has_value(), "--cpu"},
                                                        {options.time_budget.has_value(), "--time-budget"},
                                                        {options.runs.has_value(), "--runs"},
                                                        {options.seed.has_value(), "--seed"},
                                                        {options.setup_hugepages, "--setup-hugepages"},
                                                        {options.curve, "--curve"},
                                                        {options.svg.has_value(), "--svg"},
                                                        {options.verbose, "--verbose"}});
  for (const auto& [is_given, option] : given) {
    if (is_given) return std::unexpected(std::string(why) + ", so " + std::string(option) + " has no effect");
  }
  return {};
}

Checked choose_process(Request& request, const Options& options) {
  if (!options.reach) return {};
  const auto pid =
      *options.reach == "self" ? std::optional(::getpid()) : to_number<std::int32_t>(*options.reach);
  if (!pid || *pid <= 0) return std::unexpected("'" + *options.reach + "' is not a process ID");
  request.reach = Pid{*pid};
  request.curve = false;
  if (options.curve || options.svg) return std::unexpected("--reach shows a process, and no curve");
  if (request.runs > 1) return std::unexpected("--reach goes with one run only");
  if (request.kinds == Kinds::instruction) return std::unexpected("--reach is about data");
  request.kinds = Kinds::data;
  return {};
}

}  // namespace

bool Request::wants(std::uint8_t which, TlbKind kind, Bytes page_size) const {
  constexpr std::uint64_t kMib = 1ULL << 20U;
  if (level && *level != which) return false;
  if (kinds == Kinds::data && kind == TlbKind::instruction) return false;
  if (kinds == Kinds::instruction && kind != TlbKind::instruction && kind != TlbKind::unified) return false;
  switch (pages) {
    case Pages::all: return true;
    case Pages::base: return page_size.value < kMib;
    case Pages::huge_2m: return page_size.value == 2 * kMib;
    case Pages::huge_1g: return page_size.value == 1024 * kMib;
  }
  std::unreachable();
}

std::expected<Request, std::string> make_request(const Options& options, const Surroundings& around) {
  Request request;
  if (!options.operands.empty()) {
    return std::unexpected("'" + options.operands.front() +
                           "': no operand is wanted; --reach takes a process");
  }
  request.setup_hugepages = options.setup_hugepages;
  request.verbose = options.verbose;
  request.cpuid = options.cpuid;
  request.proc_root = options.report.proc_root;
  request.timed = !options.quick && !options.cpuid && request.proc_root == "/proc";
  const auto columns = options.reach ? columns_of(reach_fields()) : columns_of(tlb_fields());
  const auto steps =
      std::to_array<Checked>({choose(request.kinds, options.kind, kKinds, "--kind"),
                              choose(request.pages, options.page_size, kPages, "--page-size"),
                              choose_numbers(request, options, around.seed),
                              choose_output(request, options, around.terminal && request.timed),
                              check_rows(request, options.report, columns), check_timed(request, options),
                              choose_process(request, options)});
  for (const auto& step : steps) {
    if (!step) return std::unexpected(step.error());
  }
  choose_stages(request);
  return request;
}

}  // namespace pageloupe::tlbprobe
