// SPDX-License-Identifier: MIT
#include "sample/page_meter.h"

#include <algorithm>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe {
namespace {

// The first release whose pagemap tells what a userfaultfd write-protects.
bool kernel_tells_uffd_wp() {
  constexpr int kMajor = 5;
  constexpr int kMinor = 14;
  utsname name{};
  if (::uname(&name) != 0) return false;
  std::string_view release = name.release;
  const auto major = to_number<int>(take_until(release, '.'));
  const auto minor = to_number<int>(release.substr(0, release.find_first_not_of("0123456789")));
  return major && minor && (*major > kMajor || (*major == kMajor && *minor >= kMinor));
}

Result<KpageReader> open_if(bool wanted, const ProcFs& procfs, KpageFile file) {
  if (!wanted) return fail(Errc::not_sampled);
  return KpageReader::open(procfs, file);
}

// Calls add(value, count) for each run of equal values: neighbouring pages mostly say the same.
template <class T, class Same, class Add>
void for_runs(std::span<const T> values, Same same, Add add) {
  for (std::size_t i = 0; i < values.size();) {
    std::size_t end = i + 1;
    while (end < values.size() && same(values[i], values[end])) ++end;
    add(values[i], end - i);
    i = end;
  }
}

// The run that begins at the first of these entries, all of which are present where the run goes.
std::optional<PfnRun> run_at(std::span<const PagemapEntry> entries) {
  const auto first = entries.front().pfn();
  if (!first) return std::nullopt;
  PfnRun run{.first = *first, .count = 1};
  auto last = *first;
  for (; run.count < entries.size(); ++run.count) {
    const auto pfn = entries[run.count].pfn();
    if (!pfn) break;
    const auto step = static_cast<std::int64_t>(*pfn - last);
    if (step < -1 || step > 1 || (run.count > 1 && step != run.step)) break;
    run.step = static_cast<int>(step);
    last = *pfn;
  }
  return run;
}

constexpr bool is_memory(std::uint64_t flags) {
  return !has_flag(flags, KpageFlag::zero_page) && !has_flag(flags, KpageFlag::nopage);
}

}  // namespace

PageMeter::PageMeter(const PidDir& dir, const ProcFs& procfs, const PageWants& wants)
    : procfs_(procfs),
      pid_(dir.pid()),
      page_size_{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))},
      wants_(wants),
      has_soft_dirty_(wants.live && kernel_has_soft_dirty()),
      has_uffd_wp_(wants.live && kernel_tells_uffd_wp()),
      pagemap_(Pagemap::open(dir, page_size_, wants.method)),
      flags_(open_if(wants.frames || wants.counts, procfs, KpageFile::kpageflags)),
      // For frames too: the kernel's own are in RSS where their mappings are counted.
      counts_(open_if(wants.frames || wants.counts, procfs, KpageFile::kpagecount)),
      flag_words_(Pagemap::kChunkPages),
      count_words_(Pagemap::kChunkPages) {}

Result<PageUse> PageMeter::measure(const Vma& vma, VmaKind kind) {
  PageUse use{.has_soft_dirty = has_soft_dirty_, .has_uffd_wp = has_uffd_wp_};
  if (wants_.cache) use.cache = cache_of(procfs_, pid_, vma, kind, page_size_, wants_.live);
  if (!pagemap_) {
    use.give_up(pagemap_.error().code);
    return use;
  }
  use.table.emplace();
  if (wants_.frames || wants_.counts) {
    if (flags_) use.frames.emplace();
    if (!flags_) use.frames = std::unexpected(flags_.error().code);
  }
  if (wants_.counts) {
    if (counts_ && flags_) use.counts.emplace();
    if (!counts_ || !flags_) use.counts = std::unexpected((counts_ ? flags_ : counts_).error().code);
  }
  pagemap_->seek({.start = vma.start, .end = vma.end});
  PagemapChunk chunk;
  for (;;) {
    const auto more = pagemap_->next(chunk);
    if (!more && more.error().code == Errc::gone) return std::unexpected(more.error());
    if (!more) use.give_up(more.error().code);
    if (!more || !*more) return use;
    add_table(chunk.entries, *use.table);
    if (use.frames) add_frames(chunk.entries, use);
  }
}

void PageMeter::add_table(std::span<const PagemapEntry> entries, TableUse& table) const {
  constexpr auto kSaid = ~((std::uint64_t{1} << 55) - 1);
  const auto same = [](PagemapEntry a, PagemapEntry b) {
    // Of a present page only what is said of it; of any other also what stands for its frame.
    const auto mask = a.present() ? kSaid : ~std::uint64_t{0};
    return (a.raw & mask) == (b.raw & mask);
  };
  for_runs(entries, same, [&](PagemapEntry entry, std::size_t count) {
    if (!entry.empty()) add_entries(entry, count, table);
  });
}

void PageMeter::add_entries(PagemapEntry entry, std::size_t count, TableUse& table) const {
  const auto size = pages(count);
  if (entry.present()) {
    table.present += size;
    if (entry.file_or_shared()) table.file += size;
    if (entry.exclusive()) table.exclusive += size;
  } else if (entry.guard()) {
    table.guard += size;
    return;
  } else if (entry.detached()) {
    table.detached += size;
    return;
  } else {
    // Without the right to see the slot, whatever has the form of one is taken for swap.
    const auto slot = entry.swap_slot();
    if (!slot && slot.error().code != Errc::denied) return;
    table.swapped += size;
  }
  if (entry.soft_dirty()) table.soft_dirty += size;
  if (entry.uffd_wp()) table.uffd_wp += size;
}

void PageMeter::add_frames(std::span<const PagemapEntry> entries, PageUse& use) {
  while (!entries.empty()) {
    if (!entries.front().present()) {
      entries = entries.subspan(1);
      continue;
    }
    const auto run = run_at(entries);
    const auto done = run ? add_run(*run, use) : fail(Errc::denied);
    if (!done) return use.give_up_frames(done.error().code);
    entries = entries.subspan(run->count);
  }
}

Result<void> PageMeter::add_run(const PfnRun& run, PageUse& use) {
  const auto flags = std::span(flag_words_).first(run.count);
  if (const auto done = flags_->read_run(run, flags); !done) return done;
  const auto counts = std::span(count_words_).first(run.count);
  const bool reserved = std::ranges::any_of(
      flags, [](std::uint64_t word) { return has_flag(word, KpageFlag::reserved) && is_memory(word); });
  if (counts_ && (use.counts || reserved)) {
    if (const auto done = counts_->read_run(run, counts); !done) return done;
    // The kernel's own are memory of the process only where it keeps count of their mappings.
    for (std::size_t i = 0; i < run.count; ++i) {
      if (has_flag(flags[i], KpageFlag::reserved) && counts[i] == 0)
        flags[i] |= std::uint64_t{1} << static_cast<unsigned>(KpageFlag::nopage);
    }
  } else if (reserved) {
    return std::unexpected(counts_.error());
  }
  if (use.counts) add_counts(counts, flags, *use.counts);
  for_runs(std::span<const std::uint64_t>(flags), std::equal_to<>{},
           [&](std::uint64_t word, std::size_t count) { add_flags(word, count, *use.frames); });
  return {};
}

void PageMeter::add_flags(std::uint64_t flags, std::size_t count, FrameUse& frames) const {
  const auto size = pages(count);
  const bool zero = has_flag(flags, KpageFlag::zero_page);
  if (!is_memory(flags) && !zero) {
    frames.special += size;
    return;
  }
  if (!zero && !has_flag(flags, KpageFlag::huge)) frames.rss += size;
  for (std::size_t i = 0; i < kCountedFlags.size(); ++i) {
    if (has_flag(flags, kCountedFlags[i])) frames.flagged[i] += size;
  }
}

void PageMeter::add_counts(std::span<const std::uint64_t> counts, std::span<const std::uint64_t> flags,
                           MapcountUse& use) const {
  std::size_t once = 0;
  std::size_t more = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!is_memory(flags[i])) continue;
    once += counts[i] == 1 ? 1U : 0U;
    more += counts[i] > 1 ? 1U : 0U;
  }
  use.once += pages(once);
  use.more += pages(more);
}

}  // namespace pageloupe
