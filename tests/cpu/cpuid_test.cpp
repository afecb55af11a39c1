// SPDX-License-Identifier: MIT
#include "cpu/cpuid.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "cpu/fixture.h"
#include "cpu/tlb.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("a line of cpuid -r gives leaf, subleaf and registers", "[cpu]") {
  const auto table = parse_cpuid(
      "CPU 0:\n   0x0000000d 0x0b: eax=0x00000010 ebx=0x00000001 ecx=0x00000002 edx=0xfffffffe\n");
  REQUIRE(table);
  const auto regs = table->leaf({.eax = 0xd, .ecx = 0xb});
  REQUIRE(regs);
  CHECK(*regs == CpuidRegs{0x10, 1, 2, 0xfffffffe});
  CHECK_FALSE(table->leaf({.eax = 0xd}));
}

TEST_CASE("a line of InstLatx64 gives leaf, hexadecimal subleaf and registers", "[cpu]") {
  const auto table = parse_cpuid("CPUID 0000000D: 00000010-00000001-00000002-FFFFFFFE [SL 0B] [CET_U]\r\n");
  REQUIRE(table);
  const auto regs = table->leaf({.eax = 0xd, .ecx = 0xb});
  REQUIRE(regs);
  CHECK(*regs == CpuidRegs{0x10, 1, 2, 0xfffffffe});
}

TEST_CASE("only the first CPU of a dump is read", "[cpu]") {
  const auto raw = parse_cpuid(
      "CPU 0:\n   0x00000001 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
      "CPU 1:\n   0x00000002 0x00: eax=0x00000002 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n");
  REQUIRE(raw);
  CHECK(raw->leaves().size() == 1);
  const auto instlat = parse_cpuid(
      "------[ CPUID Registers / Logical CPU #0 ]------\n\nallcpu: Package 0 / Core 0 / Thread 0: Valid\n\n"
      "CPUID 00000001: 00000001-00000000-00000000-00000000\n\nL1    Data Cache:    32 KB,  8-way "
      "Associative\n"
      "------[ CPUID Registers / Logical CPU #1 ]------\nCPUID 00000002: "
      "00000002-00000000-00000000-00000000\n");
  REQUIRE(instlat);
  CHECK(instlat->leaves().size() == 1);
}

TEST_CASE("a repeated leaf without a subleaf does not replace the first", "[cpu]") {
  const auto table = parse_cpuid(
      "CPUID 8000001D: 00000121-00000000-00000000-00000000\n"
      "CPUID 8000001D: 00004122-00000000-00000000-00000000\n");
  REQUIRE(table);
  CHECK(table->leaves().size() == 1);
  CHECK(table->leaf({0x8000001d})->eax == 0x121);
}

TEST_CASE("a line of another shape is malformed and named by its number", "[cpu]") {
  constexpr auto kTexts = std::to_array<std::string_view>({
      "# comment\nnonsense\n",
      "# comment\n0x00000001 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x0000\n",
      "# comment\n0x00000001 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x000000000\n",
      "# comment\n0x00000001 0xzz: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n",
      "# comment\nCPUID 00000001: 00000000-00000000-00000000\n",
      "# comment\nCPUID 00000001: 00000000-00000000-00000000-0000000g\n",
      "# comment\nCPUID 00000001: 00000000-00000000-00000000-00000000 [SL 0\n",
      "# comment\nCPUID 00000001: 00000000-00000000-00000000-00000000 [SL zz]\n",
  });
  for (const auto text : kTexts) {
    CAPTURE(text);
    const auto table = parse_cpuid(text);
    REQUIRE_FALSE(table);
    CHECK(table.error().code == Errc::malformed);
    CHECK(table.error().line == 2);
  }
}

TEST_CASE("a text without a leaf is malformed", "[cpu]") {
  CHECK_FALSE(parse_cpuid(""));
  CHECK_FALSE(parse_cpuid("# only a comment\nCPU 0:\n"));
}

TEST_CASE("a leaf beyond the greatest basic or extended leaf is no answer", "[cpu]") {
  const auto table = parse_cpuid(
      "CPUID 00000000: 0000000A-756E6547-6C65746E-49656E69\nCPUID 00000018: "
      "07280202-00000000-00000000-00000503\n"
      "CPUID 80000000: 80000004-00000000-00000000-00000000\nCPUID 80000006: "
      "07280202-00000000-00000000-00000503\n");
  REQUIRE(table);
  CHECK_FALSE(table->leaf({0x18}));
  CHECK_FALSE(table->leaf({0x80000006}));
}

TEST_CASE("the dumps name vendor, brand, family and model of their CPUs", "[cpu]") {
  struct Expected {
    std::string_view file, vendor, brand;
    CpuSignature signature;
  };
  constexpr auto kExpected = std::to_array<Expected>({
      {"intel-core2-kentsfield",
       "GenuineIntel",
       "Intel(R) Core(TM)2 Quad CPU    Q6600  @ 2.40GHz",
       {6, 15, 11}},
      {"intel-lynnfield", "GenuineIntel", "Intel(R) Core(TM) i7 CPU         860  @ 2.80GHz", {6, 0x1e, 5}},
      {"intel-skylake", "GenuineIntel", "Intel(R) Core(TM) i5-6600K CPU @ 3.50GHz", {6, 0x5e, 3}},
      {"intel-skylake-vmware", "GenuineIntel", "Intel(R) Core(TM) i7-6600U CPU @ 2.60GHz", {6, 0x4e, 3}},
      {"intel-alder-lake-golden-cove", "GenuineIntel", "Intel(R) Pentium(R) Gold G7400", {6, 0x97, 5}},
      {"intel-alder-lake-n-gracemont", "GenuineIntel", "Intel(R) N95", {6, 0xbe, 0}},
      {"amd-k10-thuban", "AuthenticAMD", "AMD Phenom(tm) II X6 1055T Processor", {0x10, 10, 0}},
      {"amd-piledriver-fx8350", "AuthenticAMD", "AMD FX(tm)-8350 Eight-Core Processor", {0x15, 2, 0}},
      {"amd-zen1-ryzen-1800x", "AuthenticAMD", "AMD Ryzen 7 1800X Eight-Core Processor", {0x17, 1, 1}},
      {"amd-zen3-ryzen-5950x", "AuthenticAMD", "AMD Ryzen 9 5950X 16-Core Processor", {0x19, 0x21, 0}},
      {"amd-zen3-microvm", "AuthenticAMD", "AMD EPYC", {6, 0x3f, 2}},  // the hypervisor's choice
      {"amd-zen4-epyc-kvm", "AuthenticAMD", "AMD EPYC", {0x19, 0x11, 1}},
      {"amd-zen5-ryzen-9950x", "AuthenticAMD", "AMD Ryzen 9 9950X 16-Core Processor", {0x1a, 0x44, 0}},
      {"hygon-dhyana", "HygonGenuine", "Hygon C86 7185 32-core Processor", {0x18, 0, 1}},
      {"zhaoxin-kx7000", "CentaurHauls", "ZHAOXIN KaiXian KX-7000", {7, 0x6b, 1}},
  });
  for (const auto& row : kExpected) {
    CAPTURE(row.file);
    const auto table = cpuid_fixture(row.file);
    CHECK(table.vendor() == row.vendor);
    CHECK(table.brand() == row.brand);
    CHECK(table.signature() == row.signature);
  }
}

TEST_CASE("a hypervisor is named only where CPUID has one", "[cpu]") {
  CHECK(cpuid_fixture("amd-zen4-epyc-kvm").hypervisor() == "KVM");
  CHECK(cpuid_fixture("intel-skylake-vmware").hypervisor() == "VMware");
  CHECK_FALSE(cpuid_fixture("intel-skylake").hypervisor());
  CHECK_FALSE(cpuid_fixture("intel-skylake").virtualised());
}

TEST_CASE("an unknown hypervisor is named by its signature", "[cpu]") {
  const auto table = parse_cpuid(
      "CPUID 00000001: 00000000-00000000-80000000-00000000\nCPUID 40000000: "
      "40000000-64636261-00000065-00000000\n");
  REQUIRE(table);
  CHECK(table->hypervisor() == "abcde");
}

TEST_CASE("every dump names its source in its first line", "[cpu]") {
  std::size_t dumps = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(PAGELOUPE_FIXTURES) + "/cpuid")) {
    CAPTURE(entry.path().string());
    CHECK(fixture_text("cpuid/" + entry.path().filename().string()).starts_with("# source: "));
    ++dumps;
  }
  CHECK(dumps >= 12);
}

// Of a dump cut anywhere: an error, or a table of whole leaves that the full dump has too.
void check_truncations(const std::string& text) {
  const auto whole = parse_cpuid(text);
  REQUIRE(whole);
  std::size_t wrong = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto cut = parse_cpuid(std::string_view(text).substr(0, length));
    if (!cut) continue;
    for (const auto& leaf : cut->leaves()) {
      const auto same = std::ranges::find(whole->leaves(), leaf.input, &CpuidLeaf::input);
      wrong += same == whole->leaves().end() || same->regs != leaf.regs ? 1U : 0U;
    }
    (void)decode_tlb(*cut);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a truncated dump is an error or a part of the whole", "[cpu]") {
  for (const auto* name : {"amd-zen3-microvm", "intel-alder-lake-golden-cove", "zhaoxin-kx7000"}) {
    CAPTURE(name);
    check_truncations(fixture_text("cpuid/" + std::string(name) + ".txt"));
  }
}

#if defined(__x86_64__) || defined(__i386__)
TEST_CASE("the leaves of this machine name the vendor that /proc/cpuinfo names", "[cpu][live]") {
  const auto table = read_cpuid();
  REQUIRE(table);
  const auto vendor = table->vendor();
  REQUIRE(vendor);
  CHECK(vendor->size() == 12);
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!text.empty()) CHECK(text.contains(*vendor));
  CHECK(table->leaf({1}));
}
#else
TEST_CASE("CPUID is unsupported on another architecture than x86", "[cpu]") {
  const auto table = read_cpuid();
  REQUIRE_FALSE(table);
  CHECK(table.error().code == Errc::unsupported);
}
#endif

}  // namespace
}  // namespace pageloupe
