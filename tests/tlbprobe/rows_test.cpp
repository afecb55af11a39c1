// SPDX-License-Identifier: MIT
// Measured, declared and published TLBs joined to rows, and what is said of them.
#include "tlbprobe/rows.h"

#include <algorithm>

#include "cpu/fixture.h"
#include "tlbprobe/summary.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr Bytes kBase{4096};

Geometry zen4_geometry() {
  Geometry geometry;
  geometry.first =
      FirstLevel{.entries = 72, .ways_known = true, .penalty = 6.9, .confidence = Confidence::high};
  geometry.second = SecondLevel{.entries = 3072,
                                .ways = 12,
                                .sets = 256,
                                .model_entries = 2965,
                                .miss_cost = 46.2,
                                .confidence = Confidence::high};
  return geometry;
}

ProbeReport zen4_report() {
  ProbeReport report;
  report.base = zen4_geometry();
  report.huge_2m = not_measurable(Errc::not_applicable, "the TLB holds huge pages in smaller pieces here");
  report.statistics.ticks_per_cycle = 0.5;
  report.statistics.ticks_per_ns = 2.0;
  return report;
}

const TlbRow& row_of(const std::vector<TlbRow>& rows, std::string_view tlb, std::string_view page) {
  const auto found =
      std::ranges::find_if(rows, [&](const TlbRow& row) { return row.tlb == tlb && row.page_text == page; });
  INFO(tlb << " " << page);
  REQUIRE(found != rows.end());
  return *found;
}

}  // namespace

TEST_CASE("a measured level stands beside what is declared and published of it", "[tlbprobe]") {
  const auto machine = machine_from(cpuid_fixture("amd-zen4-epyc-kvm"));
  const auto report = zen4_report();
  const auto rows = make_rows({}, machine, kBase, &report);
  const auto& first = row_of(rows, "L1 data", "4K");
  CHECK(first.measured == 72U);
  CHECK(first.declared == 72U);
  CHECK(first.ways == "full");
  CHECK(verdict(first) == "equal");
  CHECK(first.reach == Bytes{72 * 4096});
  const auto& second = row_of(rows, "L2 data", "4K");
  CHECK(second.ways == "12");
  CHECK(second.declared_ways == "8-15");
  CHECK(second.penalty_cycles->value == Approx(46.2));
  CHECK(second.penalty_ns->value == Approx(46.2 / 4));
}

TEST_CASE("a declared number is never a measured one", "[tlbprobe]") {
  const auto machine = machine_from(cpuid_fixture("amd-zen4-epyc-kvm"));
  const auto report = zen4_report();
  const auto rows = make_rows({}, machine, kBase, &report);
  const auto& huge = row_of(rows, "L2 data", "2M");
  CHECK(huge.declared == 3072U);
  CHECK_FALSE(huge.measured);
  CHECK_FALSE(huge.reach);
  CHECK(verdict(huge) == "n/a");
  CHECK(huge.note == "not measured: the TLB holds huge pages in smaller pieces here");
}

TEST_CASE("a unified second level is the one that loads go through", "[tlbprobe]") {
  const auto machine = machine_from(cpuid_fixture("intel-skylake"));
  auto report = zen4_report();
  report.base.second->entries = 1536;
  const auto rows = make_rows({}, machine, kBase, &report);
  const auto unified = std::ranges::find_if(rows, [](const TlbRow& row) {
    return row.level == 2 && row.page_size == kBase && row.kind != TlbKind::instruction;
  });
  REQUIRE(unified != rows.end());
  CHECK(unified->measured == 1536U);
  CHECK(unified->declared == 1536U);
  CHECK(std::ranges::count_if(rows, [](const TlbRow& row) { return row.measured.has_value(); }) == 2);
}

TEST_CASE("rows that were not asked for are not there", "[tlbprobe]") {
  const auto machine = machine_from(cpuid_fixture("amd-zen4-epyc-kvm"));
  Request request;
  request.level = 1;
  request.pages = Pages::base;
  request.kinds = Kinds::data;
  const auto report = zen4_report();
  const auto rows = make_rows(request, machine, kBase, &report);
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().tlb == "L1 data");
}

TEST_CASE("the verdict compares with the declared entries, else the published ones", "[tlbprobe]") {
  TlbRow row;
  CHECK(verdict(row) == "n/a");
  row.measured = 1000;
  CHECK(verdict(row) == "n/a");
  row.published = 1024;
  CHECK(verdict(row) == "within 5%");
  row.declared = 1000;
  CHECK(verdict(row) == "equal");
  row.declared = 2000;
  CHECK(verdict(row) == "differs");
}

TEST_CASE("the sentence says the base page's levels and their reach", "[tlbprobe]") {
  const auto machine = machine_from(cpuid_fixture("amd-zen4-epyc-kvm"));
  const auto report = zen4_report();
  const auto measured = make_rows({}, machine, kBase, &report);
  CHECK(headline(measured, kBase, true) ==
        "L1 dTLB 72 entries (fully associative), +6.9 cycles on a miss; L2 3,072 entries, 12 ways, +46 "
        "cycles to walk; "
        "with 4 KiB pages it reaches 12 MiB.");
  const auto declared = make_rows({}, machine, kBase, nullptr);
  CHECK(headline(declared, kBase, false) ==
        "Not measured: L1 dTLB 72 entries (fully associative); L2 3,072 entries, 8-15 ways; with 4 KiB pages "
        "it would "
        "reach 12 MiB.");
  CHECK(headline({}, kBase, true) == "No TLB could be measured here.");
}

TEST_CASE("a number that is not sure says so in the sentence", "[tlbprobe]") {
  auto report = zen4_report();
  report.base.second->ways.reset();
  report.base.second->entries = 2965;
  report.base.second->confidence = Confidence::low;
  report.base.second->doubt = "no associativity plateau";
  const auto rows = make_rows({}, Machine{}, kBase, &report);
  CHECK(headline(rows, kBase, true).contains("L2 about 2,965 entries (low confidence)"));
  CHECK(row_of(rows, "L2 data", "4K").note == "no associativity plateau; between 2609 and 3113");
}

TEST_CASE("no second knee is a finding with its two readings", "[tlbprobe]") {
  auto report = zen4_report();
  report.base.second = not_measurable(Errc::not_applicable, "no second step of the curve");
  report.base.shape.has_knee = true;
  report.base.facts.pages = 12288;
  const auto rows = make_rows({}, Machine{}, kBase, &report);
  CHECK(row_of(rows, "L2 data", "4K").note ==
        "no second knee up to 12288 pages: either one level, or more than 12288 entries");
}

TEST_CASE("every fixture's TLBs become rows", "[tlbprobe]") {
  const auto* name =
      GENERATE("amd-k10-thuban", "amd-zen5-ryzen-9950x", "hygon-dhyana", "intel-alder-lake-golden-cove",
               "intel-core2-kentsfield", "intel-skylake-vmware", "zhaoxin-kx7000");
  const auto machine = machine_from(cpuid_fixture(name));
  const auto rows = make_rows({}, machine, kBase, nullptr);
  INFO(name);
  CHECK_FALSE(rows.empty());
  for (const auto& row : rows) {
    CHECK_FALSE(row.measured);
    CHECK((row.declared || row.published || !row.note.empty()));
  }
}

TEST_CASE("numbers and sizes for people", "[tlbprobe]") {
  CHECK(grouped(72) == "72");
  CHECK(grouped(3072) == "3,072");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(size_words(Bytes{4096}) == "4 KiB");
  CHECK(size_words(Bytes{12ULL << 20U}) == "12 MiB");
  CHECK(size_words(Bytes{3ULL << 29U}) == "1.5 GiB");
}

}  // namespace pageloupe::tlbprobe
