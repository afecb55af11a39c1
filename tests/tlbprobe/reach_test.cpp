// SPDX-License-Identifier: MIT
// What the TLBs cover of a process.
#include "tlbprobe/reach.h"

#include "support/catch.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr Bytes kBase{4096};
constexpr Bytes kMib{1ULL << 20U};
constexpr Bytes kHuge{2ULL << 20U};

Bytes mib(std::uint64_t count) { return {count * kMib.value}; }

std::vector<TlbRow> rows() {
  std::vector<TlbRow> made(2);
  made[0].tlb = made[1].tlb = "L2 data";
  made[0].level = made[1].level = 2;
  made[0].page_size = kBase;
  made[0].page_text = "4K";
  made[0].measured = 1024;
  made[1].page_size = kHuge;
  made[1].page_text = "2M";
  made[1].declared = 16;
  return made;
}

}  // namespace

TEST_CASE("each page size has the memory and the entries that are for it", "[tlbprobe]") {
  const ResidentPages pages{.resident = mib(72), .huge = mib(64), .eligible = mib(4)};
  const auto reached = make_reach(rows(), pages, kBase, kHuge);
  REQUIRE(reached.size() == 2);
  CHECK(reached[0].memory == mib(8));
  CHECK(reached[0].needed == 2048);
  CHECK(reached[0].covered->value == Approx(50));
  CHECK(reached[0].needed_if_huge == 1024);
  CHECK(reached[0].covered_if_huge->value == Approx(100));
  CHECK(reached[0].entries_by == "measured");
  CHECK(reached[1].needed == 32);
  CHECK(reached[1].covered->value == Approx(50));
  CHECK(reached[1].needed_if_huge == 34);
  CHECK(reached[1].entries_by == "declared");
}

TEST_CASE("huge pages that a hypervisor splits need the entries of small ones", "[tlbprobe]") {
  const ResidentPages pages{.resident = mib(72), .huge = mib(64), .eligible = mib(4)};
  const auto reached = make_reach(rows(), pages, kBase, kBase);
  CHECK(reached[0].memory == mib(72));
  CHECK(reached[0].needed == 18432);
  CHECK(reached[0].needed_if_huge == 18432);
  CHECK(reached[1].needed == 0);
  CHECK_FALSE(reached[1].covered);
  CHECK(reach_headline(reached, pages, kBase).contains("the TLB holds them in pieces of 4 KiB"));
}

}  // namespace pageloupe::tlbprobe
