// SPDX-License-Identifier: MIT
#include "pstat/system_memory.h"

#include "base/pause.h"
#include "proc/psi.h"

namespace pageloupe::pstat {
namespace {

struct MeminfoFact {
  MeminfoKey key;
  Column column;
};

constexpr MeminfoFact meminfo_fact(MeminfoKey key, std::string_view name, std::string_view help,
                                   Type type = Type::bytes) {
  return {key,
          {.name = name,
           .header = kMeminfoKeys[static_cast<std::size_t>(key)].text,
           .origin = {Source::meminfo, kMeminfoKeys[static_cast<std::size_t>(key)].text},
           .help = help,
           .type = type}};
}

constexpr auto kMeminfoFacts = std::to_array<MeminfoFact>({
    meminfo_fact(MeminfoKey::mem_total, "mem_total", "memory of the machine"),
    meminfo_fact(MeminfoKey::mem_available, "mem_available", "what programs can still get without swapping"),
    meminfo_fact(MeminfoKey::anon_pages, "mem_anon", "anonymous memory of processes"),
    meminfo_fact(MeminfoKey::shmem, "mem_shmem", "shared memory and tmpfs"),
    meminfo_fact(MeminfoKey::page_tables, "mem_page_tables", "page tables"),
    meminfo_fact(MeminfoKey::swap_total, "swap_total", "swap"),
    meminfo_fact(MeminfoKey::swap_free, "swap_free", "swap that is free"),
    meminfo_fact(MeminfoKey::commit_limit, "commit_limit",
                 "what may be promised where overcommit is refused"),
    meminfo_fact(MeminfoKey::committed_as, "committed_as", "what has been promised"),
    meminfo_fact(MeminfoKey::anon_huge_pages, "anon_huge_pages",
                 "anonymous memory in transparent huge pages"),
    meminfo_fact(MeminfoKey::huge_pages_total, "hugetlb_pages", "pages of the huge page pool", Type::count),
    meminfo_fact(MeminfoKey::huge_pages_free, "hugetlb_free", "pages of the pool that are free", Type::count),
});

constexpr auto kOtherFacts = std::to_array<Column>({
    {.name = "overcommit_memory",
     .header = "OVERCOMMIT",
     .help = "vm.overcommit_memory: 0 refuses the obvious, 1 nothing, 2 what exceeds the limit",
     .type = Type::count},
    {.name = "memory_pressure_some",
     .header = "PSI SOME",
     .help = "share of the last 10 s in which some task waited for memory",
     .type = Type::percent},
    {.name = "memory_pressure_full",
     .header = "PSI FULL",
     .help = "share of the last 10 s in which all tasks waited for memory",
     .type = Type::percent},
    {.name = "page_faults", .header = "FAULTS/s", .help = "page faults of the machine", .type = Type::rate},
    {.name = "major_faults",
     .header = "MAJFL/s",
     .help = "major page faults of the machine",
     .type = Type::rate},
});

template <auto Parse>
auto read_parsed(const ProcFs& procfs, const char* file) -> decltype(Parse(std::string_view{})) {
  std::string buffer;
  const auto text = procfs.read(file, buffer);
  if (!text) return std::unexpected(text.error());
  return Parse(*text);
}

}  // namespace

std::optional<SystemMeter::Counters> SystemMeter::read_counters() const {
  const auto counts = read_parsed<parse_vmstat>(procfs_, "vmstat");
  if (!counts) return std::nullopt;
  return Counters{*counts, std::chrono::steady_clock::now()};
}

void SystemMeter::measure_faults(SystemMemory& memory) {
  constexpr std::chrono::milliseconds kFirstInterval{100};
  if (!before_) {
    before_ = read_counters();
    if (!before_) return;
    sleep_for(kFirstInterval);
  }
  const auto now = read_counters();
  if (!now) return;
  const std::chrono::duration<double> elapsed = now->at - before_->at;
  const auto rate = [&](VmstatKey key) -> std::optional<Rate> {
    const auto first = before_->counts[key];
    const auto last = now->counts[key];
    if (!first || !last || *last < *first || elapsed.count() <= 0) return std::nullopt;
    return Rate{static_cast<double>(*last - *first) / elapsed.count()};
  };
  memory.faults = rate(VmstatKey::pgfault);
  memory.major_faults = rate(VmstatKey::pgmajfault);
  before_ = now;
}

SystemMemory SystemMeter::read() {
  SystemMemory memory;
  if (const auto meminfo = read_parsed<parse_meminfo>(procfs_, "meminfo")) memory.meminfo = *meminfo;
  if (const auto pressure = read_parsed<parse_pressure>(procfs_, "pressure/memory")) {
    memory.some = pressure->some.avg10;
    if (pressure->full) memory.full = pressure->full->avg10;
  }
  std::string buffer;
  if (auto text = procfs_.read("sys/vm/overcommit_memory", buffer))
    memory.overcommit = to_number<std::uint64_t>(take_line(*text));
  measure_faults(memory);
  return memory;
}

void add_system_facts(const SystemMemory& memory, std::vector<const Column*>& columns,
                      std::vector<Value>& values) {
  for (const auto* column : system_columns()) columns.push_back(column);
  for (const auto& fact : kMeminfoFacts) {
    const auto number = memory.meminfo[fact.key];
    const auto bytes = fact.column.type == Type::bytes;
    values.push_back(!number ? Value(Errc::unsupported) : bytes ? Value(Bytes{*number}) : Value(*number));
  }
  for (const auto& value : {to_value(memory.overcommit), to_value(memory.some), to_value(memory.full),
                            to_value(memory.faults), to_value(memory.major_faults)}) {
    values.push_back(value);
  }
}

std::vector<const Column*> system_columns() {
  std::vector<const Column*> columns;
  for (const auto& fact : kMeminfoFacts) columns.push_back(&fact.column);
  for (const auto& column : kOtherFacts) columns.push_back(&column);
  return columns;
}

std::string system_lines(const SystemMemory& memory, const CellStyle& style) {
  Buffer text;
  auto human = style;
  if (human.size == SizeUnit::kib) human.size = SizeUnit::human;
  const auto fact = [&](std::string_view before, const Value& value) {
    append(text, before);
    append_cell(text, value, human);
  };
  const auto size = [&](std::string_view before, MeminfoKey key) {
    const auto bytes = memory.meminfo.bytes(key);
    fact(before, bytes ? Value(*bytes) : Value(Errc::unsupported));
  };
  const auto count = [&](std::string_view before, MeminfoKey key) {
    fact(before, to_value(memory.meminfo[key]));
  };
  size("memory ", MeminfoKey::mem_total);
  size(", available ", MeminfoKey::mem_available);
  size(", anonymous ", MeminfoKey::anon_pages);
  size(", shared ", MeminfoKey::shmem);
  size(", page tables ", MeminfoKey::page_tables);
  size("\nswap ", MeminfoKey::swap_total);
  size(", free ", MeminfoKey::swap_free);
  size("; committed ", MeminfoKey::committed_as);
  size(" of ", MeminfoKey::commit_limit);
  fact(" (vm.overcommit_memory ", to_value(memory.overcommit));
  fact(")\npressure ", to_value(memory.some));
  fact(" some, ", to_value(memory.full));
  fact(" full in 10 s; page faults/s ", to_value(memory.faults));
  fact(", major ", to_value(memory.major_faults));
  size("; huge pages: transparent ", MeminfoKey::anon_huge_pages);
  count(", of the pool ", MeminfoKey::huge_pages_total);
  count(", of those free ", MeminfoKey::huge_pages_free);
  append(text, "\n");
  return std::string(text.view());
}

}  // namespace pageloupe::pstat
