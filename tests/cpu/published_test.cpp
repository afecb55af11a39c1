// SPDX-License-Identifier: MIT
#include "cpu/published.h"

#include <algorithm>

#include "cpu/fixture.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

std::optional<std::uint32_t> entries(const std::vector<TlbLevel>& rows, std::uint8_t level, TlbKind kind) {
  const auto row = std::ranges::find_if(
      rows, [&](const TlbLevel& candidate) { return candidate.level == level && candidate.kind == kind; });
  return row == rows.end() ? std::nullopt : row->entries;
}

TEST_CASE("the dumps find the core that they were read on", "[cpu]") {
  CHECK(core_name(cpuid_fixture("intel-skylake")) == "Skylake");
  CHECK(core_name(cpuid_fixture("intel-alder-lake-golden-cove")) == "Golden Cove");
  CHECK(core_name(cpuid_fixture("intel-alder-lake-n-gracemont")) == "Gracemont");
  CHECK(core_name(cpuid_fixture("amd-zen1-ryzen-1800x")) == "Zen 1");
  CHECK(core_name(cpuid_fixture("hygon-dhyana")) == "Zen 1");
  CHECK(core_name(cpuid_fixture("amd-zen3-ryzen-5950x")) == "Zen 3");
  CHECK(core_name(cpuid_fixture("amd-zen4-epyc-kvm")) == "Zen 4");
  CHECK(core_name(cpuid_fixture("amd-zen5-ryzen-9950x")) == "Zen 5");
}

TEST_CASE("a core that the table does not have has no published geometry", "[cpu]") {
  CHECK_FALSE(core_name(cpuid_fixture("intel-lynnfield")));
  CHECK(published_tlb(cpuid_fixture("intel-lynnfield")).empty());
  CHECK_FALSE(core_name(cpuid_fixture("amd-zen3-microvm")));  // its hypervisor hides family and model
  CHECK_FALSE(core_name(CpuidTable()));
  CHECK(published_tlb(ArmMidr{.implementer = 0x41, .part = 0xfff}).empty());
}

TEST_CASE("the Atom cores of a hybrid CPU are told from its Core cores", "[cpu]") {
  const auto alder_lake = [](std::uint32_t type) {
    return CpuidTable({{{0}, {0x20, 0x756e6547, 0x6c65746e, 0x49656e69}},
                       {{1}, {0x00090672, 0, 0, 0}},
                       {{0x1a}, {type << 24, 0, 0, 0}}});
  };
  CHECK(core_name(alder_lake(0x20)) == "Gracemont");
  CHECK(core_name(alder_lake(0x40)) == "Golden Cove");
}

TEST_CASE("a MIDR finds the published TLBs of its core whatever its revision", "[cpu]") {
  const auto rows = published_tlb(ArmMidr{.implementer = 0x41, .variant = 4, .part = 0xd0b, .revision = 1});
  CHECK(entries(rows, 1, TlbKind::data) == 48U);
  CHECK(entries(rows, 2, TlbKind::unified) == 1280U);
  CHECK(core_name(ArmMidr{.implementer = 0x61, .part = 0x023}) == "Apple M1 P");
  CHECK(core_name(ArmMidr{.implementer = 0x51, .part = 0x001}) == "Oryon");
}

TEST_CASE("published rows are marked as such and name their document", "[cpu]") {
  for (const auto& row : published_tlb(cpuid_fixture("intel-alder-lake-golden-cove"))) {
    CHECK(row.provenance == Provenance::published);
    CHECK(row.source == "jiegec/blog-source, intel-golden-cove.md");
  }
}

TEST_CASE("Golden Cove is published with 96 load entries while its CPUID declares 64", "[cpu]") {
  const auto table = cpuid_fixture("intel-alder-lake-golden-cove");
  CHECK(entries(published_tlb(table), 1, TlbKind::load) == 96U);
  const auto declared = decode_tlb(table);
  REQUIRE(declared);
  CHECK(entries(*declared, 1, TlbKind::load) == 64U);
}

TEST_CASE("what is published of Zen 5 and Zen 4 equals what their CPUID declares", "[cpu]") {
  for (const auto* fixture : {"amd-zen5-ryzen-9950x", "amd-zen4-epyc-kvm"}) {
    CAPTURE(fixture);
    const auto table = cpuid_fixture(fixture);
    const auto declared = decode_tlb(table);
    REQUIRE(declared);
    const auto published = published_tlb(table);
    CHECK(entries(published, 1, TlbKind::data) == entries(*declared, 1, TlbKind::data));
    CHECK(entries(published, 2, TlbKind::data) == entries(*declared, 2, TlbKind::data));
  }
}

}  // namespace
}  // namespace pageloupe
