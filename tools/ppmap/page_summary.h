// SPDX-License-Identifier: MIT
// The lines below the rows of --pages.
#pragma once

#include <optional>
#include <string>

#include "ppmap/process_head.h"
#include "sample/page_use.h"
#include "sample/process_map.h"

namespace pageloupe::ppmap {

class PageSummary {
 public:
  void add(const VmaRow& row);

  struct Scope {
    bool subset = false;  // some mappings were left out
    bool bytes = false;
  };
  [[nodiscard]] std::string text(const ProcessHead& head, Scope scope) const;

 private:
  [[nodiscard]] std::string sums(const ProcessHead& head, Scope scope) const;

  TableUse table_{};
  FrameUse frames_{};
  bool has_table_ = false;
  bool has_frames_ = false;
  // The first reasons for having none.
  std::optional<Errc> no_table_{};
  std::optional<Errc> no_frames_{};
  std::optional<Errc> no_cache_{};
};

}  // namespace pageloupe::ppmap
