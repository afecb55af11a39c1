// SPDX-License-Identifier: MIT
// What a mapping is for, told from its line in maps, its neighbours, the program's path and the threads'
// stack pointers.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "proc/elf_segments.h"
#include "proc/smaps.h"

namespace pageloupe {

enum class VmaKind : std::uint8_t {
  text,
  rodata,
  data,
  bss,
  heap,
  stack,
  thread_stack,
  guard,
  reserved,
  anon,
  named_anon,
  shared_anon,
  jit,
  lib_text,
  lib_rodata,
  lib_data,
  file,
  deleted,
  sysv_shm,
  posix_shm,
  memfd,
  hugetlb,
  device,
  vdso,
  vvar,
  vsyscall,
  count_
};

struct VmaKindInfo {
  VmaKind kind;
  std::string_view name;
  std::string_view help;
};

inline constexpr auto kVmaKinds = std::to_array<VmaKindInfo>({
    {VmaKind::text, "text", "code of the program"},
    {VmaKind::rodata, "rodata", "constants of the program, and what is read-only after relocation"},
    {VmaKind::data, "data", "initialised variables of the program"},
    {VmaKind::bss, "bss", "variables that begin as zero, behind the data of their file"},
    {VmaKind::heap, "heap", "the brk heap"},
    {VmaKind::stack, "stack", "stack of the first thread"},
    {VmaKind::thread_stack, "thread-stack", "stack of another thread; stack_by says how it was found"},
    {VmaKind::guard, "guard", "no access, just below a mapping that grows or overflows downwards"},
    {VmaKind::reserved, "reserved", "address space with no access: held, not usable yet"},
    {VmaKind::anon, "anon", "private anonymous memory: malloc's large blocks and arenas, mmap"},
    {VmaKind::named_anon, "named-anon", "anonymous memory that its owner gave a name"},
    {VmaKind::shared_anon, "shared-anon", "anonymous memory shared with the processes forked since"},
    {VmaKind::jit, "jit", "executable anonymous memory"},
    {VmaKind::lib_text, "lib-text", "code of a library"},
    {VmaKind::lib_rodata, "lib-rodata", "constants of a library"},
    {VmaKind::lib_data, "lib-data", "initialised variables of a library"},
    {VmaKind::file, "file", "a mapped file"},
    {VmaKind::deleted, "deleted", "a mapped file that has been deleted since"},
    {VmaKind::sysv_shm, "sysv-shm", "System V shared memory"},
    {VmaKind::posix_shm, "posix-shm", "POSIX shared memory, below /dev/shm"},
    {VmaKind::memfd, "memfd", "memory of memfd_create"},
    {VmaKind::hugetlb, "hugetlb", "pages of the huge page pool"},
    {VmaKind::device, "device", "memory of a device or another kernel object"},
    {VmaKind::vdso, "vdso", "system calls without a system call, from the kernel"},
    {VmaKind::vvar, "vvar", "the data of the vdso"},
    {VmaKind::vsyscall, "vsyscall", "the old, fixed page of system calls; not part of VIRT"},
});

consteval bool kinds_are_in_order() {
  for (std::size_t i = 0; i < kVmaKinds.size(); ++i) {
    if (static_cast<std::size_t>(kVmaKinds[i].kind) != i) return false;
  }
  return kVmaKinds.size() == static_cast<std::size_t>(VmaKind::count_);
}
static_assert(kinds_are_in_order());

[[nodiscard]] constexpr std::string_view name(VmaKind kind) {
  return kVmaKinds[static_cast<std::size_t>(kind)].name;
}

// How a thread's stack was told from other anonymous memory.
enum class StackEvidence : std::uint8_t { none, stack_pointer, guard_page, name };

struct Identity {
  VmaKind kind = VmaKind::anon;
  StackEvidence stack_by = StackEvidence::none;
  std::optional<Pid> tid{};
};

// A thread and where its stack pointer was when it entered the kernel.
struct ThreadStack {
  Address pointer{};
  Pid tid{};
};

// What the classifier must know of the process before the first mapping.
struct MapContext {
  std::string exe{};                  // the program, as maps spells it; empty where it may not be read
  std::vector<ThreadStack> stacks{};  // of the threads but the first, ordered by pointer
  // The loaded segments of the file whose beginning is mapped there; none where memory may not be read.
  std::function<Result<std::vector<ElfSegment>>(Address head)> segments{};
  // Where stacks are that guard pages tell of, ascending; nothing where each mapping above a guard may be
  // one.
  std::optional<std::vector<Address>> guessed_stacks{};
  bool threads_without_pointer = false;  // some threads' pointers could not be read: guard pages must tell
};

// Classifies the mappings of one process, called once for each in ascending order.
class VmaClassifier {
 public:
  explicit VmaClassifier(MapContext context)
      : context_(std::move(context)),
        has_thread_stacks_(!context_.stacks.empty() || context_.threads_without_pointer) {}

  // Says in `identity` what the mapping is. `after` is the mapping that follows, nullptr at the end.
  void classify(const VmaRecord& record, const Vma* after, Identity& identity);

  // The file whose .bss the mapping that was classified last is; empty when it is none.
  [[nodiscard]] std::string_view bss_owner() const { return bss_owner_; }

 private:
  void anonymous(const Vma& vma, const Vma* after, Identity& identity) const;
  [[nodiscard]] std::optional<Identity> thread_stack(const Vma& vma) const;
  [[nodiscard]] bool may_be_stack(Address start) const;
  [[nodiscard]] bool is_guard(const Vma& vma, const Vma* after) const;
  [[nodiscard]] bool is_bss(const Vma& vma) const;
  [[nodiscard]] std::optional<Address> end_of_bss(Address begin) const;
  [[nodiscard]] VmaKind file_backed(const Vma& vma, const Vma* after);
  [[nodiscard]] bool is_library(const Vma& vma, const Vma* after);

  MapContext context_;
  bool has_thread_stacks_;  // of one thread the kernel names the stack
  // Of the mapping before.
  Address previous_end_{};
  VmaKind previous_kind_ = VmaKind::vsyscall;
  std::string data_file_{};  // the file of the last data mapping
  std::uint64_t data_id_ = 0;
  // The last mapping of the beginning of a file, and which file it is.
  Address head_{};
  std::uint64_t head_id_ = 0;
  std::string bss_owner_{};
  // Files that are mapped executable somewhere, by inode and device; and the last answer.
  std::unordered_set<std::uint64_t> executables_{};
  std::uint64_t last_file_ = 0;
  bool last_was_library_ = false;
};

}  // namespace pageloupe
