// SPDX-License-Identifier: MIT
#include "perf/machine.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe::perf {
namespace {

TEST_CASE("PMUs of cores are told from all others by their names", "[perf]") {
  const FakeProc tree;
  for (const auto* pmu : {"cpu_core", "cpu_atom", "software", "uncore_imc_0", "tracepoint", "breakpoint"})
    tree.file(std::string("devices/") + pmu + "/type", "4\n");
  tree.file("devices/armv8_pmuv3_0/type", "8\n");
  tree.file("devices/cpu_broken/type", "no number\n");
  const auto pmus = core_pmus((tree.root() / "devices").string());
  CHECK(pmus == std::vector<CorePmu>{{"armv8_pmuv3_0", 8}, {"cpu_atom", 4}, {"cpu_core", 4}});
  CHECK(core_pmus((tree.root() / "nowhere").string()).empty());
}

TEST_CASE("the number of the tracepoint is read, and missing where tracefs is not mounted", "[perf]") {
  const FakeProc tree;
  CHECK(tlb_flush_id(tree.root().string()).error() == Errc::event_missing);
  tree.file("events/tlb/tlb_flush/id", "431\n");
  CHECK(tlb_flush_id(tree.root().string()) == 431);
}

TEST_CASE("without a PMU only what needs one is missing", "[perf]") {
  const Machine machine;
  for (const auto& event : kEventTable) {
    const auto encoding = encode(event.event, machine);
    INFO(event.name);
    if (event.origin == Origin::software) {
      CHECK(encoding.has_value());
    } else {
      CHECK(encoding.error() == (event.origin == Origin::tracepoint ? Errc::event_missing : Errc::no_pmu));
    }
  }
}

TEST_CASE("an event answers to its names in any case, and to nothing else", "[perf]") {
  CHECK(find_event("dTLB-loads") == Event::dtlb_loads);
  CHECK(find_event("DTLB-LOADS") == Event::dtlb_loads);
  CHECK(find_event("dtlb_loads") == Event::dtlb_loads);
  CHECK(find_event("tlb_flushes") == Event::tlb_flushes);
  CHECK(find_event("cs") == Event::context_switches);
  CHECK(find_event("faults") == Event::faults);
  CHECK_FALSE(find_event("").has_value());
  CHECK_FALSE(find_event("dTLB-load").has_value());
}

TEST_CASE("the denominator of dTLB misses is named for each vendor", "[perf]") {
  CHECK(dtlb_accesses_meaning(Vendor::intel).contains("all loads"));
  CHECK(dtlb_accesses_meaning(Vendor::amd).contains("10 to 60 %"));
  CHECK(dtlb_accesses_meaning(Vendor::arm).contains("not walks"));
}

TEST_CASE("help for the denied names the setting that is in the way", "[perf]") {
  CHECK(denied_help({.paranoid = 4}).contains("(4)"));
  CHECK_FALSE(denied_help({.paranoid = 1}).contains("paranoid"));
  CHECK(denied_help({}).contains("CAP_PERFMON"));
}

}  // namespace
}  // namespace pageloupe::perf
