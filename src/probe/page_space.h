// SPDX-License-Identifier: MIT
// Where the pages and lines of a layout lie in this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "probe/latency_source.h"

namespace pageloupe {

enum class ChaseKind : std::uint8_t {
  links,  // each line holds the next address
  table,  // the lines hold zeros; a table holds the addresses
  jumps,  // the lines hold jumps; a table holds the addresses
};

using AddressList = std::vector<std::uintptr_t>;

class PageSpace {
 public:
  PageSpace() = default;
  PageSpace(const PageSpace&) = delete;
  PageSpace& operator=(const PageSpace&) = delete;
  virtual ~PageSpace() = default;

  [[nodiscard]] virtual LayoutFacts facts() const = 0;
  [[nodiscard]] virtual ChaseKind kind() const { return ChaseKind::links; }
  // Puts every page of the cycle in place and gives the address of each access.
  virtual Result<void> place(std::span<const Access> cycle, AddressList& addresses) = 0;
  virtual void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) = 0;
  // For jumps: where the cycle's table ends.
  [[nodiscard]] virtual std::uintptr_t exit() const { return 0; }
};

inline constexpr std::size_t kLine = 64;  // bytes between two lines; what is longer only wastes some

// Each of these gives the space, or the reason why there is none.
Result<std::unique_ptr<PageSpace>> make_base_space();
Result<std::unique_ptr<PageSpace>> make_code_space();
Result<std::unique_ptr<PageSpace>> make_huge_space(Layout layout);
Result<std::unique_ptr<PageSpace>> make_granule_space(Layout layout);

// The kernel's base page.
[[nodiscard]] std::size_t base_page_size();
// vm.max_map_count; its default where it cannot be read.
[[nodiscard]] std::size_t most_mappings();

}  // namespace pageloupe
