// SPDX-License-Identifier: MIT
// Forked workers against their parent: which of their private memory is still the parent's frames (fork
// shares all of it, copy-on-write), and which has been copied since. Sums of RSS and PSS do not tell.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "proc/procfs.h"

namespace pageloupe {

// The pages of a worker's private mappings that are writable or anonymous. Disjoint, and together all of
// them.
struct CowPages {
  Bytes shared{};         // the frame that the parent has at this address
  Bytes copied{};         // the parent has another frame, or has it in swap; nobody else has the worker's
  Bytes shared_others{};  // the same, but others have the worker's: siblings, after the parent wrote; merged
                          // pages
  Bytes fresh{};          // the parent has nothing here: touched since the fork
  Bytes file{};           // not written yet, so a page of the mapped file, in the page cache
  Bytes swapped{};        // in swap, or being moved; where it came from cannot be told
  Bytes untouched{};      // no frame: never touched, dropped, a guard, or read only and so the page of zeros

  [[nodiscard]] Bytes resident() const { return shared + copied + shared_others + fresh + file; }
  CowPages& operator+=(const CowPages& other);
  friend bool operator==(const CowPages&, const CowPages&) = default;
};

struct CowWorker {
  Pid pid{};
  CowPages pages{};
  std::optional<Error> error{};  // gone, no_memory: `pages` is of what was read until then
};

// Reads maps and pagemap of each worker, the parent's pagemap at the same addresses, and kpageflags of the
// frames that both have. Needs CAP_SYS_ADMIN. Takes the mmap_lock of all, so it can block. Costs about 0.1 s
// a GiB resident and worker; no memory to speak of. A worker that has run exec() shares nothing. Parent and
// worker are not read at one instant: a page written in between is counted as it was at one of the two.
// Workers come in the order given. Errors: of the parent; denied, unsupported and io also of a worker.
[[nodiscard]] Result<std::vector<CowWorker>> measure_cow(const PidDir& parent,
                                                         std::span<const PidDir* const> workers,
                                                         const ProcFs& procfs);

// What smaps alone can say of the same mappings. It does not tell whom a page is shared with, nor what the
// parent has: the parts of CowPages stand between these.
struct CowBounds {
  Bytes shared_most{};  // bounds shared: all that anyone shares, so also shared_others
  Bytes private_{};     // copied + fresh, and memory that the parent has given up since; bounds each of them
  Bytes swapped{};      // also of processes that share the slot
  Bytes untouched{};    // size less what is resident or in swap
};

struct CowBoundsOfWorker {
  Pid pid{};
  Result<CowBounds> bounds{};
};

// Reads smaps of each worker, 8 ms a GiB; takes the mmap_lock, so it can block. Of mappings of files only
// dirty pages count as shared or private: clean ones may be the file's own.
[[nodiscard]] std::vector<CowBoundsOfWorker> cow_bounds(std::span<const PidDir* const> workers);

// How fast copies are made, bytes a second: what copied and shared_others have grown by. Negative where the
// worker gave copies back. Nothing of no time.
[[nodiscard]] std::optional<Rate> cow_erosion(const CowPages& before, const CowPages& after,
                                              Nanoseconds elapsed);

}  // namespace pageloupe
