// SPDX-License-Identifier: MIT
#include "sample/tlb_demand.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Bytes kBase{4096};
constexpr Bytes kMib{1ULL << 20U};
Bytes mib(std::uint64_t count) { return {count * kMib.value}; }

Vma vma_of(std::uint64_t start, Bytes size) {
  Vma vma;
  vma.start = Address{start};
  vma.end = vma.start + size;
  return vma;
}

TEST_CASE("mappings add up by the size of their pages", "[sample]") {
  ResidentPages pages;
  VmaRecord record;
  record.vma = vma_of(0x10000000, mib(16));
  record.usage.set(SmapsKey::rss, mib(10).value);
  record.usage.set(SmapsKey::anon_huge_pages, mib(4).value);
  record.usage.set(SmapsKey::thp_eligible, 1);
  add_mapping(record, pages);
  VmaRecord pool;
  pool.usage.set(SmapsKey::private_hugetlb, mib(2).value);
  pool.usage.set(SmapsKey::kernel_page_size, mib(2).value);
  add_mapping(pool, pages);
  CHECK(pages.resident == mib(12));
  CHECK(pages.huge == mib(6));
  CHECK(pages.eligible == mib(6));
  CHECK(pages.base() == mib(6));
}

TEST_CASE("only what lies in whole, aligned huge pages can become huge", "[sample]") {
  SmapsUsage usage;
  usage.set(SmapsKey::rss, mib(3).value);
  usage.set(SmapsKey::thp_eligible, 1);
  // From 1 MiB to 5 MiB: one whole huge page of 2 MiB, at 2 MiB.
  CHECK(convertible(vma_of(mib(1).value, mib(3)), usage) == mib(2));
  CHECK(convertible(vma_of(mib(1).value, mib(2)), usage) == Bytes{});
  usage.set(SmapsKey::anon_huge_pages, mib(2).value);
  CHECK(convertible(vma_of(mib(2).value, mib(4)), usage) == mib(1));
}

TEST_CASE("an entry is needed for each page, of the size that it has", "[sample]") {
  const ResidentPages pages{.resident = mib(1024 + 72), .huge = mib(64), .gigantic = mib(1024)};
  const auto demand = demand_of(pages, {});
  CHECK(demand.small_entries == 2048);
  CHECK(demand.huge_entries == 32);
  CHECK(demand.gigantic_entries == 1);
  CHECK(demand.entries() == 2081);
  // A part of a page takes an entry, too.
  CHECK(demand_of({.resident = Bytes{4097}}, {}).entries() == 2);
}

TEST_CASE("one level covers what its entries hold, huge pages first where they are shared", "[sample]") {
  const ResidentPages pages{.resident = mib(72), .huge = mib(64)};
  CHECK(covered({.base = 1024, .huge = 16}, pages, kBase) == mib(4) + mib(32));
  CHECK(covered({.base = 1024, .huge = 1024, .shared = true}, pages, kBase) ==
        mib(64) + Bytes{992 * kBase.value});
  CHECK(covered({.base = 16, .huge = 16, .shared = true}, pages, kBase) == mib(32));
  CHECK(covered({.base = 100'000, .huge = 1024}, pages, kBase) == mib(72));
}

TEST_CASE("a level is told from its rows, declared before published", "[cpu]") {
  const auto row = [](std::uint8_t level, TlbKind kind, PageSizes pages, std::uint32_t entries) {
    return TlbLevel{.level = level, .kind = kind, .pages = pages, .entries = entries};
  };
  const std::vector<TlbLevel> declared{
      row(1, TlbKind::instruction, {PageSize::k4}, 128),
      row(1, TlbKind::data, {PageSize::k4}, 64),
      row(1, TlbKind::load, {PageSize::m2}, 32),
  };
  const std::vector<TlbLevel> published{row(1, TlbKind::data, {PageSize::k4}, 99),
                                        row(2, TlbKind::unified, {PageSize::k4, PageSize::m2}, 1536)};
  const auto tlbs = data_tlbs(declared, published);
  CHECK(tlbs.levels[0] == DataTlb{.base = 64, .huge = 32});
  CHECK(tlbs.levels[1] == DataTlb{.base = 1536, .huge = 1536, .shared = true});
  CHECK_FALSE(data_tlbs({}, {}).levels[0]);
}

}  // namespace
}  // namespace pageloupe
