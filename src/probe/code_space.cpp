// SPDX-License-Identifier: MIT
// Executable pages, all over one small file whose every line jumps on.
#include <algorithm>

#include "probe/alias_pages.h"
#include "probe/chase.h"
#include "probe/page_space.h"

namespace pageloupe {
namespace {

constexpr std::uint32_t kMostPages = 2048;
constexpr std::uint32_t kLines = 2 * kMostPages;  // two jumps per page

class CodeSpace : public PageSpace {
 public:
  CodeSpace(Mapping dense, AliasPages pages) : dense_(std::move(dense)), pages_(std::move(pages)) {}

  [[nodiscard]] ChaseKind kind() const override { return ChaseKind::jumps; }
  [[nodiscard]] LayoutFacts facts() const override {
    return {.page_size = {base_page_size()},
            .pages = pages_.shape().near,
            .span = pages_.span(),
            .lines = kLines};
  }
  Result<void> place(std::span<const Access> cycle, AddressList& addresses) override {
    return pages_.place(cycle, addresses);
  }
  void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(dense_.data());
    for (const auto line : lines) addresses.push_back(start + line * kLine);
  }
  // The file's last page returns.
  [[nodiscard]] std::uintptr_t exit() const override {
    return reinterpret_cast<std::uintptr_t>(dense_.data()) + kLines * kLine;
  }

 private:
  Mapping dense_;
  AliasPages pages_;
};

Result<void> write_code(const UniqueFd& file, std::size_t size) {
  const auto at = map_piece(file, {.size = size});
  if (!at) return std::unexpected(at.error());
  const Mapping writable(*at, size);
  for (std::size_t line = 0; line < kLines; ++line) {
    std::ranges::copy(jump_code(), writable.data() + line * kLine);
  }
  std::ranges::copy(return_code(), writable.data() + kLines * kLine);
  auto* first = reinterpret_cast<char*>(writable.data());
  __builtin___clear_cache(first, first + size);
  return {};
}

}  // namespace

Result<std::unique_ptr<PageSpace>> make_code_space() {
  if (!can_jump()) return not_measurable(Errc::unsupported, "no jumps are written for this architecture");
  const auto page_size = base_page_size();
  const auto near = static_cast<std::uint32_t>(std::min<std::size_t>(kMostPages, most_mappings() / 4));
  const auto size = kLines * kLine + page_size;
  auto file = create_memory(MemoryKind::executable, size);
  if (!file) return std::unexpected(file.error());
  if (const auto written = write_code(*file, size); !written) return std::unexpected(written.error());
  const auto dense = map_piece(*file, {.size = size, .protection = Protection::read_execute});
  if (!dense) return not_measurable(Errc::denied, "no executable mapping is granted", dense.error().os_error);
  Mapping owner(*dense, size);
  constexpr std::size_t kGib = 1UL << 30U;
  auto range = reserve(kGib, kGib);
  if (!range) return std::unexpected(range.error());
  const AliasShape shape{.page_size = page_size,
                         .lines_per_page = page_size / kLine,
                         .near = near,
                         .far = 0,
                         .protection = Protection::read_execute};
  return std::make_unique<CodeSpace>(std::move(owner),
                                     AliasPages(std::move(*file), std::move(*range), shape));
}

}  // namespace pageloupe
