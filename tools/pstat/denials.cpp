// SPDX-License-Identifier: MIT
#include "pstat/denials.h"

#include <algorithm>
#include <map>
#include <unistd.h>

#include "cli/message.h"
#include "sample/process_counters.h"

namespace pageloupe::pstat {
namespace {

std::string_view word_of(Errc code, std::uint64_t count) {
  if (code == Errc::denied) return " denied";
  if (code == Errc::not_recorded) return " not recorded";
  return count == 1 ? " does not answer" : " do not answer";
}

}  // namespace

void Denials::clear() {
  denied_.clear();
  blocked_.clear();
  unrecorded_.clear();
  rows_ = 0;
}

void Denials::count(const Shown& shown, std::span<const Value> values) {
  denied_.resize(shown.columns().size());
  blocked_.resize(shown.columns().size());
  unrecorded_.resize(shown.columns().size());
  ++rows_;
  for (std::size_t i = 0; i < denied_.size(); ++i) {
    if (is_denied(values[i])) ++denied_[i];
    if (values[i] == Value{Errc::blocked}) ++blocked_[i];
    if (values[i] == Value{Errc::not_recorded}) ++unrecorded_[i];
  }
}

bool Denials::any() const {
  const auto is_some = [](std::uint64_t count) { return count != 0; };
  return std::ranges::any_of(denied_, is_some) || std::ranges::any_of(blocked_, is_some);
}

// What helps with counters is said of them apart.
bool Denials::only_counters(const Shown& shown) const {
  for (std::size_t i = 0; i < denied_.size(); ++i) {
    if (denied_[i] != 0 && counter_plan(shown.columns()[i]->origin.files).empty()) return false;
  }
  return true;
}

// Columns of one file lack it together: named together, and all of them in one line.
std::string Denials::sum_up(const Shown& shown, const Counts& counts, Errc code,
                            std::vector<Problem>& problems) const {
  std::map<std::uint64_t, std::string, std::greater<>> columns;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    auto& names = columns[counts[i]];
    names += (names.empty() ? "" : ", ") + std::string(shown.columns()[i]->name);
  }
  std::string all;
  for (const auto& [count, names] : columns) {
    auto message = names + ": " + std::to_string(count) + " of " + std::to_string(rows_) +
                   (rows_ == 1 ? " process" : " processes");
    message += word_of(code, count);
    all += (all.empty() ? "" : "; ") + message;
    problems.push_back({std::nullopt, names, code, message});
  }
  return all;
}

void Denials::report(const Shown& shown, std::vector<Problem>& problems) const {
  const auto unrecorded = sum_up(shown, unrecorded_, Errc::not_recorded, problems);
  if (!unrecorded.empty()) complain("pstat", unrecorded);
  const auto blocked = sum_up(shown, blocked_, Errc::blocked, problems);
  if (!blocked.empty()) complain("pstat", blocked);
  const auto denied = sum_up(shown, denied_, Errc::denied, problems);
  if (denied.empty() || only_counters(shown)) return;
  complain("pstat", denied + (::geteuid() == 0 ? "; not even root may read it" : "; run as root to see it"));
}

}  // namespace pageloupe::pstat
