// SPDX-License-Identifier: MIT
#include "sample/vma_kind.h"

#include <algorithm>
#include <unistd.h>

#include "proc/elf_segments.h"

namespace pageloupe {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

struct NamePrefix {
  std::string_view prefix;
  VmaKind kind;
};

// Names in brackets, the kernel's own; the first that matches. What matches none is memory with a name.
constexpr auto kBracketNames = std::to_array<NamePrefix>({
    {"[heap]", VmaKind::heap},
    {"[stack]", VmaKind::stack},
    {"[stack:", VmaKind::thread_stack},  // Linux 3.4 to 4.4
    {"[vdso]", VmaKind::vdso},
    {"[vvar", VmaKind::vvar},
    {"[vsyscall]", VmaKind::vsyscall},
    {"[vectors]", VmaKind::vdso},
    {"[sigpage]", VmaKind::vdso},
    {"[uprobes]", VmaKind::vdso},
    {"[anon_shmem:", VmaKind::shared_anon},
});

// Paths that tell what they are, before the question whether it is a program or a library.
constexpr auto kSpecialPaths = std::to_array<NamePrefix>({
    {"/SYSV", VmaKind::sysv_shm},
    {"/dev/zero", VmaKind::shared_anon},
    {"/memfd:", VmaKind::memfd},
    {"/anon_hugepage", VmaKind::hugetlb},
    {"/dev/hugepages/", VmaKind::hugetlb},
    {"/dev/shm/", VmaKind::posix_shm},
    {"/dev/", VmaKind::device},
    {"/dmabuf:", VmaKind::device},
    // Files that the kernel made of memory, on no file system, and says to be deleted.
    {"/[aio] (deleted)", VmaKind::device},
    {"/i915 (deleted)", VmaKind::device},
    {"/drm mm object (deleted)", VmaKind::device},
    {"anon_inode:", VmaKind::device},
    {"socket:", VmaKind::device},
});

template <std::size_t N>
std::optional<VmaKind> kind_by_prefix(const std::array<NamePrefix, N>& table, std::string_view name) {
  for (const auto& row : table) {
    if (name.starts_with(row.prefix)) return row.kind;
  }
  return std::nullopt;
}

// The thread of "[stack:12]" and of the names that C libraries give to stacks.
std::optional<Pid> tid_in_name(std::string_view name) {
  for (const std::string_view prefix : {"[stack:", "[anon: glibc: pthread stack: ", "[anon:stack_and_tls:"}) {
    if (!name.starts_with(prefix) || !name.ends_with(']')) continue;
    name.remove_prefix(prefix.size());
    name.remove_suffix(1);
    if (const auto tid = to_number<std::int32_t>(name)) return Pid{*tid};
  }
  return std::nullopt;
}

bool has_library_name(std::string_view path) {
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  const auto base = path.substr(path.rfind('/') + 1);
  return base.ends_with(".so") || base.contains(".so.");
}

VmaKind by_perms(const Perms& perms, VmaKind text, VmaKind rodata, VmaKind data) {
  return perms.none() ? VmaKind::reserved : perms.execute ? text : perms.write ? data : rodata;
}

std::uint64_t file_id(const Vma& vma) {
  return vma.inode ^ (std::uint64_t{vma.device.major} << 52) ^ (std::uint64_t{vma.device.minor} << 44);
}

bool is_data(VmaKind kind) { return kind == VmaKind::data || kind == VmaKind::lib_data; }

// glibc's arenas: each begins at a multiple of this, and what it has not used yet has no access.
constexpr std::uint64_t kArenaSize = 64ULL << 20;

}  // namespace

void VmaClassifier::classify(const VmaRecord& record, const Vma* after, Identity& identity) {
  const auto& vma = record.vma;
  identity.stack_by = StackEvidence::none;
  identity.tid.reset();
  bss_owner_.clear();
  if (has_vm_flag(record.vm_flags, "ht")) {
    identity.kind = VmaKind::hugetlb;
  } else if (vma.anonymous() || vma.name.starts_with('[')) {
    anonymous(vma, after, identity);
    if (identity.kind == VmaKind::bss) bss_owner_ = data_file_;
  } else {
    identity.kind = file_backed(vma, after);
  }
  if (is_data(identity.kind)) {
    data_file_ = vma.name;
    data_id_ = file_id(vma);
  }
  previous_end_ = vma.end;
  previous_kind_ = identity.kind;
}

void VmaClassifier::anonymous(const Vma& vma, const Vma* after, Identity& identity) const {
  const bool named = !vma.name.empty();
  if (named) {
    if (const auto tid = tid_in_name(vma.name)) {
      identity = {VmaKind::thread_stack, StackEvidence::name, tid};
      return;
    }
    if (const auto kind = kind_by_prefix(kBracketNames, vma.name)) {
      identity.kind = *kind;
      return;
    }
  }
  if (vma.perms.none()) {
    identity.kind = is_guard(vma, after) ? VmaKind::guard : VmaKind::reserved;
  } else if (const auto stack = has_thread_stacks_ ? thread_stack(vma) : std::nullopt) {
    identity = *stack;
  } else if (named) {
    identity.kind = VmaKind::named_anon;
  } else if (is_bss(vma)) {
    identity.kind = VmaKind::bss;
  } else {
    identity.kind = vma.perms.execute ? VmaKind::jit : VmaKind::anon;
  }
}

std::optional<Identity> VmaClassifier::thread_stack(const Vma& vma) const {
  const auto& stacks = context_.stacks;
  if (!vma.perms.write || vma.perms.shared) return std::nullopt;
  const auto first = std::ranges::lower_bound(stacks, vma.start, {}, &ThreadStack::pointer);
  if (first != stacks.end() && first->pointer < vma.end) {
    // Several threads with their stacks in one mapping: an arena of coroutine stacks, not a thread's own.
    const bool several = first + 1 != stacks.end() && (first + 1)->pointer < vma.end;
    if (several) return std::nullopt;
    return Identity{VmaKind::thread_stack, StackEvidence::stack_pointer, first->tid};
  }
  const bool above_guard = previous_kind_ == VmaKind::guard && previous_end_ == vma.start && vma.name.empty();
  if (above_guard && !vma.perms.execute && may_be_stack(vma.start)) {
    return Identity{VmaKind::thread_stack, StackEvidence::guard_page, std::nullopt};
  }
  return std::nullopt;
}

bool VmaClassifier::may_be_stack(Address start) const {
  const auto& guessed = context_.guessed_stacks;
  return context_.threads_without_pointer && (!guessed || std::ranges::binary_search(*guessed, start));
}

bool VmaClassifier::is_guard(const Vma& vma, const Vma* after) const {
  constexpr Bytes kLargestGuard{1 << 20};
  if (after == nullptr || after->start != vma.end || vma.size() > kLargestGuard || vma.size() > after->size())
    return false;
  return after->anonymous() && after->perms.write && !after->perms.shared &&
         after->start.value % kArenaSize != 0;
}

// Memory may be next to a file's data by chance: the file itself knows how much of it is its .bss.
bool VmaClassifier::is_bss(const Vma& vma) const {
  const bool adjacent =
      is_data(previous_kind_) && previous_end_ == vma.start && vma.perms.write && !vma.perms.shared;
  if (!adjacent) return false;
  const auto end = end_of_bss(vma.start);
  if (!end || vma.end <= *end) return true;
  // The kernel merges memory that is alike: most of it decides.
  return *end > vma.start && (*end - vma.start).value * 2 >= vma.size().value;
}

// Where the .bss ends that may begin there, behind the last data mapping; `begin` itself when there is none.
// Nothing where the file's program headers cannot be read.
std::optional<Address> VmaClassifier::end_of_bss(Address begin) const {
  if (!context_.segments || head_id_ != data_id_) return std::nullopt;
  const auto segments = context_.segments(head_);
  if (!segments) return std::nullopt;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const auto whole_pages = [page](Address end) { return Address{(end.value + page - 1) / page * page}; };
  for (const auto& segment : *segments) {
    if (segment.start < begin && whole_pages(segment.end()) > begin) return whole_pages(segment.end());
  }
  return begin;
}

VmaKind VmaClassifier::file_backed(const Vma& vma, const Vma* after) {
  if (vma.offset == Bytes{} && !vma.perms.shared) {
    head_ = vma.start;
    head_id_ = file_id(vma);
  }
  const std::string_view name = vma.name;
  if (name == "/dev/zero" && !vma.perms.shared) return VmaKind::anon;
  if (const auto kind = kind_by_prefix(kSpecialPaths, name)) return *kind;
  if (!vma.perms.shared && !context_.exe.empty() && name == context_.exe) {
    return by_perms(vma.perms, VmaKind::text, VmaKind::rodata, VmaKind::data);
  }
  if (!vma.perms.shared && is_library(vma, after)) {
    return by_perms(vma.perms, VmaKind::lib_text, VmaKind::lib_rodata, VmaKind::lib_data);
  }
  return name.ends_with(kDeleted) ? VmaKind::deleted : VmaKind::file;
}

// A library is what is called one, and any file that is mapped executable here or was before.
bool VmaClassifier::is_library(const Vma& vma, const Vma* after) {
  const auto id = file_id(vma);
  if (vma.perms.execute) executables_.insert(id);
  if (id == last_file_ && (last_was_library_ || !vma.perms.execute)) return last_was_library_;
  last_file_ = id;
  const bool code_follows = after != nullptr && after->perms.execute && file_id(*after) == id;
  last_was_library_ =
      vma.perms.execute || code_follows || executables_.contains(id) || has_library_name(vma.name);
  return last_was_library_;
}

}  // namespace pageloupe
