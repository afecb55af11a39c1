// SPDX-License-Identifier: MIT
#include <algorithm>

#include "proc/smaps_rollup.h"
#include "sample/footprint.h"

namespace pageloupe {
namespace {

// The kernel cuts each PSS to whole KiB.
constexpr Bytes kRounding{1024};

Bytes less_or_none(Bytes from, Bytes what) { return from > what ? from - what : Bytes{}; }

// Of one process, that the union is not smaller than.
struct Largest {
  Bytes rss{};
  Bytes swap{};
};

void add(FootprintBounds& bounds, const SmapsUsage& usage, Largest& largest) {
  const auto shared =
      bytes_or_none(usage, SmapsKey::shared_clean) + bytes_or_none(usage, SmapsKey::shared_dirty);
  const auto pss = bytes_or_none(usage, SmapsKey::pss);
  bounds.resident.least += pss;
  bounds.resident.most += bytes_or_none(usage, SmapsKey::rss);
  bounds.only_inside.least += unique_set_size(usage).value_or(Bytes{});
  bounds.only_inside.most += pss + kRounding;
  bounds.freed.least += less_or_none(bytes_or_none(usage, SmapsKey::anonymous), shared);
  const auto pss_anon = usage.bytes(SmapsKey::pss_anon);
  bounds.freed.most += (pss_anon ? *pss_anon + bytes_or_none(usage, SmapsKey::pss_shmem) : pss) + kRounding;
  bounds.swap.least += bytes_or_none(usage, SmapsKey::swap_pss);
  bounds.swap.most += bytes_or_none(usage, SmapsKey::swap);
  bounds.hugetlb_most +=
      bytes_or_none(usage, SmapsKey::shared_hugetlb) + bytes_or_none(usage, SmapsKey::private_hugetlb);
  largest.rss = std::max(largest.rss, bytes_or_none(usage, SmapsKey::rss));
  largest.swap = std::max(largest.swap, bytes_or_none(usage, SmapsKey::swap));
}

Result<SmapsUsage> read_rollup(const PidDir& dir, std::string& buffer) {
  const auto text = dir.read("smaps_rollup", buffer);
  if (!text) return std::unexpected(text.error());
  return parse_smaps_rollup(*text);
}

// The rollup of a process without memory answers as that of one that has exited.
bool has_ended(const PidDir& dir, std::string& buffer) { return !dir.read("stat", buffer); }

}  // namespace

Result<FootprintBounds> footprint_bounds(std::span<const PidDir* const> processes) {
  FootprintBounds bounds;
  std::string buffer;
  Largest largest;
  for (const auto* dir : processes) {
    const auto usage = read_rollup(*dir, buffer);
    if (usage) {
      add(bounds, *usage, largest);
    } else if (usage.error().code != Errc::gone || has_ended(*dir, buffer)) {
      bounds.unread.push_back({.pid = dir->pid(), .error = usage.error()});
    }
  }
  if (!bounds.unread.empty() && bounds.unread.size() == processes.size()) {
    return std::unexpected(bounds.unread.front().error);
  }
  bounds.resident.least = std::max(bounds.resident.least, largest.rss);
  bounds.swap.least = std::max(bounds.swap.least, largest.swap);
  return bounds;
}

}  // namespace pageloupe
