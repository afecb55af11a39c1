// SPDX-License-Identifier: MIT
#include "sample/footprint.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <unistd.h>

#include "proc/kpage.h"
#include "proc/pagemap.h"
#include "proc/smaps.h"
#include "sample/frame_table.h"

namespace pageloupe {
namespace {

// How the kernel names a MAP_SHARED mapping without a file.
constexpr std::string_view kSharedAnonymous = "/dev/zero (deleted)";

// One number for a slot of any area: offsets have 50 bits.
constexpr std::uint64_t number_of(SwapSlot slot) { return (std::uint64_t{slot.type} << 50) | slot.offset; }

// Those of a process that are not empty: 8 bytes for each page that it holds.
struct ProcessPages {
  std::vector<PagemapEntry> shared_anonymous{};
  std::vector<PagemapEntry> others{};
};

Result<void> read_range(Pagemap& pagemap, const Vma& vma, ProcessPages& pages) {
  auto& to = vma.perms.shared && vma.name == kSharedAnonymous ? pages.shared_anonymous : pages.others;
  pagemap.seek({.start = vma.start, .end = vma.end});
  PagemapChunk chunk;
  for (;;) {
    const auto more = pagemap.next(chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    std::ranges::remove_copy_if(chunk.entries, std::back_inserter(to), &PagemapEntry::empty);
  }
}

Result<ProcessPages> read_pages(const PidDir& dir, Bytes page_size) {
  auto text = dir.open("maps");
  if (!text) return std::unexpected(text.error());
  MapsReader maps(std::move(*text));
  VmaRecord record;
  auto more = maps.next(record);
  // A kernel thread or zombie: its maps are empty, and its pagemap may not even open.
  if (more && !*more) return fail(Errc::no_memory);
  auto pagemap = Pagemap::open(dir, page_size);
  if (!pagemap) return std::unexpected(pagemap.error());
  ProcessPages pages;
  for (; more && *more; more = maps.next(record)) {
    if (const auto done = read_range(*pagemap, record.vma, pages); !done)
      return std::unexpected(done.error());
  }
  if (!more) return std::unexpected(more.error());
  return pages;
}

class FootprintMeter {
 public:
  FootprintMeter(KpageReader counts, KpageReader flags)
      : counts_(std::move(counts)),
        flags_(std::move(flags)),
        page_{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))} {}

  // Errors: denied where frames are hidden, unsupported, io. That the process is gone or may not be looked
  // into is kept in its row.
  [[nodiscard]] Result<void> add(const PidDir& dir);
  [[nodiscard]] Result<Footprint> finish();

 private:
  struct Member {
    ProcessFootprint sums{};
    FrameSet frames{};
    FrameSet slots{};
  };

  [[nodiscard]] Result<void> add_mappings(const PidDir& dir, Member& member);
  [[nodiscard]] Result<void> add_page(PagemapEntry entry, bool shared_anonymous, Member& member);
  [[nodiscard]] Result<void> classify();
  void sum_up(const Frame& frame);
  void sum_up(Member& member);

  KpageReader counts_;
  KpageReader flags_;
  Bytes page_;
  CountedFrames table_{};
  std::vector<Member> members_{};
  FrameSet slots_{};
  Footprint footprint_{};
};

Result<void> FootprintMeter::add(const PidDir& dir) {
  auto& member = members_.emplace_back();
  member.sums.pid = dir.pid();
  const auto done = add_mappings(dir, member);
  if (done) return {};
  member.sums.error = done.error();
  const auto code = done.error().code;
  // Frames that the kernel hides are hidden of all processes; a file that may not be opened is of one alone.
  const bool this_one = (code == Errc::denied && !done.error().file.empty()) || code == Errc::blocked;
  return code == Errc::gone || code == Errc::no_memory || this_one ? Result<void>{} : done;
}

// Reading takes the lock of the process's memory: what it gives is kept apart, so that a reading that hangs
// leaves nothing half done.
Result<void> FootprintMeter::add_mappings(const PidDir& dir, Member& member) {
  const auto pages = dir.ask("pagemap", [page = page_](const PidDir& own) { return read_pages(own, page); });
  if (!pages) return std::unexpected(pages.error());
  for (const auto entry : pages->others) {
    if (const auto done = add_page(entry, false, member); !done) return done;
  }
  for (const auto entry : pages->shared_anonymous) {
    if (const auto done = add_page(entry, true, member); !done) return done;
  }
  return {};
}

Result<void> FootprintMeter::add_page(PagemapEntry entry, bool shared_anonymous, Member& member) {
  if (!entry.present()) {
    if (entry.detached()) footprint_.detached += page_;
    const auto slot = entry.swap_slot();
    if (!slot && slot.error().code == Errc::denied) return std::unexpected(slot.error());
    if (slot && member.slots.insert(number_of(*slot))) member.sums.swap += page_;
    if (slot && slots_.insert(number_of(*slot))) footprint_.swap += page_;
    return {};
  }
  const auto pfn = entry.pfn();
  if (!pfn) return std::unexpected(pfn.error());
  auto& frame = table_.at(*pfn);
  ++frame.mappings;
  if (shared_anonymous) frame.shared_anonymous = true;
  const bool first = member.frames.insert(*pfn);
  if (first && frame.processes < std::numeric_limits<std::uint16_t>::max()) ++frame.processes;
  return {};
}

FrameKind kind_of(std::uint64_t flags, std::uint64_t count) {
  if (has_flag(flags, KpageFlag::zero_page) || has_flag(flags, KpageFlag::nopage)) return FrameKind::none;
  // The kernel's own, not counted in RSS either where it keeps no count of their mappings (vvar).
  if (has_flag(flags, KpageFlag::reserved)) return count == 0 ? FrameKind::none : FrameKind::kernel;
  if (has_flag(flags, KpageFlag::huge)) return FrameKind::hugetlb;
  if (has_flag(flags, KpageFlag::anon)) return FrameKind::anon;
  return has_flag(flags, KpageFlag::swapbacked) ? FrameKind::shmem : FrameKind::file;
}

FrameReach reach_of(const Frame& frame, std::uint64_t count) {
  if (frame.kind == FrameKind::kernel || count > frame.mappings) return FrameReach::outside;
  if (count < frame.mappings) return FrameReach::unsettled;
  return frame.processes == 1 ? FrameReach::one : FrameReach::inside;
}

// Asks the kernel for all frames of the table, in ascending batches.
Result<void> FootprintMeter::classify() {
  constexpr std::size_t kBatch = 4096;
  std::vector<std::uint64_t> pfns;
  std::vector<Frame*> frames;
  std::array<std::uint64_t, kBatch> counts;
  std::array<std::uint64_t, kBatch> flags;
  Result<void> result;
  const auto flush = [&] {
    if (result) result = counts_.read_each(pfns, counts);
    if (result) result = flags_.read_each(pfns, flags);
    for (std::size_t i = 0; result && i < frames.size(); ++i) {
      frames[i]->kind = kind_of(flags[i], counts[i]);
      frames[i]->reach = reach_of(*frames[i], counts[i]);
    }
    pfns.clear();
    frames.clear();
  };
  table_.for_each([&](std::uint64_t pfn, Frame& frame) {
    pfns.push_back(pfn);
    frames.push_back(&frame);
    if (pfns.size() == kBatch) flush();
  });
  flush();
  return result;
}

void FootprintMeter::sum_up(const Frame& frame) {
  if (frame.kind == FrameKind::none) return;
  if (frame.kind == FrameKind::hugetlb) {
    footprint_.hugetlb += page_;
    return;
  }
  footprint_.resident += page_;
  if (frame.processes > 1) footprint_.shared_inside += page_;
  if (frame.reach == FrameReach::outside) {
    footprint_.shared_outside += page_;
  } else if (frame.reach == FrameReach::unsettled) {
    footprint_.unsettled += page_;
  } else if (frame.kind == FrameKind::anon || (frame.kind == FrameKind::shmem && frame.shared_anonymous)) {
    // Shared memory without a file lives as long as its mappings.
    footprint_.freed += page_;
    if (frame.kind == FrameKind::shmem) footprint_.shmem_anonymous += page_;
  } else if (frame.kind == FrameKind::shmem) {
    footprint_.shmem += page_;
  } else {
    footprint_.cached += page_;
  }
}

void FootprintMeter::sum_up(Member& member) {
  auto& sums = member.sums;
  member.frames.for_each([&](std::uint64_t pfn) {
    const auto& frame = table_.at(pfn);
    if (frame.kind == FrameKind::none) return;
    if (frame.kind == FrameKind::hugetlb) {
      sums.hugetlb += page_;
      return;
    }
    sums.resident += page_;
    switch (frame.reach) {
      case FrameReach::one: sums.private_ += page_; break;
      case FrameReach::inside: sums.shared_inside += page_; break;
      case FrameReach::outside: sums.shared_outside += page_; break;
      case FrameReach::unsettled:
      case FrameReach::unknown: sums.unsettled += page_; break;
    }
  });
}

Result<Footprint> FootprintMeter::finish() {
  if (const auto done = classify(); !done) return std::unexpected(done.error());
  table_.for_each([this](std::uint64_t, const Frame& frame) { sum_up(frame); });
  for (auto& member : members_) {
    sum_up(member);
    footprint_.processes.push_back(member.sums);
  }
  return std::move(footprint_);
}

}  // namespace

Result<Footprint> measure_footprint(std::span<const PidDir* const> processes, const ProcFs& procfs) {
  auto counts = KpageReader::open(procfs, KpageFile::kpagecount);
  if (!counts) return std::unexpected(counts.error());
  auto flags = KpageReader::open(procfs, KpageFile::kpageflags);
  if (!flags) return std::unexpected(flags.error());
  FootprintMeter meter(std::move(*counts), std::move(*flags));
  for (const auto* dir : processes) {
    if (const auto done = meter.add(*dir); !done) return std::unexpected(done.error());
  }
  return meter.finish();
}

}  // namespace pageloupe
