// SPDX-License-Identifier: MIT
#include "cli/run_info.h"

#include <chrono>

namespace pageloupe {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "tool_version", .header = "VERSION", .help = "version of the tool", .type = Type::text},
    {.name = "host", .header = "HOST", .help = "name of the machine", .type = Type::text},
    {.name = "boot_id",
     .header = "BOOT",
     .help = "tells one run of the machine from another",
     .type = Type::text},
    {.name = "time", .header = "TIME", .help = "when it was read, since the epoch", .type = Type::duration},
});
constexpr auto kColumnPointers = std::to_array({&kColumns[0], &kColumns[1], &kColumns[2], &kColumns[3]});

std::string first_line(const ProcFs& procfs, const char* file) {
  std::string buffer;
  auto text = procfs.read(file, buffer);
  return text ? std::string(take_line(*text)) : std::string{};
}

Value text_or_absent(const std::string& text) {
  return text.empty() ? Value(Errc::unsupported) : Value(std::string_view(text));
}

}  // namespace

RunInfo::RunInfo(const ProcFs& procfs, std::uint64_t time_ns)
    : RunInfo(first_line(procfs, "sys/kernel/hostname"), first_line(procfs, "sys/kernel/random/boot_id"),
              time_ns) {}

RunInfo::RunInfo(std::string host, std::string boot_id, std::uint64_t time_ns)
    : host_(std::move(host)),
      boot_id_(std::move(boot_id)),
      values_{std::string_view(PAGELOUPE_VERSION), text_or_absent(host_), text_or_absent(boot_id_),
              Nanoseconds{time_ns}} {}

Facts RunInfo::facts() const { return {run_info_columns(), values_}; }

Columns run_info_columns() { return kColumnPointers; }

std::uint64_t now_ns() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
}

}  // namespace pageloupe
