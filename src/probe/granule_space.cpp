// SPDX-License-Identifier: MIT
// Transparent huge pages, walked in base-size steps.
#include <cstring>
#include <sys/mman.h>
#include <sys/resource.h>

#include "probe/mapping.h"
#include "probe/page_space.h"

namespace pageloupe {
namespace {

constexpr std::size_t kRegion = 2UL << 20U;
constexpr std::size_t kRegions = 8;

class GranuleSpace : public PageSpace {
 public:
  GranuleSpace(Mapping dense, Reservation range, std::uint32_t steps)
      : dense_(std::move(dense)), range_(std::move(range)), steps_(steps) {}

  [[nodiscard]] LayoutFacts facts() const override {
    const auto pages = static_cast<std::uint32_t>(range_.size / base_page_size());
    return {.page_size = {base_page_size()},
            .pages = pages,
            .span = pages,
            .lines = static_cast<std::uint32_t>(dense_.size() / kLine),
            .region = steps_};
  }
  Result<void> place(std::span<const Access> cycle, AddressList& addresses) override {
    const auto page_size = base_page_size();
    addresses.clear();
    for (const auto& [page, line] : cycle) {
      const auto start = reinterpret_cast<std::uintptr_t>(range_.data);
      addresses.push_back(start + page * page_size + line % (page_size / kLine) * kLine);
    }
    return {};
  }
  void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(dense_.data());
    for (const auto line : lines) addresses.push_back(start + line * kLine);
  }

 private:
  Mapping dense_;
  Reservation range_;
  std::uint32_t steps_;
};

long minor_faults() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// Writes to a region; whether one fault brought all of it, which only a huge page does.
bool comes_whole(std::byte* region) {
  auto* at = static_cast<volatile std::byte*>(region);
  at[0] = std::byte{1};
  const auto before = minor_faults();
  at[kRegion / 2] = std::byte{1};
  at[kRegion - 1] = std::byte{1};
  return minor_faults() == before;
}

}  // namespace

Result<std::unique_ptr<PageSpace>> make_granule_space(Layout layout) {
  const auto regions = layout == Layout::granule_cut ? 1 : kRegions;
  const auto steps = static_cast<std::uint32_t>(kRegion / base_page_size());
  auto range = reserve(regions * kRegion, kRegion);
  if (!range) return std::unexpected(range.error());
  if (::mprotect(range->data, range->size, PROT_READ | PROT_WRITE) != 0) {
    return not_measurable(Errc::unsupported, "no memory");
  }
  if (::madvise(range->data, range->size, MADV_HUGEPAGE) != 0) {
    return not_measurable(Errc::unsupported, "the kernel has no transparent huge pages");
  }
  for (std::size_t i = 0; i < regions; ++i) {
    if (!comes_whole(range->data + i * kRegion)) {
      return not_measurable(Errc::unsupported, "the kernel gave no huge page");
    }
  }
  // From here on the last base page needs an entry of its own, and so does each of the others.
  if (layout == Layout::granule_cut) {
    const auto page_size = base_page_size();
    if (::mprotect(range->data + kRegion - page_size, page_size, PROT_READ) != 0) {
      return not_measurable(Errc::unsupported, "the huge page cannot be split");
    }
  }
  auto dense = allocate(regions * steps * kLine);
  if (!dense) return std::unexpected(dense.error());
  return std::make_unique<GranuleSpace>(std::move(*dense), std::move(*range), steps);
}

}  // namespace pageloupe
