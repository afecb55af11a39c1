// SPDX-License-Identifier: MIT
// The lines below a map: where the memory of the rows shown goes.
#pragma once

#include <array>
#include <string>

#include "ppmap/process_head.h"
#include "sample/process_map.h"

namespace pageloupe::ppmap {

class Summary {
 public:
  void add(const VmaRow& row);

  struct Scope {
    bool subset = false;  // some rows were left out: the sums are not those of the process
    bool bytes = false;   // sizes in bytes, not for people
  };

  // One or two lines. Empty for no rows. What smaps did not say of the whole process, its head does.
  [[nodiscard]] std::string text(const ProcessHead& head, Scope scope) const;

 private:
  // What is known of the memory that all rows hold together.
  struct Held {
    Bytes resident{};
    Bytes swap{};
  };
  [[nodiscard]] std::optional<Held> held(const ProcessHead& head, Scope scope) const;
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
  bool has_vsyscall_ = false;
};

}  // namespace pageloupe::ppmap
