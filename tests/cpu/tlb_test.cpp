// SPDX-License-Identifier: MIT
#include "cpu/tlb.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cpu/fixture.h"
#include "cpu/tlb_intel.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

using enum PageSize;

// "L1 data 4K 64 4-way": a row as a test can show it.
std::string line(const TlbLevel& row) {
  std::string text = "L" + std::to_string(row.level) + " " + std::string(name(row.kind));
  if (!row.pages.empty()) text += " " + to_text(row.pages);
  text += " " + (row.entries ? std::to_string(*row.entries) : "-");
  if (row.ways.known()) text += " " + to_text(row.ways);
  return text;
}

std::vector<std::string> lines(std::span<const TlbLevel> rows) {
  std::vector<std::string> texts;
  for (const auto& row : rows) texts.push_back(line(row));
  return texts;
}

std::vector<TlbLevel> decoded(std::string_view fixture) {
  auto rows = decode_tlb(cpuid_fixture(fixture));
  REQUIRE(rows);
  return *rows;
}

CpuidTable table_of(std::vector<CpuidLeaf> leaves) { return CpuidTable(std::move(leaves)); }

// Leaf 0 of an Intel CPU with `last` as its greatest leaf.
CpuidLeaf intel(std::uint32_t last) { return {{0}, {last, 0x756e6547, 0x6c65746e, 0x49656e69}}; }

using Lines = std::vector<std::string>;

TEST_CASE("Kentsfield declares its TLBs in the descriptors of leaf 2, lowest byte first", "[cpu]") {
  // EAX B1 B0 05, EBX F0 57 56, EDX 49 30 B4 2C
  CHECK(lines(decoded("intel-core2-kentsfield")) ==
        Lines{"L1 instruction 2M 8 4-way", "L1 instruction 4M 4 4-way", "L1 instruction 4K 128 4-way",
              "L2 data 4M 32 4-way", "L1 data 4K 16 4-way", "L1 data 4M 16 4-way", "L2 data 4K 256 4-way"});
}

TEST_CASE("Lynnfield declares a shared second level of 512 entries", "[cpu]") {
  CHECK(lines(decoded("intel-lynnfield")) == Lines{"L1 data 2M/4M 32 4-way", "L1 data 4K 64 4-way",
                                                   "L1 instruction 2M/4M 7 fully associative",
                                                   "L1 instruction 4K 64 4-way", "L2 unified 4K 512 4-way"});
}

TEST_CASE("Skylake declares 64 and 1536 entries", "[cpu]") {
  CHECK(lines(decoded("intel-skylake")) ==
        Lines{"L1 data 2M/4M 32 4-way", "L1 data 1G 4 4-way", "L1 data 4K 64 4-way",
              "L1 instruction 2M/4M 8 fully associative", "L1 instruction 4K 128 8-way",
              "L2 unified 4K/2M 1536 6-way", "L2 unified 1G 16 4-way"});
}

TEST_CASE("descriptor 0xFE sends the decoder to leaf 0x18", "[cpu]") {
  const auto rows = decoded("intel-alder-lake-golden-cove");
  CHECK(lines(rows) == Lines{"L1 instruction 4K 256 8-way", "L1 instruction 2M/4M 32 8-way",
                             "L1 store 4K/2M/4M/1G 16 fully associative", "L1 load 4K 64 4-way",
                             "L1 load 2M/4M 32 4-way", "L1 load 1G 8 fully associative",
                             "L2 unified 4K/2M/4M 1024 8-way", "L2 unified 4K/1G 1024 8-way"});
  CHECK(std::ranges::all_of(rows, [](const TlbLevel& row) { return row.source == "CPUID 0x18"; }));
}

TEST_CASE("Gracemont declares 48 entries, fully associative, and 2048", "[cpu]") {
  CHECK(lines(decoded("intel-alder-lake-n-gracemont")) ==
        Lines{"L1 data 4K 48 fully associative", "L2 unified 4K/2M 2048 4-way",
              "L1 instruction 4K 64 fully associative", "L2 unified 1G 8 fully associative"});
}

TEST_CASE("the lowest byte of leaf 2 EAX is a count and no descriptor", "[cpu]") {
  const auto rows = decode_tlb_intel(table_of({intel(2), {{2}, {0x00000003, 0, 0, 0}}}));
  CHECK(lines(rows) == Lines{"L1 data -", "L1 instruction -", "L2 unified -"});
  const auto twice = decode_tlb_intel(table_of({intel(2), {{2}, {0x00000302, 0, 0, 0}}}));
  CHECK(lines(twice) == Lines{"L1 data 4K 64 4-way"});
  CHECK(twice[0].note.contains("further executions"));
}

TEST_CASE("a register of leaf 2 with its top bit set holds no descriptors", "[cpu]") {
  const auto rows = decode_tlb_intel(table_of({intel(2), {{2}, {0x00000301, 0x800000b5, 0, 0xb2}}}));
  CHECK(lines(rows) == Lines{"L1 data 4K 64 4-way", "L1 instruction 4K 64 4-way"});
}

TEST_CASE("leaf 0x18 is read where leaf 2 is empty", "[cpu]") {
  const auto rows = decode_tlb_intel(
      table_of({intel(0x20), {{2}, {}}, {{0x18, 0}, {1, 0, 0, 0}}, {{0x18, 1}, {0, 0x00300001, 1, 0x121}}}));
  CHECK(lines(rows) == Lines{"L1 data 4K 48 fully associative"});
}

TEST_CASE("leaf 0x18 with sizes that overflow or of an unknown type is left out", "[cpu]") {
  const auto rows = decode_tlb_intel(table_of({intel(0x20),
                                               {{2}, {0x0000fe01, 0, 0, 0}},
                                               {{0x18, 0}, {0xffffffff, 0, 0, 0}},
                                               {{0x18, 1}, {0, 0xffff0001, 0xffffffff, 0x121}},
                                               {{0x18, 2}, {0, 0x00300001, 1, 0x13f}}}));
  CHECK(lines(rows) == Lines{"L1 data -", "L1 instruction -", "L2 unified -"});
}

TEST_CASE("an Intel CPU without TLB leaves says that they are not reported", "[cpu]") {
  auto rows = decode_tlb_intel(table_of({intel(2), {{2}, {}}}));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].note == "not reported by this CPU");
  rows = decode_tlb_intel(table_of({intel(2),
                                    {{1}, {0, 0, 0x80000000, 0}},
                                    {{2}, {}},
                                    {{0x40000000}, {0x40000000, 0x4b4d564b, 0x564b4d56, 0x4d}}}));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].note == "not reported by this CPU or its hypervisor (KVM)");
  CHECK_FALSE(rows[0].entries);
}

TEST_CASE("Zen 4 declares 72 and 3072 entries", "[cpu]") {
  CHECK(lines(decoded("amd-zen4-epyc-kvm")) ==
        Lines{"L1 data 2M/4M 72 fully associative", "L1 instruction 2M/4M 64 fully associative",
              "L1 data 4K 72 fully associative", "L1 instruction 4K 64 fully associative",
              "L2 data 2M/4M 3072 6- to 7-way", "L2 instruction 2M/4M 512 2-way",
              "L2 data 4K 3072 8- to 15-way", "L2 instruction 4K 512 4- to 5-way", "L1 data 1G -",
              "L1 instruction 1G -", "L2 data 1G -", "L2 instruction 1G -"});
}

TEST_CASE("a leaf that a hypervisor empties is absent with its reason", "[cpu]") {
  const auto zen4 = decoded("amd-zen4-epyc-kvm");
  CHECK(zen4.back().note == "not reported by this CPU or its hypervisor (KVM)");
  const auto rows = decoded("amd-zen3-microvm");
  REQUIRE(rows.size() == 12);
  CHECK(line(rows[2]) == "L1 data 4K -");
  CHECK(rows[2].note == "not reported by this CPU or its hypervisor (KVM)");
  CHECK(line(rows[6]) == "L2 data 4K 2048 8- to 15-way");
  CHECK(line(rows[8]) == "L1 data 1G 64 fully associative");
}

TEST_CASE("a half of a register that is 0 means that the CPU has no such TLB", "[cpu]") {
  const auto rows = decoded("amd-k10-thuban");
  CHECK(lines(rows) == Lines{"L1 data 2M/4M 48 fully associative",
                             "L1 instruction 2M/4M 16 fully associative", "L1 data 4K 48 fully associative",
                             "L1 instruction 4K 32 fully associative", "L2 data 2M/4M 128 2-way",
                             "L2 instruction 2M/4M -", "L2 data 4K 512 4- to 5-way",
                             "L2 instruction 4K 512 4- to 5-way", "L1 data 1G 48 fully associative",
                             "L1 instruction 1G -", "L2 data 1G 16 8- to 15-way", "L2 instruction 1G -"});
  CHECK(rows[5].note == "this CPU declares none");
}

TEST_CASE("Zen 5 declares its second level in units of 32 entries", "[cpu]") {
  const auto rows = decoded("amd-zen5-ryzen-9950x");
  CHECK(lines(rows) == Lines{"L1 data 2M/4M 96 fully associative",
                             "L1 instruction 2M/4M 64 fully associative", "L1 data 4K 96 fully associative",
                             "L1 instruction 4K 64 fully associative", "L2 data 2M/4M 4096 4- to 5-way",
                             "L2 instruction 2M/4M 2048 2-way", "L2 data 4K 4096 8- to 15-way",
                             "L2 instruction 4K 2048 4- to 5-way", "L1 data 1G 96 fully associative",
                             "L1 instruction 1G 64 fully associative", "L2 data 1G 1024 4- to 5-way",
                             "L2 instruction 1G -"});
  CHECK(rows[6].note == "declared in units of 32 entries");
}

TEST_CASE("the second level data TLB of each AMD generation is as its leaves say", "[cpu]") {
  CHECK(line(decoded("amd-piledriver-fx8350")[6]) == "L2 data 4K 1024 8- to 15-way");
  CHECK(line(decoded("amd-zen1-ryzen-1800x")[6]) == "L2 data 4K 1536 8- to 15-way");
  CHECK(line(decoded("amd-zen3-ryzen-5950x")[6]) == "L2 data 4K 2048 8- to 15-way");
  CHECK(line(decoded("hygon-dhyana")[6]) == "L2 data 4K 1536 6- to 7-way");
}

TEST_CASE("an AMD second level whose upper half is 0 serves data and instructions", "[cpu]") {
  const auto rows = decode_tlb(table_of({{{0}, {1, 0x68747541, 0x444d4163, 0x69746e65}},
                                         {{0x80000000}, {0x80000008, 0, 0, 0}},
                                         {{0x80000006}, {0, 0x00004100, 0, 0}}}));
  REQUIRE(rows);
  const auto unified = std::ranges::find(*rows, TlbKind::unified, &TlbLevel::kind);
  REQUIRE(unified != rows->end());
  CHECK(line(*unified) == "L2 unified 4K 256 4- to 5-way");
}

TEST_CASE("Zhaoxin is read by Intel's descriptors and by AMD's leaf", "[cpu]") {
  CHECK(lines(decoded("zhaoxin-kx7000")) == Lines{"L1 data 2M/4M 32 4-way", "L1 data 2M/4M 32 4-way",
                                                  "L1 data 1G 4 4-way", "L1 data 2M/4M 32 4-way",
                                                  "L1 instruction 2M/4M 8 4-way", "L1 data 4K 96 6-way",
                                                  "L1 instruction 4K 16 6-way"});
}

TEST_CASE("no decoder gives a TLB of 0 entries", "[cpu]") {
  for (const auto* fixture :
       {"intel-core2-kentsfield", "intel-lynnfield", "intel-skylake", "intel-skylake-vmware",
        "intel-alder-lake-golden-cove", "intel-alder-lake-n-gracemont", "amd-k10-thuban",
        "amd-piledriver-fx8350", "amd-zen1-ryzen-1800x", "amd-zen3-ryzen-5950x", "amd-zen3-microvm",
        "amd-zen4-epyc-kvm", "amd-zen5-ryzen-9950x", "hygon-dhyana", "zhaoxin-kx7000"}) {
    CAPTURE(fixture);
    for (const auto& row : decoded(fixture)) {
      CHECK(row.entries != 0U);
      CHECK((row.entries || !row.note.empty()));
      CHECK(row.provenance == Provenance::declared);
    }
  }
}

TEST_CASE("a vendor without known TLB leaves is unsupported", "[cpu]") {
  const auto rows = decode_tlb(table_of({{{0}, {1, 0x656e6547, 0x55504361, 0x61754320}}}));
  REQUIRE_FALSE(rows);
  CHECK(rows.error().code == Errc::unsupported);
  CHECK_FALSE(decode_tlb(CpuidTable()));
}

TEST_CASE("a set of page sizes is written from the smallest to the largest", "[cpu]") {
  CHECK(to_text(PageSizes{g1, k4, m2}) == "4K/2M/1G");
  CHECK(to_text(PageSizes{}).empty());
  CHECK(bytes(m32) == Bytes{33554432});
}

}  // namespace
}  // namespace pageloupe
