// SPDX-License-Identifier: MIT
#include "sample/thp_policy.h"

#include <fstream>

#include "base/text.h"
#include "sample/tlb_demand.h"

namespace pageloupe {
namespace {

using Mode = ThpPolicy::Mode;

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool is_shared_memory(const Vma& vma) {
  return vma.name.starts_with("/memfd:") || vma.name.starts_with("/SYSV") ||
         vma.name.starts_with("/dev/shm/") || vma.name.starts_with("/dev/zero");
}

bool is_eligible(const VmaRecord& record) { return record.usage[SmapsKey::thp_eligible].value_or(0) != 0; }

// What no setting changes.
std::optional<std::string_view> refusal_by_nature(const VmaRecord& record) {
  const auto has = [&](std::string_view flag) { return has_vm_flag(record.vm_flags, flag); };
  if (has("ht")) return "from the huge page pool already";
  if (has("pf") || has("io")) return "memory of a device";
  const auto base = base_page_of(record.usage);
  if (record.vma.size() < huge_page_size(base)) return "smaller than a huge page";
  if (in_whole_huge_pages(record.vma, base) == Bytes{}) return "holds no whole, aligned huge page";
  return std::nullopt;
}

std::string_view refusal_by_policy(const VmaRecord& record, const ThpPolicy& policy) {
  const auto& vma = record.vma;
  const bool advised = has_vm_flag(record.vm_flags, "hg");
  if (has_vm_flag(record.vm_flags, "nh")) return "MADV_NOHUGEPAGE (nh)";
  if (policy.off_in_process) return "switched off in the process (PR_SET_THP_DISABLE)";
  if (vma.anonymous()) {
    if (policy.anonymous == Mode::never) return "switched off (enabled: never)";
    if (policy.anonymous == Mode::advised && !advised) return "needs MADV_HUGEPAGE (enabled: madvise)";
  } else if (is_shared_memory(vma)) {
    if (policy.shared == Mode::never) return "switched off (shmem_enabled: never), or by its mount";
    if (policy.shared == Mode::advised && !advised) return "needs MADV_HUGEPAGE (shmem_enabled: advise)";
  } else {
    return "a file: only some file systems have huge pages";
  }
  return "the kernel does not say why";
}

}  // namespace

ThpPolicy::Mode parse_thp_mode(std::string_view text) {
  static_cast<void>(take_until(text, '['));
  const auto word = take_until(text, ']');
  if (word == "always" || word == "force" || word == "within_size") return Mode::always;
  if (word == "madvise" || word == "advise") return Mode::advised;
  if (word == "never" || word == "deny") return Mode::never;
  return Mode::unknown;
}

ThpPolicy read_thp_policy(const std::string& directory) {
  ThpPolicy policy;
  const auto size = to_number<std::uint64_t>(first_line(directory + "/hpage_pmd_size"));
  if (size) {
    const auto own = directory + "/hugepages-" + std::to_string(*size / 1024) + "kB";
    policy.anonymous = parse_thp_mode(first_line(own + "/enabled"));
    policy.shared = parse_thp_mode(first_line(own + "/shmem_enabled"));
  }
  // "inherit", and kernels before 6.8.
  if (policy.anonymous == Mode::unknown)
    policy.anonymous = parse_thp_mode(first_line(directory + "/enabled"));
  if (policy.shared == Mode::unknown)
    policy.shared = parse_thp_mode(first_line(directory + "/shmem_enabled"));
  return policy;
}

std::optional<std::string_view> thp_refusal(const VmaRecord& record, const ThpPolicy& policy) {
  if (is_eligible(record)) return std::nullopt;
  if (const auto refusal = refusal_by_nature(record)) return refusal;
  return refusal_by_policy(record, policy);
}

bool thp_possible(const VmaRecord& record) {
  if (is_eligible(record)) return true;
  const bool of_files = !record.vma.anonymous() && !is_shared_memory(record.vma);
  return !of_files && !refusal_by_nature(record);
}

Bytes base_page_of(const SmapsUsage& usage) {
  constexpr Bytes kUsual{4096};
  constexpr Bytes kLargest{65536};
  const auto page = bytes_or_none(usage, SmapsKey::kernel_page_size);
  return page.value == 0 || page > kLargest ? kUsual : page;
}

}  // namespace pageloupe
