// SPDX-License-Identifier: MIT
#include "field/headroom.h"

#include <array>

#include "proc/limits.h"
#include "proc/meminfo.h"
#include "proc/smaps.h"
#include "proc/status.h"

namespace pageloupe {
namespace {

// What the map itself says of the room there is.
struct Layout {
  std::uint64_t mappings = 0;
  std::optional<Bytes> heap{};
  std::optional<Bytes> room_above_heap{};
  std::optional<Bytes> stack{};
  std::optional<Bytes> room_below_stack{};
  Bytes largest_gap{};
  Address gap_start{};
};

void look_at(const Vma& vma, const Vma* before, Layout& layout) {
  if (vma.name != "[vsyscall]") ++layout.mappings;  // which is not the process's own
  const bool follows = before != nullptr && vma.start >= before->end;
  const auto gap = follows ? vma.start - before->end : Bytes{};
  if (follows && before->name == "[heap]") layout.room_above_heap = gap;
  if (vma.name == "[heap]") layout.heap = vma.size();
  if (vma.name == "[stack]") {
    layout.stack = vma.size();
    layout.room_below_stack = gap;
  }
  // Behind the stack come the kernel's pages; the hole up to [vsyscall] cannot be mapped.
  if (follows && gap > layout.largest_gap && vma.name != "[vsyscall]") {
    layout.largest_gap = gap;
    layout.gap_start = before->end;
  }
}

Result<Layout> read_layout(const PidDir& dir) {
  auto maps = dir.stream("maps");
  if (!maps) return std::unexpected(maps.error());
  MapsReader reader(std::move(*maps));
  Layout layout;
  VmaRecord record;
  Vma before;
  for (;;) {
    const auto more = reader.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more && layout.mappings == 0) return fail(Errc::no_memory);
    if (!*more) return layout;
    look_at(record.vma, layout.mappings == 0 ? nullptr : &before, layout);
    before = record.vma;
  }
}

// Parses a file that is read whole.
template <auto Parse, class Dir>
auto read_parsed(const Dir& dir, const char* file) -> decltype(Parse(std::string_view{})) {
  std::string buffer;
  const auto text = dir.read(file, buffer);
  if (!text) return std::unexpected(text.error());
  return Parse(*text);
}

Value bytes_or(const std::optional<Bytes>& bytes, Errc reason) {
  return bytes ? Value(*bytes) : Value(reason);
}

Headroom against(Headroom row, std::optional<std::uint64_t> limit) {
  row.limit = row.headroom = Errc::not_applicable;
  row.unlimited = !limit;
  if (!limit) return row;
  row.limit = Bytes{*limit};
  if (const auto* bytes = std::get_if<Bytes>(&row.used)) {
    row.headroom = bytes->value < *limit ? Bytes{*limit - bytes->value} : Bytes{};
  }
  return row;
}

void add_resource_limits(const PidDir& dir, const Layout& layout, std::vector<Headroom>& rows) {
  const auto limits = read_parsed<parse_limits>(dir, "limits");
  const auto status = read_parsed<parse_status>(dir, "status");
  const auto used = [&](StatusKey key) {
    return status ? bytes_or(status->values.bytes(key), Errc::no_memory) : Value(status.error().code);
  };
  const auto add = [&](Limit which, Headroom row) {
    row.unit = "bytes";
    if (limits && (*limits)[which]) {
      rows.push_back(against(row, (*limits)[which]->soft));
      return;
    }
    row.limit = row.headroom = limits ? Errc::unsupported : limits.error().code;
    rows.push_back(row);
  };
  add(Limit::stack, {.name = "stack",
                     .used = bytes_or(layout.stack, Errc::not_applicable),
                     .set_by = "RLIMIT_STACK",
                     .addresses = FreeAddresses::below,
                     .free_addresses = layout.room_below_stack});
  add(Limit::data, {.name = "heap",
                    .used = bytes_or(layout.heap, Errc::not_applicable),
                    .set_by = "RLIMIT_DATA",
                    .addresses = FreeAddresses::above,
                    .free_addresses = layout.room_above_heap});
  add(Limit::data, {.name = "data",
                    .used = used(StatusKey::vm_data),
                    .set_by = "RLIMIT_DATA",
                    .remark = "all private writable memory"});
  add(Limit::address_space,
      {.name = "address space", .used = used(StatusKey::vm_size), .set_by = "RLIMIT_AS"});
  add(Limit::memlock, {.name = "locked", .used = used(StatusKey::vm_lck), .set_by = "RLIMIT_MEMLOCK"});
}

std::optional<std::uint64_t> read_number(const ProcFs& procfs, const char* file) {
  std::string buffer;
  auto text = procfs.read(file, buffer);
  return text ? to_number<std::uint64_t>(trim(take_line(*text))) : std::nullopt;
}

void add_mappings(const ProcFs& procfs, const Layout& layout, std::vector<Headroom>& rows) {
  const auto most = read_number(procfs, "sys/vm/max_map_count");
  Headroom row{.name = "mappings",
               .unit = "mappings",
               .used = layout.mappings,
               .limit = Errc::unsupported,
               .headroom = Errc::unsupported,
               .set_by = "vm.max_map_count"};
  if (most) {
    row.limit = *most;
    row.headroom = layout.mappings < *most ? *most - layout.mappings : std::uint64_t{0};
  }
  rows.push_back(row);
  rows.push_back({.name = "largest gap",
                  .unit = "bytes",
                  .used = Errc::not_applicable,
                  .limit = Errc::not_applicable,
                  .headroom = layout.largest_gap,
                  .remark = "the largest mapping that fits",
                  .from = layout.gap_start});
}

void add_commit(const ProcFs& procfs, std::vector<Headroom>& rows) {
  constexpr auto kModes = std::to_array<std::string_view>({
      "the kernel refuses only obvious overcommit (vm.overcommit_memory 0)",
      "the kernel refuses nothing (vm.overcommit_memory 1)",
      "the kernel refuses what exceeds the limit (vm.overcommit_memory 2)",
  });
  const auto meminfo = read_parsed<parse_meminfo>(procfs, "meminfo");
  const auto mode = read_number(procfs, "sys/vm/overcommit_memory");
  const auto value = [&](MeminfoKey key) {
    return meminfo ? bytes_or(meminfo->bytes(key), Errc::unsupported) : Value(meminfo.error().code);
  };
  const auto limit = value(MeminfoKey::commit_limit);
  const auto* bytes = std::get_if<Bytes>(&limit);
  auto row = against({.name = "commit",
                      .unit = "bytes",
                      .used = value(MeminfoKey::committed_as),
                      .set_by = "whole machine",
                      .remark = mode && *mode < kModes.size() ? kModes[*mode] : std::string_view{}},
                     bytes != nullptr ? std::optional(bytes->value) : std::nullopt);
  if (bytes == nullptr) {
    row.limit = row.headroom = limit;
    row.unlimited = false;
  }
  rows.push_back(row);
}

}  // namespace

Result<std::vector<Headroom>> measure_headroom(const ProcFs& procfs, const PidDir& dir) {
  const auto layout = read_layout(dir);
  if (!layout) return std::unexpected(layout.error());
  std::vector<Headroom> rows;
  add_resource_limits(dir, *layout, rows);
  add_mappings(procfs, *layout, rows);
  add_commit(procfs, rows);
  return rows;
}

}  // namespace pageloupe
