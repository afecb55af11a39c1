// SPDX-License-Identifier: MIT
#include "sample/cow.h"

#include <algorithm>
#include <memory>
#include <unistd.h>

#include "proc/kpage.h"
#include "proc/pagemap.h"
#include "proc/smaps.h"
#include "sample/mapped_object.h"

namespace pageloupe {
namespace {

// Compares workers with the parent.
class CowMeter {
 public:
  CowMeter(std::shared_ptr<const Pagemap> parent, std::shared_ptr<const KpageReader> flags)
      : parent_(std::move(parent)), flags_(std::move(flags)) {}

  [[nodiscard]] Result<void> measure(const PidDir& dir, CowPages& pages);

  // The last error was the parent's, so it is that of all that follow.
  [[nodiscard]] bool parent_failed() const { return parent_failed_; }

 private:
  [[nodiscard]] Result<void> read_parent(const PagemapChunk& chunk);
  [[nodiscard]] Result<void> add_range(Pagemap& pagemap, AddressRange range, CowPages& pages);
  [[nodiscard]] Result<void> add_chunk(const PagemapChunk& chunk, CowPages& pages);
  [[nodiscard]] Result<void> learn_zero_pages(std::span<const PagemapEntry> entries);
  [[nodiscard]] bool has_memory(PagemapEntry entry) const;
  [[nodiscard]] Bytes CowPages::* part_of(PagemapEntry entry, PagemapEntry of_parent) const;

  std::shared_ptr<const Pagemap> parent_;
  std::shared_ptr<const KpageReader> flags_;
  bool parent_failed_ = false;
  std::vector<PagemapEntry> of_parent_{};  // at the addresses of the worker's chunk
  // Frames that untouched memory reads from, which nobody pays for: one, and those of a huge page of zeros.
  std::vector<std::uint64_t> zero_pages_{};  // ascending
  std::vector<std::uint64_t> suspects_{};
  std::vector<std::uint64_t> suspect_flags_{};
};

Result<void> CowMeter::measure(const PidDir& dir, CowPages& pages) {
  auto text = dir.open("maps");
  if (!text) return std::unexpected(text.error());
  MapsReader maps(std::move(*text));
  VmaRecord record;
  auto more = maps.next(record);
  if (more && !*more) return fail(Errc::no_memory);
  auto pagemap = Pagemap::open(dir, parent_->page_size());
  if (!pagemap) return std::unexpected(pagemap.error());
  for (; more && *more; more = maps.next(record)) {
    if (!is_copied_on_write(record.vma)) continue;
    const auto done = add_range(*pagemap, {.start = record.vma.start, .end = record.vma.end}, pages);
    if (!done) return done;
  }
  if (!more) return std::unexpected(more.error());
  return {};
}

Result<void> CowMeter::add_range(Pagemap& pagemap, AddressRange range, CowPages& pages) {
  pagemap.seek(range);
  PagemapChunk chunk;
  const auto resident_before = pages.resident() + pages.swapped;
  for (;;) {
    const auto more = pagemap.next(chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (const auto done = add_chunk(chunk, pages); !done) return done;
  }
  pages.untouched += range.size() - (pages.resident() + pages.swapped - resident_before);
  return {};
}

Result<void> CowMeter::read_parent(const PagemapChunk& chunk) {
  of_parent_.assign(chunk.entries.size(), {});
  const auto count = parent_->read_at(chunk.start, of_parent_);
  if (count && *count == of_parent_.size()) return {};
  parent_failed_ = true;
  return std::unexpected(count ? Error{.code = Errc::gone, .file = "pagemap"} : count.error());
}

Result<void> CowMeter::add_chunk(const PagemapChunk& chunk, CowPages& pages) {
  const auto is_empty = [](PagemapEntry entry) { return entry.empty(); };
  if (std::ranges::all_of(chunk.entries, is_empty)) return {};
  if (const auto done = read_parent(chunk); !done) return done;
  if (const auto done = learn_zero_pages(chunk.entries); !done) return done;
  if (const auto done = learn_zero_pages(of_parent_); !done) return done;
  for (std::size_t i = 0; i < chunk.entries.size(); ++i) {
    const auto part = part_of(chunk.entries[i], of_parent_[i]);
    if (part != nullptr) pages.*part += parent_->page_size();
  }
  return {};
}

// The page of zeros has no owner, so it is never exclusive; what else is not must be asked for. Also where it
// is seen that the kernel does not tell frames: denied.
Result<void> CowMeter::learn_zero_pages(std::span<const PagemapEntry> entries) {
  suspects_.clear();
  for (const auto entry : entries) {
    if (!entry.present()) {
      const auto slot = entry.swap_slot();
      if (!slot && slot.error().code == Errc::denied) return std::unexpected(slot.error());
      continue;
    }
    if (entry.exclusive() || entry.file_or_shared()) continue;
    const auto pfn = entry.pfn();
    if (!pfn) return std::unexpected(pfn.error());
    suspects_.push_back(*pfn);
  }
  std::ranges::sort(suspects_);
  const auto repeated = std::ranges::unique(suspects_);
  suspects_.erase(repeated.begin(), repeated.end());
  suspect_flags_.resize(suspects_.size());
  if (const auto done = flags_->read_each(suspects_, suspect_flags_); !done) return done;
  for (std::size_t i = 0; i < suspects_.size(); ++i) {
    if (!has_flag(suspect_flags_[i], KpageFlag::zero_page)) continue;
    const auto at = std::ranges::lower_bound(zero_pages_, suspects_[i]);
    if (at == zero_pages_.end() || *at != suspects_[i]) zero_pages_.insert(at, suspects_[i]);
  }
  return {};
}

bool CowMeter::has_memory(PagemapEntry entry) const {
  if (!entry.present()) return entry.detached() || entry.swap_slot().has_value();
  return entry.exclusive() || !std::ranges::binary_search(zero_pages_, entry.pfn().value_or(0));
}

// nullptr for a page without memory.
Bytes CowPages::* CowMeter::part_of(PagemapEntry entry, PagemapEntry of_parent) const {
  if (!has_memory(entry)) return nullptr;
  if (!entry.present()) return &CowPages::swapped;
  if (entry.file_or_shared()) return &CowPages::file;
  if (!has_memory(of_parent)) return &CowPages::fresh;
  if (of_parent.present() && of_parent.pfn().value_or(0) == entry.pfn().value_or(0)) return &CowPages::shared;
  return entry.exclusive() ? &CowPages::copied : &CowPages::shared_others;
}

// Errors of the worker itself end it alone.
bool ends_only_the_worker(const Error& error) {
  return error.code == Errc::gone || error.code == Errc::no_memory || error.code == Errc::blocked;
}

// What was read of a worker, and what ended the reading.
struct Measured {
  CowPages pages{};
  std::optional<Error> error{};
  bool parent_failed = false;
};

Result<Measured> measure(CowMeter& meter, const PidDir& dir) {
  Measured measured;
  if (const auto done = meter.measure(dir, measured.pages); !done) measured.error = done.error();
  measured.parent_failed = measured.error && meter.parent_failed();
  return measured;
}

}  // namespace

CowPages& CowPages::operator+=(const CowPages& other) {
  for (const auto part : {&CowPages::shared, &CowPages::copied, &CowPages::shared_others, &CowPages::fresh,
                          &CowPages::file, &CowPages::swapped, &CowPages::untouched}) {
    this->*part += other.*part;
  }
  return *this;
}

Result<std::vector<CowWorker>> measure_cow(const PidDir& parent, std::span<const PidDir* const> workers,
                                           const ProcFs& procfs) {
  auto flags = KpageReader::open(procfs, KpageFile::kpageflags);
  if (!flags) return std::unexpected(flags.error());
  auto of_parent = Pagemap::open(parent, Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))});
  if (!of_parent) return std::unexpected(of_parent.error());
  const auto parent_map = std::make_shared<const Pagemap>(std::move(*of_parent));
  const auto kpageflags = std::make_shared<const KpageReader>(std::move(*flags));
  auto meter = std::make_shared<CowMeter>(parent_map, kpageflags);
  std::vector<CowWorker> result;
  for (const auto* dir : workers) {
    const auto done = dir->ask("pagemap", [meter](const PidDir& own) { return measure(*meter, own); });
    // One that hangs keeps the meter.
    if (!done) meter = std::make_shared<CowMeter>(parent_map, kpageflags);
    auto& worker = result.emplace_back(CowWorker{.pid = dir->pid()});
    if (done) worker = {.pid = dir->pid(), .pages = done->pages, .error = done->error};
    if (!done) worker.error = done.error();
    if (!worker.error) continue;
    if ((done && done->parent_failed) || !ends_only_the_worker(*worker.error))
      return std::unexpected(*worker.error);
  }
  return result;
}

std::optional<Rate> cow_erosion(const CowPages& before, const CowPages& after, Nanoseconds elapsed) {
  if (elapsed.value == 0) return std::nullopt;
  const auto lost = [](const CowPages& pages) {
    return static_cast<double>((pages.copied + pages.shared_others).value);
  };
  return Rate{(lost(after) - lost(before)) / (static_cast<double>(elapsed.value) / 1e9)};
}

}  // namespace pageloupe
