// SPDX-License-Identifier: MIT
#include "tlbprobe/facts.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "summary", .header = "SUMMARY", .help = "the result in a sentence", .type = Type::text},
    {.name = "vendor", .header = "VENDOR", .help = "of the CPU", .type = Type::text},
    {.name = "model", .header = "MODEL", .help = "of the CPU", .type = Type::text},
    {.name = "core",
     .header = "CORE",
     .help = "its microarchitecture, where it is known",
     .type = Type::text},
    {.name = "hypervisor", .header = "HYPERVISOR", .help = "as it calls itself", .type = Type::text},
    {.name = "virtual_machine",
     .header = "VIRTUAL",
     .help = "a hypervisor answers CPUID",
     .type = Type::flag},
    {.name = "timed", .header = "TIMED", .help = "whether anything was measured", .type = Type::flag},
    {.name = "cpu", .header = "CPU", .help = "where the probe ran", .type = Type::count},
    {.name = "seed", .header = "SEED", .help = "of the random orders", .type = Type::count},
    {.name = "attempts", .header = "ATTEMPTS", .help = "how often the inference ran", .type = Type::count},
    {.name = "elapsed", .header = "ELAPSED", .help = "time of all runs", .type = Type::duration},
    {.name = "cancelled", .header = "CANCELLED", .help = "a signal ended it early", .type = Type::flag},
    {.name = "chunks", .header = "CHUNKS", .help = "timed pieces", .type = Type::count},
    {.name = "rejected",
     .header = "REJECTED",
     .help = "share of the pieces that did not count",
     .type = Type::percent},
    {.name = "steal",
     .header = "STEAL",
     .help = "share of the time that the hypervisor took",
     .type = Type::percent},
    {.name = "cpu_changed",
     .header = "MOVED",
     .help = "the probe was moved to another CPU",
     .type = Type::flag},
    {.name = "core_ghz", .header = "GHZ", .help = "core frequency of the run, GHz", .type = Type::number},
    {.name = "granule",
     .header = "GRANULE",
     .help = "what an entry covers of most 2 MiB pages",
     .type = Type::bytes},
    {.name = "layout_note", .header = "LAYOUT", .help = "what is weaker than usual", .type = Type::text},
    {.name = "disturbance",
     .header = "DISTURBANCE",
     .help = "why everything is less sure",
     .type = Type::text},
});
constexpr auto kReachColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "of the process", .type = Type::count},
    {.name = "comm", .header = "COMMAND", .help = "of the process", .type = Type::text},
    {.name = "resident",
     .header = "RESIDENT",
     .help = "its resident memory, hugetlb included",
     .type = Type::bytes},
    {.name = "huge", .header = "HUGE", .help = "of that in 2 MiB pages", .type = Type::bytes},
    {.name = "gigantic", .header = "GIGANTIC", .help = "of that in larger pages", .type = Type::bytes},
    {.name = "eligible",
     .header = "ELIGIBLE",
     .help = "of that, what could be in huge pages and is not",
     .type = Type::bytes},
});

Value text_of(const std::optional<std::string>& text) {
  return text ? Value(std::string_view(*text)) : Value(Errc::unsupported);
}
Value text_of(std::string_view text) { return text.empty() ? Value(Errc::not_applicable) : Value(text); }

void add_run(std::vector<Value>& values, const ProbeReport& report) {
  const auto& statistics = report.statistics;
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(report.elapsed).count();
  const bool clock = statistics.ticks_per_cycle > 0 && statistics.ticks_per_ns > 0;
  const auto made = std::to_array<Value>(
      {true,
       statistics.cpu < 0 ? Value(Errc::unsupported) : Value(static_cast<std::uint64_t>(statistics.cpu)),
       report.seed, std::uint64_t{report.attempts}, Nanoseconds{static_cast<std::uint64_t>(elapsed)},
       report.cancelled, statistics.chunks, Percent{100 * statistics.rejected_share()},
       statistics.steal ? Value(Percent{100 * *statistics.steal}) : Value(Errc::unsupported),
       statistics.cpu_changed,
       clock ? Value(Number{statistics.ticks_per_ns / statistics.ticks_per_cycle}) : Value(Errc::unsupported),
       report.granule ? Value(report.granule->common_piece()) : Value(report.granule.error().code),
       text_of(report.base.facts.note), text_of(report.disturbance)});
  values.insert(values.end(), made.begin(), made.end());
}

}  // namespace

DocumentFacts::DocumentFacts(const RunInfo& info, const Machine& machine, const ProbeReport* report,
                             std::string_view summary)
    : columns_(document_columns()) {
  const auto run = info.facts().values;
  values_.assign(run.begin(), run.end());
  const auto said =
      std::to_array<Value>({summary, text_of(machine.vendor), text_of(machine.model), text_of(machine.core),
                            text_of(machine.hypervisor), machine.virtual_machine});
  values_.insert(values_.end(), said.begin(), said.end());
  if (report != nullptr) add_run(values_, *report);
  if (report == nullptr) values_.emplace_back(false);
  values_.resize(columns_.size(), Errc::not_sampled);
}

void DocumentFacts::add(const ResidentPages& pages, Pid pid) {
  columns_ = reach_document_columns();
  const auto made = std::to_array<Value>({static_cast<std::uint64_t>(pid.value), std::string_view(pages.comm),
                                          pages.resident, pages.huge, pages.gigantic, pages.eligible});
  values_.insert(values_.end(), made.begin(), made.end());
}

std::vector<const Column*> document_columns() {
  const auto run = run_info_columns();
  std::vector<const Column*> columns(run.begin(), run.end());
  for (const auto& column : kColumns) columns.push_back(&column);
  return columns;
}

std::vector<const Column*> reach_document_columns() {
  auto columns = document_columns();
  for (const auto& column : kReachColumns) columns.push_back(&column);
  return columns;
}

}  // namespace pageloupe::tlbprobe
