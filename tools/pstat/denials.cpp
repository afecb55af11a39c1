// SPDX-License-Identifier: MIT
#include "pstat/denials.h"

#include <algorithm>
#include <map>
#include <unistd.h>

#include "cli/message.h"

namespace pageloupe::pstat {

void Denials::clear() {
  denied_.clear();
  rows_ = 0;
}

void Denials::count(const Shown& shown, std::span<const Value> values) {
  denied_.resize(shown.columns().size());
  ++rows_;
  for (std::size_t i = 0; i < denied_.size(); ++i) {
    if (is_denied(values[i])) ++denied_[i];
  }
}

bool Denials::any() const {
  return std::ranges::any_of(denied_, [](std::uint64_t count) { return count != 0; });
}

void Denials::report(const Shown& shown, std::vector<Problem>& problems) const {
  // Columns of one file are denied together: named together, and all of them in one line.
  std::map<std::uint64_t, std::string, std::greater<>> columns;
  std::string all;
  for (std::size_t i = 0; i < denied_.size(); ++i) {
    if (denied_[i] == 0) continue;
    auto& names = columns[denied_[i]];
    names += (names.empty() ? "" : ", ") + std::string(shown.columns()[i]->name);
  }
  for (const auto& [count, names] : columns) {
    const auto message = names + ": " + std::to_string(count) + " of " + std::to_string(rows_) +
                         (rows_ == 1 ? " process" : " processes") + " denied";
    all += (all.empty() ? "" : "; ") + message;
    problems.push_back({std::nullopt, names, Errc::denied, message});
  }
  if (all.empty()) return;
  complain("pstat", all + (::geteuid() == 0 ? "; not even root may read it" : "; run as root to see it"));
}

}  // namespace pageloupe::pstat
