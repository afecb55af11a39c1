// SPDX-License-Identifier: MIT
#include "proc/smaps.h"
#include "sample/cow.h"

namespace pageloupe {
namespace {

void add(CowBounds& bounds, const VmaRecord& record) {
  const auto& vma = record.vma;
  if (vma.perms.shared || (!vma.perms.write && !vma.anonymous())) return;
  const auto& usage = record.usage;
  bounds.shared_most += bytes_or_none(usage, SmapsKey::shared_dirty);
  bounds.private_ += bytes_or_none(usage, SmapsKey::private_dirty);
  if (vma.anonymous()) {
    bounds.shared_most += bytes_or_none(usage, SmapsKey::shared_clean);
    bounds.private_ += bytes_or_none(usage, SmapsKey::private_clean);
  }
  const auto swapped = bytes_or_none(usage, SmapsKey::swap);
  const auto used = bytes_or_none(usage, SmapsKey::rss) + swapped;
  bounds.swapped += swapped;
  bounds.untouched += vma.size() > used ? vma.size() - used : Bytes{};
}

Result<CowBounds> bounds_of(const PidDir& dir) {
  auto text = dir.stream("smaps");
  if (!text) return std::unexpected(text.error());
  SmapsReader smaps(std::move(*text));
  VmaRecord record;
  CowBounds bounds;
  bool any = false;
  for (;;) {
    const auto more = smaps.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    any = true;
    add(bounds, record);
  }
  if (!any) return fail(Errc::no_memory);
  return bounds;
}

}  // namespace

std::vector<CowBoundsOfWorker> cow_bounds(std::span<const PidDir* const> workers) {
  std::vector<CowBoundsOfWorker> result;
  for (const auto* dir : workers) result.push_back({.pid = dir->pid(), .bounds = bounds_of(*dir)});
  return result;
}

}  // namespace pageloupe
