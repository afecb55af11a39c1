// SPDX-License-Identifier: MIT
// Who shares the memory of a process: each file and shared memory that it maps, each private mapping whose
// pages are still shared since a fork, with the other processes that have them.
//
// Pages of an object are told by their place in it, so this is exact for every user who may look. Pages that
// a fork shares are told by their frame, whose number only root sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proc/procfs.h"
#include "sample/mapped_object.h"
#include "sample/vma_kind.h"

namespace pageloupe {

// Another process that has some of it.
struct Sharer {
  Pid pid{};
  Bytes size{};  // of its mappings: of the object, or at the addresses where a fork put the copy
  // Pages that it has resident, and those of them that the process in question has too.
  // Errors: not_sampled of a file that many map; gone, denied.
  Result<Bytes> resident{};
  Result<Bytes> common{};
};

// Who keeps its memory when the process in question ends.
enum class Keeper : std::uint8_t {
  nobody,
  unknown,     // some processes may not be looked into
  page_cache,  // a file's pages stay, and can be taken back when clean
  own_name,    // a file name below /dev/shm
  sysv_id,     // a System V segment lives until it is removed
  sharers,     // the other processes that map it
  descriptor,  // an open file of another process
  device,
};

struct SharedThing {
  std::optional<ObjectKind> kind{};  // nothing: private memory shared copy-on-write
  VmaKind mapping{};                 // of the first mapping
  std::string name{};                // the kernel's name of an object, a label of private memory
  ObjectKey key{};                   // of an object
  Address start{};                   // of the first mapping
  Bytes size{};                      // of the mappings
  Result<Bytes> resident{};          // pages of it in the page tables, each once
  // Resident pages that others have too. Errors: not_sampled where some sharers were not read.
  Result<Bytes> shared{};
  // Of private memory: pages shared with processes that were not found, or may not be read.
  // Errors: not_applicable of an object.
  Result<Bytes> unattributed{};
  std::vector<Sharer> sharers{};  // most in common first
  // Why nobody is named: denied without frame numbers.
  std::optional<Errc> sharers_unknown{};
  Keeper keeper = Keeper::unknown;
  Pid holder{};         // whose descriptor it is, of Keeper::descriptor
  int descriptor = -1;  // and which
  // What would be free at once: of an object the resident part of it, at least. Errors: denied where that
  // depends on who may not be looked into.
  Result<Bytes> freed{};
};

struct Sharers {
  std::vector<SharedThing> things{};  // shared memory, private memory, files; the largest first
  Bytes private_{};                   // private memory that nobody else has: freed, too
  bool frames_known = false;          // root: private memory was looked for by its frames
  std::size_t processes = 0;          // others that were looked at
  std::size_t denied = 0;
  std::size_t blocked = 0;
};

// A file that more processes than this map is not measured in each of them.
inline constexpr std::size_t kMostMeasured = 64;

// Reads maps and pagemap of the process (without frame numbers smaps in place of maps), the maps of all
// others, the pagemap of those that share something, and, where shared memory without a name would have no
// other mapping, the descriptors of all. Takes the mmap_lock of each, so it can block on the process itself.
// Errors: those of the process's own files; no_memory.
[[nodiscard]] Result<Sharers> find_sharers(const ProcFs& procfs, const PidDir& dir, Pid leader);

}  // namespace pageloupe
