// SPDX-License-Identifier: MIT
// A free page in the kernel's hugetlb pool, for as long as it is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/unique_fd.h"
#include "base/units.h"
#include "probe/confidence.h"

namespace pageloupe {

inline constexpr std::string_view kHugepageRoot = "/sys/kernel/mm/hugepages";

// Adds one page to the pool if none is free, and sets back the number that it found. Changes the machine, so
// it is to be made only when the user has asked for it.
class HugepagePool {
 public:
  // `root` holds hugepages-2048kB and the like. denied without the right to write there; unsupported if the
  // kernel has no such size, or finds no memory for a page.
  static Result<HugepagePool> with_free_page(Bytes page_size,
                                             const std::string& root = std::string(kHugepageRoot));
  HugepagePool(HugepagePool&&) = default;
  HugepagePool& operator=(HugepagePool&&) = delete;
  HugepagePool(const HugepagePool&) = delete;
  HugepagePool& operator=(const HugepagePool&) = delete;
  ~HugepagePool() { restore(); }

  // Sets the pool back to what it was. May be called from a signal handler, and more than once.
  void restore() const noexcept;
  [[nodiscard]] bool changed() const { return static_cast<bool>(file_); }

 private:
  HugepagePool() = default;

  UniqueFd file_;                 // nr_hugepages, only if it was changed
  std::array<char, 24> found_{};  // its text, ready to be written
  std::size_t length_ = 0;
};

}  // namespace pageloupe
