// SPDX-License-Identifier: MIT
// What make_request() is made of, besides what stands in request.cpp.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// Errors of all: a message for the user.
using Checked = std::expected<void, std::string>;

template <class T>
[[nodiscard]] Checked assign(T& to, std::expected<T, std::string> from) {
  if (!from) return std::unexpected(from.error());
  to = std::move(*from);
  return {};
}

template <class T>
[[nodiscard]] Checked append(std::vector<T>& to, std::expected<std::vector<T>, std::string> from) {
  if (!from) return std::unexpected(from.error());
  to.insert(to.end(), from->begin(), from->end());
  return {};
}

// The first that failed.
[[nodiscard]] inline Checked all_of(std::initializer_list<Checked> checks) {
  const auto* const failed = std::ranges::find_if(checks, [](const Checked& check) { return !check; });
  return failed == checks.end() ? Checked{} : *failed;
}

// "no view is called 'usr'; did you mean 'user'? (it is one of user, virtual)"
[[nodiscard]] std::string no_such(std::string_view what, std::string_view name,
                                  std::span<const std::string_view> known);

// Which processes.
[[nodiscard]] std::expected<Selection, std::string> choose_processes(const Options& options,
                                                                     const Accounts& accounts);
// True where a rule chooses them, with or without lists.
[[nodiscard]] bool has_rule(const SimpleChoice& simple);

// Which columns, and in which order the rows.
[[nodiscard]] Checked choose_columns(Request& request, const Options& options);
[[nodiscard]] std::expected<std::vector<SortKey>, std::string> parse_sort(std::span<const std::string> lists);

// Where and how much is exported, and what does not go with that.
[[nodiscard]] Checked choose_export(Request& request, const Options& options);
[[nodiscard]] Checked check_export(const Request& request, const Options& options);

// What is counted, and what does not go with that.
[[nodiscard]] Checked choose_counters(Request& request, const Options& options);
[[nodiscard]] Checked check_counters(const Request& request);

}  // namespace pageloupe::pstat
