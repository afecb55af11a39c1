// SPDX-License-Identifier: MIT
// Huge pages, without the memory that as many of them would be: one page of the hugetlb pool mapped many
// times, or the kernel's one huge page of zeros.
#include <algorithm>
#include <sys/mman.h>
#include <sys/resource.h>

#include "probe/alias_pages.h"
#include "probe/page_space.h"

namespace pageloupe {
namespace {

constexpr std::size_t kMib = 1UL << 20U;
constexpr std::uint32_t kLines = 32768;  // of one 2 MiB page

struct HugeKind {
  MemoryKind memory;
  std::size_t page_size;
  std::uint32_t pages;
};

constexpr HugeKind kind_of(Layout layout) {
  if (layout == Layout::huge_1g)
    return {.memory = MemoryKind::huge_1g, .page_size = 1024 * kMib, .pages = 256};
  return {.memory = MemoryKind::huge_2m, .page_size = 2 * kMib, .pages = 4096};
}

class PoolSpace : public PageSpace {
 public:
  PoolSpace(Mapping dense, AliasPages pages) : dense_(std::move(dense)), pages_(std::move(pages)) {}

  [[nodiscard]] LayoutFacts facts() const override {
    return {.page_size = {pages_.shape().page_size},
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

 private:
  Mapping dense_;
  AliasPages pages_;
};

// Every page of the range is the page of zeros, once it has been read and as long as it is never written.
class ZeroSpace : public PageSpace {
 public:
  explicit ZeroSpace(Reservation range) : range_(std::move(range)) {}

  [[nodiscard]] ChaseKind kind() const override { return ChaseKind::table; }
  [[nodiscard]] LayoutFacts facts() const override {
    return {.page_size = {2 * kMib},
            .pages = static_cast<std::uint32_t>(range_.size / (2 * kMib)),
            .span = range_.size / (2 * kMib),
            .lines = kLines,
            .borrowed = 1,
            .note = "the table of addresses takes an entry of its own"};
  }
  Result<void> place(std::span<const Access> cycle, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(range_.data);
    for (const auto& [page, line] : cycle)
      addresses.push_back(start + page * (2 * kMib) + line % kLines * kLine);
    return {};
  }
  void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(range_.data);
    for (const auto line : lines) addresses.push_back(start + line % kLines * kLine);
  }

  // A page that is huge answers a read of its far end without a second fault.
  [[nodiscard]] bool is_huge() const {
    read_byte(0);
    const auto before = faults();
    read_byte(kMib);
    read_byte(2 * kMib - 1);
    return faults() == before;
  }

 private:
  void read_byte(std::size_t offset) const {
    static_cast<void>(*static_cast<volatile const std::byte*>(range_.data + offset));
  }
  static long faults() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
  }

  Reservation range_;
};

Result<std::unique_ptr<PageSpace>> make_pool_space(const HugeKind& kind) {
  auto file = create_memory(kind.memory, kind.page_size);
  if (!file) return std::unexpected(file.error());
  const auto dense = map_piece(*file, {.size = kind.page_size});
  if (!dense)
    return not_measurable(Errc::unsupported, "the hugetlb pool has no free page", dense.error().os_error);
  Mapping owner(*dense, kind.page_size);
  constexpr std::size_t kGib = 1024 * kMib;
  auto range = reserve(2048 * kGib, kGib);
  if (!range) return std::unexpected(range.error());
  const AliasShape shape{
      .page_size = kind.page_size, .lines_per_page = kLines, .near = kind.pages, .far = 2048};
  return std::make_unique<PoolSpace>(std::move(owner),
                                     AliasPages(std::move(*file), std::move(*range), shape));
}

Result<std::unique_ptr<PageSpace>> make_zero_space() {
  const auto kind = kind_of(Layout::huge_2m);
  auto range = reserve(kind.pages * kind.page_size, kind.page_size);
  if (!range) return std::unexpected(range.error());
  if (::mprotect(range->data, range->size, PROT_READ) != 0 ||
      ::madvise(range->data, range->size, MADV_HUGEPAGE) != 0) {
    return not_measurable(Errc::unsupported, "the kernel has no huge pages");
  }
  auto space = std::make_unique<ZeroSpace>(std::move(*range));
  if (!space->is_huge()) {
    return not_measurable(Errc::unsupported, "no free page in the hugetlb pool and no huge page of zeros");
  }
  return space;
}

}  // namespace

Result<std::unique_ptr<PageSpace>> make_huge_space(Layout layout) {
  auto pool = make_pool_space(kind_of(layout));
  if (pool || layout == Layout::huge_1g) return pool;
  return make_zero_space();
}

}  // namespace pageloupe
