// SPDX-License-Identifier: MIT
// What a getter of the table of process fields may look at.
#pragma once

#include <deque>
#include <string>

#include "sample/growth.h"
#include "sample/names.h"
#include "sample/process.h"
#include "sample/system_facts.h"

namespace pageloupe {

// Texts that are made for one row: they last until clear().
class TextPool {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (used_ == texts_.size()) texts_.emplace_back();
    auto& place = texts_[used_++];
    place.assign(text);
    return place;
  }
  void clear() { used_ = 0; }

 private:
  std::deque<std::string> texts_;  // a deque: growing leaves the views intact
  std::size_t used_ = 0;
};

struct ProcessRow {
  const Process& process;
  const SystemFacts& system;
  Names& names;
  TextPool& pool;
  const Process* before = nullptr;  // the same process at the sample before, where there is one
  double seconds = 0;               // since then, of what stat and statm say
  double file_seconds = 0;          // the same of all other files, which a monitor reads at other times
  Growth growth{};                  // where the process is watched
};

}  // namespace pageloupe
