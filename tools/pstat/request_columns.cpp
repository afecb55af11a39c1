// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "field/field.h"
#include "pstat/export.h"
#include "pstat/request_parts.h"

namespace pageloupe::pstat {
namespace {

UnixParts parts_of(const Options& options) {
  UnixParts parts;
  const auto add = [&](bool given, UnixPart part) { parts |= given ? UnixParts(part) : UnixParts{}; };
  add(options.full, UnixPart::full);
  add(options.extra_full, UnixPart::extra_full);
  add(options.long_list, UnixPart::long_list);
  add(options.jobs, UnixPart::jobs);
  add(options.lwp, UnixPart::lwp);
  add(options.spid, UnixPart::spid);
  add(options.scheduling, UnixPart::scheduling);
  add(options.no_flags, UnixPart::no_flags);
  add(options.processor, UnixPart::processor);
  add(options.bsd, UnixPart::bsd);
  return parts;
}

constexpr UnixParts kViewParts = UnixPart::full | UnixPart::extra_full | UnixPart::long_list |
                                 UnixPart::jobs | UnixPart::scheduling | UnixPart::no_flags |
                                 UnixPart::processor;

// What trees and groups are for: sums of memory that may be summed.
constexpr std::string_view kTreeColumns = "pid,pss,uss,swap,cpu,args";
constexpr std::string_view kGroupColumns = "pss,uss,swap,rss,time";

std::vector<ColumnSpec> group_columns(const Request& request, const Options& options) {
  if (request.format != Format::prometheus) return *parse_column_specs(kGroupColumns);
  auto columns = *parse_column_specs(kExportGauges);
  const bool resident = options.delay || options.samples;
  const auto counters = resident ? *parse_column_specs(kExportCounters) : std::vector<ColumnSpec>{};
  columns.insert(columns.end(), counters.begin(), counters.end());
  return columns;
}

// The preset that was asked for, nullptr where none was.
std::expected<const Preset*, std::string> chosen_preset(const Options& options) {
  auto names = options.views;
  if (options.memory) names.emplace_back("memory");
  if (names.empty()) return nullptr;
  if (std::ranges::any_of(names, [&](const auto& name) { return name != names.front(); })) {
    return std::unexpected("conflicting format options: only one view at a time");
  }
  const auto* const preset = find_preset(names.front());
  if (preset != nullptr) return preset;
  std::vector<std::string_view> known;
  for (const auto& one : presets()) known.push_back(one.name);
  return std::unexpected(no_such("view", names.front(), known));
}

std::expected<std::vector<ColumnSpec>, std::string> view_columns(const Options& options) {
  const auto parts = parts_of(options);
  if (options.lwp && options.spid) return std::unexpected("thread flags conflict; can't use both -L and -T");
  if (options.no_flags && !options.long_list)
    return std::unexpected("modifier -y without format -l makes no sense");
  const auto preset = chosen_preset(options);
  if (!preset) return std::unexpected(preset.error());
  if (*preset != nullptr && parts.any(kViewParts)) {
    return std::unexpected("conflicting format options: the view '" + std::string((*preset)->name) +
                           "' goes with none of -f, -F, -l, -j, -c, -y, -P");
  }
  if (options.preload.empty())
    return *preset != nullptr ? preset_columns(**preset, parts) : unix_columns(parts);
  if (*preset != nullptr || !options.output.empty()) {
    return std::unexpected("conflicting format options: -O goes with no view and no -o");
  }
  const auto list = parse_column_lists(options.preload);
  if (!list) return std::unexpected(list.error());
  return preloaded_columns(list->columns);
}

// Replaces columns where another one says the same in other words; the header stays.
void replace(std::vector<ColumnSpec>& columns, std::string_view name, std::string_view with) {
  for (auto& column : columns) {
    if (column.name == name) column.name = with;
  }
}

}  // namespace

std::string no_such(std::string_view what, std::string_view name, std::span<const std::string_view> known) {
  std::string names;
  for (const auto one : known) names += (names.empty() ? "" : ", ") + std::string(one);
  const auto nearest = nearest_name(name, known);
  return "no " + std::string(what) + " is called '" + std::string(name) + "'" +
         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") + " (it is one of " + names + ")";
}

Checked choose_columns(Request& request, const Options& options) {
  if (const auto view = assign(request.columns, view_columns(options)); !view) return view;
  const bool view_chosen = parts_of(options).any(kViewParts) || !options.views.empty() || options.memory ||
                           !options.preload.empty();
  if (!view_chosen && options.tree) request.columns = *parse_column_specs(kTreeColumns);
  if (!view_chosen && options.group_by) request.columns = group_columns(request, options);
  request.columns_chosen = view_chosen || !options.output.empty();
  const auto list = parse_column_lists(options.output);
  if (!list) return std::unexpected(list.error());
  request.columns_listed = !list->appended && !list->columns.empty();
  if (!list->appended && !list->columns.empty()) request.columns.clear();
  request.columns.insert(request.columns.end(), list->columns.begin(), list->columns.end());
  if (options.true_names) replace(request.columns, "args", "comm");
  if (options.numeric) replace(request.columns, "user", "uid");
  return {};
}

std::expected<std::vector<SortKey>, std::string> parse_sort(std::span<const std::string> lists) {
  std::vector<SortKey> keys;
  for (std::string_view list : lists) {
    const auto shown = std::string(list);
    if (list.empty()) return std::unexpected("an empty list of columns to sort by");
    if (list.ends_with(','))
      return std::unexpected("an empty item in the columns to sort by '" + shown + "'");
    while (!list.empty()) {
      auto item = take_until(list, ',');
      const bool descending = item.starts_with('-');
      if (descending || item.starts_with('+')) item.remove_prefix(1);
      if (item.empty()) return std::unexpected("an empty item in the columns to sort by '" + shown + "'");
      keys.push_back({std::string(item), descending});
    }
  }
  return keys;
}

}  // namespace pageloupe::pstat
