// SPDX-License-Identifier: MIT
#include "sample/cgroup_memory.h"

#include "base/text.h"
#include "proc/procfs.h"

namespace pageloupe {
namespace {

// What version 1 says where there is no limit: the largest number of whole pages, of 4 to 64 KiB.
constexpr std::uint64_t kNoLimit = 0x7fff'ffff'ffff'0000;

struct Names {
  const char* current;
  const char* max;
  const char* high;  // nullptr where the version has none
  const char* peak;
  const char* swap;
  const char* swap_max;
};
constexpr Names kVersion2{"memory.current", "memory.max",          "memory.high",
                          "memory.peak",    "memory.swap.current", "memory.swap.max"};
constexpr Names kVersion1{
    "memory.usage_in_bytes", "memory.limit_in_bytes", nullptr, "memory.max_usage_in_bytes", nullptr, nullptr};

class Directory {
 public:
  explicit Directory(const std::string& path) : files_(ProcFs::open(path)) {}

  void read(const char* file, Slot<Bytes>& slot) {
    const auto text = read(file);
    const auto number = text ? to_number<std::uint64_t>(*text) : std::nullopt;
    if (!text) {
      slot = std::unexpected(text.error());
    } else if (!number) {
      slot = std::unexpected(Errc::malformed);
    } else {
      slot = Bytes{*number};
    }
  }

  void read(const char* file, Slot<std::optional<Bytes>>& slot) {
    const auto text = read(file);
    const auto number = text ? to_number<std::uint64_t>(*text) : std::nullopt;
    if (!text) {
      slot = std::unexpected(text.error());
    } else if (*text == "max" || (number && *number >= kNoLimit)) {
      slot = std::optional<Bytes>{};
    } else if (!number) {
      slot = std::unexpected(Errc::malformed);
    } else {
      slot = std::optional(Bytes{*number});
    }
  }

 private:
  Slot<std::string_view> read(const char* file) {
    if (file == nullptr) return std::unexpected(Errc::unsupported);
    if (!files_) return std::unexpected(files_.error().code);
    auto text = files_->read(file, buffer_);
    if (!text) return std::unexpected(text.error().code);
    return trim(take_line(*text));
  }

  Result<ProcFs> files_;  // which opens files below any directory
  std::string buffer_;
};

void read_all(Directory directory, const Names& names, CgroupMemory& memory) {
  directory.read(names.current, memory.current);
  directory.read(names.max, memory.max);
  directory.read(names.high, memory.high);
  directory.read(names.peak, memory.peak);
  directory.read(names.swap, memory.swap);
  directory.read(names.swap_max, memory.swap_max);
}

// Version 2 is mounted at the root, or beside version 1.
std::string mount_of(const std::string& root, bool v2) {
  if (!v2) return root + "/memory";
  const auto unified = root + "/unified";
  return ProcFs::open(unified) ? unified : root;
}

}  // namespace

CgroupMemory read_cgroup_memory(const std::string& root, const CgroupPaths& cgroup) {
  CgroupMemory memory;
  if (cgroup.path.starts_with("/..")) {
    const auto outside = std::unexpected(Errc::not_applicable);
    memory = {.current = outside,
              .max = outside,
              .high = outside,
              .peak = outside,
              .swap = outside,
              .swap_max = outside};
    return memory;
  }
  read_all(Directory(mount_of(root, cgroup.v2) + cgroup.path), cgroup.v2 ? kVersion2 : kVersion1, memory);
  return memory;
}

}  // namespace pageloupe
