// SPDX-License-Identifier: MIT
// The lines below a map: where the memory of the rows shown goes.
#pragma once

#include <array>
#include <string>

#include "sample/process_map.h"

namespace pageloupe::ppmap {

class Summary {
 public:
  void add(const VmaRow& row);

  // One or two lines, sizes for people (or in bytes). Empty for no rows.
  [[nodiscard]] std::string text(bool bytes) const;

 private:
  struct Sum {
    Bytes size{};
    Bytes resident{};
    std::uint64_t mappings = 0;
  };

  [[nodiscard]] std::string largest_kinds(bool bytes) const;

  std::array<Sum, static_cast<std::size_t>(VmaKind::count_)> kinds_{};
  Sum all_{};
  SmapsUsage usage_{};
  bool has_usage_ = false;
};

}  // namespace pageloupe::ppmap
