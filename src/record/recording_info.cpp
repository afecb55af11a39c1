// SPDX-License-Identifier: MIT
#include "record/recording_info.h"

#include "base/text.h"
#include "record/slots.h"

namespace pageloupe {
namespace {

std::string first_line(const ProcFs& procfs, const char* file) {
  std::string buffer;
  auto text = procfs.read(file, buffer);
  return text ? std::string(take_line(*text)) : std::string{};
}

}  // namespace

RecordingInfo recording_info(const ProcFs& procfs, std::string_view tool, Nanoseconds interval) {
  const auto facts = read_system_facts(procfs, {});
  return {.tool = std::string(tool),
          .tool_version = PAGELOUPE_VERSION,
          .host = first_line(procfs, "sys/kernel/hostname"),
          .boot_id = first_line(procfs, "sys/kernel/random/boot_id"),
          .ticks_per_second = facts.ticks_per_second,
          .page_size = facts.page_size,
          .cpus = facts.cpus,
          .mem_total = facts.mem_total,
          .boot = facts.boot,
          .interval = interval};
}

void mark_unrecorded(Process& process) {
  for (const auto& row : kSlots) {
    if (row.error(process) == Errc::not_sampled) row.fail(process, Errc::not_recorded);
  }
  if (!process.counters) process.counters = std::unexpected(Errc::not_recorded);
}

std::string damage_text(std::span<const Damage> damage) {
  if (damage.empty()) return {};
  auto text = "byte " + std::to_string(damage.front().offset) + ": " + damage.front().what;
  if (damage.size() > 1) text += "; " + std::to_string(damage.size() - 1) + " more places";
  return text;
}

}  // namespace pageloupe
