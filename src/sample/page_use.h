// SPDX-License-Identifier: MIT
// What is known of the pages of one mapping, page by page: pagemap, kpageflags, kpagecount, and the page
// cache of its file.
#pragma once

#include <array>
#include <optional>

#include "proc/kpage.h"
#include "proc/page_cache.h"
#include "proc/pagemap.h"

namespace pageloupe {

// The flags of frames that are counted.
inline constexpr auto kCountedFlags = std::to_array<KpageFlag>(
    {KpageFlag::referenced, KpageFlag::dirty, KpageFlag::lru, KpageFlag::active, KpageFlag::writeback,
     KpageFlag::anon, KpageFlag::swapcache, KpageFlag::swapbacked, KpageFlag::huge, KpageFlag::unevictable,
     KpageFlag::hwpoison, KpageFlag::ksm, KpageFlag::thp, KpageFlag::zero_page});

[[nodiscard]] consteval std::size_t place_of(KpageFlag flag) {
  for (std::size_t i = 0; i < kCountedFlags.size(); ++i) {
    if (kCountedFlags[i] == flag) return i;
  }
  throw "not counted";
}

// What the page table says.
struct TableUse {
  Bytes present{};     // with the page of zeros, the pool of huge pages, and memory of devices
  Bytes swapped{};     // slots of swap; of shared memory in swap the page table does not tell
  Bytes detached{};    // being moved, held by a device, or poisoned: with the right to frame numbers
  Bytes guard{};       // MADV_GUARD_INSTALL
  Bytes file{};        // present, of a file or of shared memory
  Bytes exclusive{};   // present, mapped once
  Bytes soft_dirty{};  // present or in swap, and written to since the marks were cleared
  Bytes uffd_wp{};     // present or in swap, and write-protected by a userfaultfd

  friend constexpr auto operator<=>(const TableUse&, const TableUse&) = default;
};

// What the frames' flags say. A mapping's pages are what RSS counts, the page of zeros, the pool of huge
// pages, and `special`.
struct FrameUse {
  Bytes rss{};
  Bytes special{};  // frames that are not counted as a process's memory: of a device, of the kernel (vvar)
  std::array<Bytes, kCountedFlags.size()> flagged{};

  [[nodiscard]] constexpr Bytes of(std::size_t place) const { return flagged[place]; }
  friend constexpr auto operator<=>(const FrameUse&, const FrameUse&) = default;
};

// How often the frames are mapped, by whomever; the page of zeros and `special` are not counted.
struct MapcountUse {
  Bytes once{};
  Bytes more{};

  friend constexpr auto operator<=>(const MapcountUse&, const MapcountUse&) = default;
};

struct PageUse {
  std::expected<TableUse, Errc> table = std::unexpected(Errc::not_sampled);
  std::expected<FrameUse, Errc> frames = std::unexpected(Errc::not_sampled);
  std::expected<MapcountUse, Errc> counts = std::unexpected(Errc::not_sampled);
  std::expected<CacheUse, Errc> cache = std::unexpected(Errc::not_sampled);
  bool has_soft_dirty = false;  // whether this kernel keeps these marks
  bool has_uffd_wp = false;     // whether it tells those

  // None of it is known but the cache.
  void give_up(Errc reason) {
    table = std::unexpected(reason);
    give_up_frames(reason);
  }
  // Half a mapping's frames would be a wrong number.
  void give_up_frames(Errc reason) {
    if (frames || frames.error() == Errc::not_sampled) frames = std::unexpected(reason);
    if (counts || counts.error() == Errc::not_sampled) counts = std::unexpected(reason);
  }
};

}  // namespace pageloupe
