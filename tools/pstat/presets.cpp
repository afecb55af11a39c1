// SPDX-License-Identifier: MIT
#include "pstat/presets.h"

#include <algorithm>

namespace pageloupe::pstat {
namespace {

constexpr auto kUser = std::to_array<PresetColumn>({
    {"user", "USER"},
    {"pid", "PID"},
    {"pcpu", "%CPU"},
    {"pmem", "%MEM"},
    {"vsz", "VSZ"},
    {"rss", "RSS"},
    {"tty", "TTY"},
    {"stat", "STAT"},
    {"stime", "START"},
    {"bsdtime", "TIME"},
    {"args", "COMMAND"},
});
constexpr auto kVirtual = std::to_array<PresetColumn>({
    {"pid", "PID"},
    {"tty", "TTY"},
    {"stat", "STAT"},
    {"bsdtime", "TIME"},
    {"maj_flt", "MAJFL"},
    {"trs", "TRS"},
    {"drs", "DRS"},
    {"rss", "RSS"},
    {"pmem", "%MEM"},
    {"args", "COMMAND"},
});
constexpr auto kJobs = std::to_array<PresetColumn>({
    {"ppid", "PPID"},
    {"pid", "PID"},
    {"pgid", "PGID"},
    {"sid", "SID"},
    {"tty", "TTY"},
    {"tpgid", "TPGID"},
    {"stat", "STAT"},
    {"uid", "UID"},
    {"bsdtime", "TIME"},
    {"args", "COMMAND"},
});
constexpr auto kLong = std::to_array<PresetColumn>({
    {"f", "F"},
    {"uid", "UID"},
    {"pid", "PID"},
    {"ppid", "PPID"},
    {"priority", "PRI"},
    {"ni", "NI"},
    {"vsz", "VSZ"},
    {"rss", "RSS"},
    {"wchan", "WCHAN"},
    {"stat", "STAT"},
    {"tty", "TTY"},
    {"bsdtime", "TIME"},
    {"args", "COMMAND"},
});
constexpr auto kMemory = std::to_array<PresetColumn>({
    {"pid"},
    {"user"},
    {"vsz"},
    {"rss"},
    {"pss"},
    {"uss"},
    {"swap"},
    {"untouched"},
    {"touched"},
    {"comm"},
});

constexpr auto kPresets = std::to_array<Preset>({
    {"user", "ps u: CPU, memory and start by user", kUser},
    {"virtual", "ps v: faults, text, data and resident set", kVirtual},
    {"jobs", "ps j: parents, groups, sessions and terminals", kJobs},
    {"long", "ps l: flags, priorities and what is waited for", kLong},
    {"memory", "reserved, touched, shared, own and swapped memory", kMemory},
});

// A column of UNIX ps: shown with any of `any` (always, where that is empty) and all of `with`, none of
// `without`.
struct UnixColumn {
  PresetColumn column{};
  UnixParts any{};
  UnixParts without{};
  UnixParts with{};
};

using enum UnixPart;
constexpr UnixParts kFull = full | extra_full;
constexpr UnixParts kWide = kFull | long_list;

// In the order of ps, which is the same however parts are combined.
constexpr auto kUnixColumns = std::to_array<UnixColumn>({
    {.column = {"f", "F"}, .any = long_list, .without = no_flags},
    {.column = {"state", "S"}, .any = long_list},
    {.column = {"user", "UID"}, .any = kFull},
    {.column = {"uid", "UID"}, .any = long_list, .without = kFull},
    {.column = {"pid", "PID"}},
    {.column = {"tid", "SPID"}, .any = spid},
    {.column = {"ppid", "PPID"}, .any = kWide},
    {.column = {"pgid", "PGID"}, .any = jobs},
    {.column = {"sid", "SID"}, .any = jobs},
    {.column = {"tid", "LWP"}, .any = lwp},
    {.column = {"psr", "PSR"}, .any = processor},
    {.column = {"c", "C"}, .any = kWide, .without = scheduling},
    {.column = {"nlwp", "NLWP"}, .any = kFull, .with = lwp},
    {.column = {"cls", "CLS"}, .any = scheduling},
    {.column = {"pri", "PRI"}, .any = scheduling},
    {.column = {"opri", "PRI"}, .any = long_list, .without = scheduling},
    {.column = {"ni", "NI"}, .any = long_list, .without = scheduling},
    {.column = {"rss", "RSS"}, .any = long_list, .with = no_flags},
    {.column = {"addr", "ADDR"}, .any = long_list, .without = no_flags},
    {.column = {"sz", "SZ"}, .any = long_list},
    {.column = {"wchan", "WCHAN"}, .any = long_list},
    {.column = {"sz", "SZ"}, .any = extra_full, .without = long_list},
    {.column = {"rss", "RSS"}, .any = extra_full, .without = no_flags},
    {.column = {"psr", "PSR"}, .any = extra_full, .without = processor},
    {.column = {"stime", "STIME"}, .any = kFull},
    {.column = {"tty", "TTY"}},
    {.column = {"stat", "STAT"}, .any = bsd, .without = long_list},
    {.column = {"time", "TIME"}, .without = bsd},
    {.column = {"bsdtime", "TIME"}, .any = bsd},
    {.column = {"comm", "CMD"}, .without = kFull | bsd},
    {.column = {"args", "CMD"}, .any = kFull},
    {.column = {"args", "CMD"}, .any = long_list, .without = kFull, .with = bsd},
    {.column = {"args", "COMMAND"}, .any = bsd, .without = kWide},
});

bool is_shown(const UnixColumn& column, UnixParts parts) {
  if (!column.any.empty() && !parts.any(column.any)) return false;
  if (!column.with.empty() && !parts.any(column.with)) return false;
  return !parts.any(column.without);
}

ColumnSpec to_spec(const PresetColumn& column) {
  ColumnSpec spec{.name = std::string(column.name)};
  if (!column.header.empty()) spec.header = std::string(column.header);
  if (column.width > 0) spec.width = column.width;
  return spec;
}

// Behind the last of these columns; where none of them is shown, nowhere.
void insert_behind(std::vector<ColumnSpec>& specs, std::span<const std::string_view> names,
                   const PresetColumn& column) {
  const auto last = std::ranges::find_if(specs.rbegin(), specs.rend(), [&](const ColumnSpec& spec) {
    return std::ranges::find(names, spec.name) != names.end();
  });
  if (last != specs.rend()) specs.insert(last.base(), to_spec(column));
}

constexpr auto kPid = std::to_array<std::string_view>({"pid"});
constexpr auto kIds = std::to_array<std::string_view>({"pid", "ppid", "pgid", "sid"});
constexpr auto kCpu = std::to_array<std::string_view>({"pcpu"});

}  // namespace

std::span<const Preset> presets() { return kPresets; }

const Preset* find_preset(std::string_view name) {
  const auto* const found = std::ranges::find(kPresets, name, &Preset::name);
  return found == kPresets.end() ? nullptr : found;
}

std::vector<ColumnSpec> unix_columns(UnixParts parts) {
  std::vector<ColumnSpec> specs;
  for (const auto& column : kUnixColumns) {
    if (is_shown(column, parts)) specs.push_back(to_spec(column.column));
  }
  return specs;
}

std::vector<ColumnSpec> preset_columns(const Preset& preset, UnixParts parts) {
  std::vector<ColumnSpec> specs;
  for (const auto& column : preset.columns) specs.push_back(to_spec(column));
  if (parts.any(spid)) insert_behind(specs, kPid, {"tid", "SPID"});
  if (parts.any(lwp)) {
    insert_behind(specs, kIds, {"tid", "LWP"});
    insert_behind(specs, kCpu, {"nlwp", "NLWP"});
  }
  return specs;
}

std::vector<ColumnSpec> preloaded_columns(std::span<const ColumnSpec> list) {
  std::vector<ColumnSpec> specs{to_spec({"pid", "PID"})};
  specs.insert(specs.end(), list.begin(), list.end());
  for (const auto& column :
       {PresetColumn{"state", "S"}, {"tty", "TTY"}, {"time", "TIME"}, {"args", "COMMAND"}}) {
    specs.push_back(to_spec(column));
  }
  return specs;
}

}  // namespace pageloupe::pstat
