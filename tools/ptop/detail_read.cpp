// SPDX-License-Identifier: MIT
#include "ptop/detail_read.h"

#include <algorithm>

#include "base/text.h"
#include "field/process_fields.h"
#include "field/vma_fields.h"
#include "field/vma_groups.h"
#include "sample/live_thread.h"
#include "sample/sampler.h"

namespace pageloupe::ptop {
namespace {

constexpr std::string_view kSums = "size,resident,pss,dirty,swap,untouched";
constexpr std::string_view kMappingColumns =
    "start,size,resident,pss,dirty,swap,untouched,perms,kind,mapping";

struct OpenMap {
  ProcessMap map;
  bool with_usage = true;
};

Result<OpenMap> open_map(const PidDir& dir, Pid leader) {
  auto map = ProcessMap::open(dir, {.usage = true, .leader = leader});
  if (map) return OpenMap{std::move(*map), true};
  if (map.error().code != Errc::unsupported) return std::unexpected(map.error());
  auto sizes = ProcessMap::open(dir, {.usage = false, .leader = leader});
  if (!sizes) return std::unexpected(sizes.error());
  return OpenMap{std::move(*sizes), false};
}

// Only a thread that lives knows the memory: the first may have ended before the others. What has no memory
// answers like what is gone, or with an empty text.
template <class Read>
auto read_of_memory(const ProcFs& procfs, const PidDir& dir, Read read) {
  auto result = read(dir);
  std::string buffer;
  if (!result && result.error() == Errc::gone && dir.read("stat", buffer))
    result = std::unexpected(Errc::no_memory);
  if (result || result.error() != Errc::no_memory) return result;
  if (const auto thread = live_thread(procfs, dir)) return read(*thread);
  return result;
}

bool has_memory(const PidDir& dir) {
  std::string buffer;
  const auto text = dir.read("statm", buffer);
  const auto statm = text ? parse_statm(*text) : std::unexpected(text.error());
  return statm && statm->size.value != 0;
}

Slot<MapPart> read_map_of(const PidDir& dir, Pid leader) {
  auto opened = open_map(dir, leader);
  if (!opened) return std::unexpected(opened.error().code);
  auto& map = opened->map;
  MapPart part{.with_usage = opened->with_usage};
  const auto selection = *select_fields(vma_fields(), kMappingColumns);
  for (const auto* field : selection) part.mappings.columns.push_back(&field->column);
  part.mappings.rows = RowStore(selection.size());
  VmaGroups groups(vma_fields(), "kind", kSums);
  std::vector<Value> values(selection.size());
  Result<bool> more = map.next();
  for (; more && *more; more = map.next()) {
    for (std::size_t i = 0; i < selection.size(); ++i) selection[i]->set(values[i], map.row());
    part.mappings.rows.add(values);
    groups.add(map.row());
  }
  if (!more) return std::unexpected(more.error().code);
  if (part.mappings.rows.size() == 0) return std::unexpected(Errc::no_memory);
  part.kinds = {.columns = {}, .rows = RowStore(groups.columns().size()), .totals = {}};
  for (const auto& row : groups.rows(0, false)) part.kinds.rows.add(row);
  const auto totals = groups.totals().values();
  part.kinds.totals.assign(totals.begin(), totals.end());
  part.kinds.columns.assign(groups.columns().begin(), groups.columns().end());
  return part;
}

template <std::size_t N>
std::string list_of(const std::array<FactSection, N>& sections) {
  std::string list;
  for (const auto& section : sections) list.append(list.empty() ? "" : ",").append(section.columns);
  return list;
}

DetailTable evaluate(const ProcFs& procfs, const PidDir& dir, const SystemFacts& system,
                     const std::string& list, Process& process) {
  const auto selection = *select_fields(process_fields(), list);
  Sampler sampler(procfs, plan_for<ProcessRow>(selection));
  static_cast<void>(sampler.read(dir, process));
  Names names;
  TextPool pool;
  const ProcessRow row{.process = process, .system = system, .names = names, .pool = pool};
  DetailTable table{.columns = {}, .rows = RowStore(selection.size()), .totals = {}};
  std::vector<Value> values;
  for (const auto* field : selection) {
    table.columns.push_back(&field->column);
    values.push_back((*field)(row));
  }
  table.rows.add(values);
  return table;
}

}  // namespace

Slot<MapPart> read_map(const ProcFs& procfs, const PidDir& dir) {
  return read_of_memory(procfs, dir, [&dir](const PidDir& from) { return read_map_of(from, dir.pid()); });
}

Slot<FactsPart> read_memory(const ProcFs& procfs, const PidDir& dir, const SystemFacts& system) {
  Process process;
  FactsPart part{.facts = evaluate(procfs, dir, system, list_of(kMemorySections), process)};
  if (!process.status && process.status.error() == Errc::gone) return std::unexpected(Errc::gone);
  part.headroom = read_of_memory(procfs, dir, [&](const PidDir& from) -> Slot<std::vector<Headroom>> {
    auto rows = measure_headroom(procfs, from);
    if (!rows) return std::unexpected(rows.error().code);
    return std::move(*rows);
  });
  return part;
}

Slot<FactsPart> read_group(const ProcFs& procfs, const PidDir& dir, const SystemFacts& system,
                           const std::string& cgroup_root) {
  Process process;
  FactsPart part{.facts = evaluate(procfs, dir, system, list_of(kGroupSections), process)};
  if (!process.cgroup && process.cgroup.error() == Errc::gone) return std::unexpected(Errc::gone);
  if (process.cgroup && !cgroup_root.empty()) part.cgroup = read_cgroup_memory(cgroup_root, *process.cgroup);
  return part;
}

Slot<EnvironmentPart> read_environment(const ProcFs& procfs, const PidDir& dir) {
  return read_of_memory(procfs, dir, [](const PidDir& from) -> Slot<EnvironmentPart> {
    std::string buffer;
    auto text = from.read("environ", buffer);
    if (!text) return std::unexpected(text.error().code);
    EnvironmentPart part;
    if (text->empty() && !has_memory(from)) return std::unexpected(Errc::no_memory);
    while (!text->empty()) part.entries.emplace_back(take_until(*text, '\0'));
    return part;
  });
}

}  // namespace pageloupe::ptop
