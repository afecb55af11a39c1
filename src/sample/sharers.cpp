// SPDX-License-Identifier: MIT
#include "sample/sharers.h"

#include <algorithm>
#include <unistd.h>

#include "sample/keepers.h"
#include "sample/own_memory.h"
#include "sample/sharers_scan.h"

namespace pageloupe {
namespace {

class SharersMeter {
 public:
  SharersMeter(const ProcFs& procfs, OwnMemory own) : procfs_(procfs), own_(std::move(own)) {}

  [[nodiscard]] Result<Sharers> measure(Pid leader);

 private:
  using Ones = std::vector<const Claim*>;

  void add_claimant(const Claimant& claimant);
  [[nodiscard]] Sharer measure_one(const Ones& claims, Pagemap* pagemap, Errc why_not);
  [[nodiscard]] Result<void> read_claim(Pagemap& pagemap, const Claim& claim, FrameSet& pages);
  [[nodiscard]] bool is_measured(std::size_t thing) const { return measured_[thing]; }
  void choose_measured(const MapsScan& scan);
  void finish(std::size_t thing);

  const ProcFs& procfs_;
  OwnMemory own_;
  std::vector<bool> measured_{};
};

// A file that most processes have, as a C library, is not read in each of them: that they have it says
// little.
void SharersMeter::choose_measured(const MapsScan& scan) {
  std::vector<std::size_t> counts(own_.things.size());
  for (const auto& claimant : scan.claimants) {
    std::size_t last = counts.size();
    for (const auto& claim : claimant.claims) {
      if (std::exchange(last, claim.number) != claim.number) ++counts[claim.number];
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto& thing = own_.things[i];
    const bool plain_file = thing.row.kind == ObjectKind::file && !thing.mapped_shared;
    measured_.push_back(thing.row.kind != ObjectKind::device && (!plain_file || counts[i] <= kMostMeasured));
  }
}

Result<Sharers> SharersMeter::measure(Pid leader) {
  auto scan = scan_maps(procfs_, own_.wanted(), leader);
  if (!scan) return std::unexpected(scan.error());
  choose_measured(*scan);
  for (const auto& claimant : scan->claimants) add_claimant(claimant);
  for (std::size_t i = 0; i < own_.things.size(); ++i) finish(i);
  Sharers result{.private_ = own_.private_,
                 .frames_known = own_.frames_known,
                 .processes = scan->processes,
                 .denied = scan->denied,
                 .blocked = scan->blocked};
  for (auto& thing : own_.things) result.things.push_back(std::move(thing.row));
  find_keepers(procfs_, leader, result);
  return result;
}

void SharersMeter::add_claimant(const Claimant& claimant) {
  const auto dir = procfs_.pid_by_path(claimant.pid);
  // Its claims, those of a thing together.
  Ones claims;
  for (const auto& claim : claimant.claims) claims.push_back(&claim);
  std::ranges::stable_sort(claims, {}, [](const Claim* claim) { return claim->number; });
  std::optional<Result<Pagemap>> pagemap;
  for (auto begin = claims.begin(); begin != claims.end();) {
    const auto number = (*begin)->number;
    const auto end = std::find_if(begin, claims.end(), [&](const Claim* c) { return c->number != number; });
    if (is_measured(number) && !pagemap) pagemap = Pagemap::open(dir, own_.page_size);
    const bool readable = is_measured(number) && pagemap->has_value();
    const auto why_not = is_measured(number) && !readable ? pagemap->error().code : Errc::not_sampled;
    auto sharer = measure_one({begin, end}, readable ? &**pagemap : nullptr, why_not);
    sharer.pid = claimant.pid;
    // Private memory at the same address, none of it the same: no sharer.
    const bool chance = !own_.things[number].row.kind && (!sharer.common || *sharer.common == Bytes{});
    if (!chance) own_.things[number].row.sharers.push_back(sharer);
    begin = end;
  }
}

Sharer SharersMeter::measure_one(const Ones& claims, Pagemap* pagemap, Errc why_not) {
  Sharer sharer;
  for (const auto* claim : claims) sharer.size += claim->range.size();
  sharer.resident = sharer.common = fail(why_not);
  if (pagemap == nullptr) return sharer;
  FrameSet pages;
  for (const auto* claim : claims) {
    if (const auto done = read_claim(*pagemap, *claim, pages); !done) {
      sharer.resident = sharer.common = std::unexpected(done.error());
      return sharer;
    }
  }
  auto& thing = own_.things[claims.front()->number];
  std::uint64_t common = 0;
  pages.for_each([&](std::uint64_t page) {
    if (!thing.pages.contains(page)) return;
    ++common;
    thing.of_others.insert(page);
  });
  sharer.resident = to_bytes(Pages{pages.size()}, own_.page_size);
  sharer.common = to_bytes(Pages{common}, own_.page_size);
  return sharer;
}

// Of an object the places of its pages in it, of private memory the frames.
Result<void> SharersMeter::read_claim(Pagemap& pagemap, const Claim& claim, FrameSet& pages) {
  auto& thing = own_.things[claim.number];
  return for_each_page(pagemap, claim.range, [&](Address address, PagemapEntry entry) {
    if (!entry.present() || entry.file_or_shared() != claim.of_object) return;
    if (claim.of_object) {
      pages.insert((claim.offset + (address - claim.range.start)).value / own_.page_size.value);
    } else if (const auto pfn = entry.pfn()) {
      if (pages.insert(*pfn) && thing.pages.contains(*pfn)) thing.count(*pfn);
    }
  });
}

void SharersMeter::finish(std::size_t number) {
  auto& thing = own_.things[number];
  auto& row = thing.row;
  std::ranges::stable_sort(row.sharers, std::ranges::greater{}, [](const Sharer& sharer) {
    return std::pair(sharer.common.value_or(Bytes{}), sharer.size);
  });
  if (!row.kind) return thing.finish_private(own_.page_size);
  row.unattributed = fail(Errc::not_applicable);
  row.shared = to_bytes(Pages{thing.of_others.size()}, own_.page_size);
  for (const auto& sharer : row.sharers) {
    if (!sharer.common && sharer.common.error().code != Errc::gone)
      row.shared = fail(sharer.common.error().code);
  }
}

}  // namespace

Result<Sharers> find_sharers(const ProcFs& procfs, const PidDir& dir, Pid leader) {
  auto own = read_own_memory(procfs, dir, leader);
  if (!own) return std::unexpected(own.error());
  return SharersMeter(procfs, std::move(*own)).measure(leader);
}

}  // namespace pageloupe
