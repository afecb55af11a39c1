// SPDX-License-Identifier: MIT
#include "cpu/cpuinfo.h"

#include <string>

#include "cpu/fixture.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("x86 gives vendor, model and the size of the TLB with its page size", "[cpu]") {
  const auto info = parse_cpuinfo(fixture_text("cpuinfo/x86-epyc-zen4-kvm.txt"));
  REQUIRE(info);
  CHECK(info->vendor == "AuthenticAMD");
  CHECK(info->model_name == "AMD EPYC");
  CHECK(info->processors == 2);
  CHECK(info->tlb_size == CpuinfoTlbSize{3584, Bytes{4096}});
  CHECK(info->midrs.empty());
}

TEST_CASE("the TLB size of x86 is said to be not comparable", "[cpu]") {
  const auto info = parse_cpuinfo("TLB size\t: 3584 4K pages\n");
  REQUIRE(info);
  const auto rows = decode_tlb(*info);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].entries == 3584U);
  CHECK(rows[0].kind == TlbKind::unified);
  CHECK(rows[0].note.contains("not comparable"));
}

TEST_CASE("MIPS gives tlb_entries and the cpu model", "[cpu]") {
  const auto info = parse_cpuinfo(fixture_text("cpuinfo/mips-mt7621.txt"));
  REQUIRE(info);
  CHECK(info->model_name == "MIPS 1004Kc V2.15");
  CHECK(info->mips_tlb_entries == 32U);
  CHECK_FALSE(info->tlb_size);
  REQUIRE(decode_tlb(*info).size() == 1);
  CHECK(decode_tlb(*info)[0].entries == 32U);
}

TEST_CASE("Loongson gives TLB Entries and the Model Name", "[cpu]") {
  const auto info = parse_cpuinfo(fixture_text("cpuinfo/loongson-3a6000.txt"));
  REQUIRE(info);
  CHECK(info->model_name == "Loongson-3A6000-HV");
  CHECK(info->loongson_tlb_entries == 2112U);
  CHECK(info->processors == 2);
}

TEST_CASE("arm64 gives the fields of the MIDR and no TLB", "[cpu]") {
  const auto info = parse_cpuinfo(fixture_text("cpuinfo/arm64-nexus5x.txt"));
  REQUIRE(info);
  REQUIRE(info->midrs.size() == 1);
  CHECK(info->midrs[0] == ArmMidr{.implementer = 0x41, .variant = 0, .part = 0xd03, .revision = 3});
  CHECK(to_register(info->midrs[0]) == 0x410fd033);
  CHECK(info->processors == 6);
  CHECK(decode_tlb(*info).empty());
  const auto meizu = parse_cpuinfo(fixture_text("cpuinfo/arm64-meizu-pro-6s.txt"));
  REQUIRE(meizu);
  CHECK(meizu->model_name == "AArch64 Processor rev 4 (aarch64)");
}

TEST_CASE("each kind of core of an arm64 machine is listed once", "[cpu]") {
  const auto info = parse_cpuinfo(
      "processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x2\nCPU part\t: 0xd05\nCPU revision\t: 0\n\n"
      "processor\t: 1\nCPU implementer\t: 0x41\nCPU variant\t: 0x2\nCPU part\t: 0xd05\nCPU revision\t: 0\n\n"
      "processor\t: 2\nCPU implementer\t: 0x41\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\n");
  REQUIRE(info);
  REQUIRE(info->midrs.size() == 2);
  CHECK(info->midrs[0].part == 0xd05);
  CHECK(info->midrs[1] == ArmMidr{.implementer = 0x41, .variant = 4, .part = 0xd0b, .revision = 1});
}

TEST_CASE("a line of cpuinfo without a colon or with a wrong number is malformed", "[cpu]") {
  for (const auto* text : {"processor\t: 0\nnonsense\n", "processor\t: 0\nTLB size\t: many 4K pages\n",
                           "processor\t: 0\nTLB size\t: 3584 4K page\n", "processor\t: 0\nTLB size\t: 3584\n",
                           "processor\t: 0\ntlb_entries\t: 0x20\n", "processor\t: 0\nCPU part\t: 0x\n",
                           "processor\t: 0\nTLB Entries\t: -1\n"}) {
    CAPTURE(text);
    const auto info = parse_cpuinfo(text);
    REQUIRE_FALSE(info);
    CHECK(info.error().code == Errc::malformed);
    CHECK(info.error().line == 2);
  }
}

TEST_CASE("a truncated cpuinfo never gives another TLB size than the whole", "[cpu]") {
  const std::string text = "model name\t: AMD EPYC\nTLB size\t: 3584 4K pages\n";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto info = parse_cpuinfo(text.substr(0, length));
    if (info && info->tlb_size) CHECK(info->tlb_size == CpuinfoTlbSize{3584, Bytes{4096}});
  }
}

TEST_CASE("a TLB of no entries is none that is known", "[cpu]") {
  for (const auto* text : {"TLB Entries\t: 000000\n", "tlb_entries\t: 0\n", "TLB size\t: 0 4K pages\n"}) {
    CAPTURE(text);
    const auto info = parse_cpuinfo(text);
    REQUIRE(info);
    CHECK(decode_tlb(*info).empty());
  }
}

TEST_CASE("an empty cpuinfo says nothing", "[cpu]") {
  const auto info = parse_cpuinfo("");
  REQUIRE(info);
  CHECK(info->processors == 0);
  CHECK_FALSE(info->model_name);
}

}  // namespace
}  // namespace pageloupe
