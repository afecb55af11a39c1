// SPDX-License-Identifier: MIT
#include "tlbprobe/options.h"

#include "tlbprobe/describe.h"
#include "tlbprobe/request.h"

namespace pageloupe::tlbprobe {

CommandLine::About about() {
  return {
      .tool = "tlbprobe",
      .summary =
          "Measure the TLBs of this machine by timing, beside what the CPU declares and what is published.",
      .synopsis = "[OPTION…]",
      .examples =
          "  tlbprobe                         measure everything that can be measured here\n"
          "  tlbprobe --quick                 what the CPU declares; nothing is timed\n"
          "  tlbprobe --page-size 4k --runs 20 --no-curve\n"
          "  tlbprobe --reach 1234            how much of a process's memory the TLBs cover\n"
          "  tlbprobe --cpuid dump.txt        what another CPU declares, from its `cpuid -r`\n"
          "  tlbprobe --json | jq '.levels[] | {tlb, measured, declared, verdict}'\n"};
}

void add_options(CommandLine& line, Options& options) {
  line.operands("OPERAND", options.operands, "");
  line.section("What is measured");
  line.flag("-q,--quick", options.quick, "declared values only: nothing is timed");
  line.text("--level", "N", options.level, "only level 1 or 2; all by default");
  line.offers({.offer = Offer::words, .words = {"1", "2"}});
  line.text("--page-size", "SIZE", options.page_size, "4k (the base page), 2m, 1g or all");
  line.offers({.offer = Offer::words, .words = names_in(kPages, &Choice<Pages>::name)});
  line.text("--kind", "KIND", options.kind, "data, instruction or all");
  line.offers({.offer = Offer::words, .words = names_in(kKinds, &Choice<Kinds>::name)});
  line.text("--reach", "PID", options.reach, "what the TLBs cover of a process's memory");
  line.text("--cpuid", "FILE", options.cpuid, "another CPU, from a dump of cpuid -r; nothing is timed");
  line.section("How it is measured");
  line.text("--cpu", "N", options.cpu, "run on that CPU; the quietest by default");
  line.text("--time-budget", "SECS", options.time_budget, "end a run after so many seconds; 10 by default");
  line.text("--runs", "N", options.runs, "measure N times and show the spread");
  line.text("--seed", "N", options.seed, "of the random orders; the same seed takes the same ones");
  line.flag("--setup-hugepages", options.setup_hugepages,
            "as root: add a free huge page for the run, and set the pool back");
  line.flag("-v,--verbose", options.verbose, "say on stderr what each stage saw");
  add_report_options(line, options.report);
  line.flag("--csv", options.csv, "the same as --format csv");
  line.flag("--curve", options.curve, "plot the latency curve; the default on a terminal");
  line.flag("--no-curve", options.no_curve, "no plot");
  line.text("--svg", "FILE", options.svg, "write the latency curve as a picture");
  add_describe_option(line, options.describe, topics());
}

}  // namespace pageloupe::tlbprobe
