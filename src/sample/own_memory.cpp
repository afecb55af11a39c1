// SPDX-License-Identifier: MIT
#include "sample/own_memory.h"

#include <algorithm>
#include <unistd.h>

#include "proc/kpage.h"
#include "sample/process_map.h"

namespace pageloupe {
namespace {

// The kernel's files by frame, where they may be read.
struct FrameFiles {
  KpageReader counts;
  KpageReader flags;
};

std::optional<FrameFiles> open_frame_files(const ProcFs& procfs) {
  auto counts = KpageReader::open(procfs, KpageFile::kpagecount);
  auto flags = KpageReader::open(procfs, KpageFile::kpageflags);
  if (!counts || !flags) return std::nullopt;
  return FrameFiles{std::move(*counts), std::move(*flags)};
}

class OwnMemoryReader {
 public:
  OwnMemoryReader(const PidDir& dir, Pagemap pagemap, std::optional<FrameFiles> frames)
      : dir_(dir), pagemap_(std::move(pagemap)), frames_(std::move(frames)) {
    own_.page_size = pagemap_.page_size();
    own_.frames_known = frames_.has_value();
  }

  // Errors: no_memory, and those of the files.
  [[nodiscard]] Result<OwnMemory> read(Pid leader);

 private:
  [[nodiscard]] Result<void> add(const VmaRow& row);
  [[nodiscard]] OwnThing* object_of(const VmaRow& row);
  [[nodiscard]] Result<void> read_pages(const Vma& vma, OwnThing* object);
  [[nodiscard]] Result<void> add_private(const VmaRow& row);
  [[nodiscard]] Result<void> learn_frames(OwnThing& thing);
  void add_by_usage(const VmaRow& row);

  const PidDir& dir_;
  Pagemap pagemap_;
  std::optional<FrameFiles> frames_;
  OwnMemory own_{};
  std::unordered_map<ObjectKey, std::size_t, ObjectKeyHash> index_{};
  std::uint64_t ipc_space_ = 0;
  bool frames_hidden_ = false;  // the kernel gives no numbers all the same
  // Of the mapping that was read last: pages of its own, and frames that are not its alone.
  std::uint64_t exclusive_ = 0;
  std::vector<std::uint64_t> suspects_{};
};

Result<OwnMemory> OwnMemoryReader::read(Pid leader) {
  // What a mapping shares is in smaps for those to whom frames are not shown.
  auto map = ProcessMap::open(dir_, {.usage = !frames_, .leader = leader, .whole_paths = true});
  if (!map) return std::unexpected(map.error());
  bool any = false;
  for (;;) {
    const auto more = map->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    any = true;
    if (const auto done = add(map->row()); !done) return std::unexpected(done.error());
  }
  if (!any) return std::unexpected(Error{.code = Errc::no_memory, .file = "maps"});
  for (auto& thing : own_.things) {
    if (thing.row.kind) thing.row.resident = to_bytes(Pages{thing.pages.size()}, own_.page_size);
  }
  return std::move(own_);
}

bool is_of_the_kernel(VmaKind kind) {
  return kind == VmaKind::vdso || kind == VmaKind::vvar || kind == VmaKind::vsyscall;
}

Result<void> OwnMemoryReader::add(const VmaRow& row) {
  const auto& vma = row.record.vma;
  if (is_of_the_kernel(row.identity.kind)) return {};
  auto* const object = object_of(row);
  exclusive_ = 0;
  suspects_.clear();
  if (const auto done = read_pages(vma, object); !done) return done;
  if (frames_ && frames_hidden_) return fail(Errc::denied);
  if (!is_copied_on_write(vma)) return {};
  if (frames_) return add_private(row);
  own_.private_ += to_bytes(Pages{exclusive_}, own_.page_size);
  add_by_usage(row);
  return {};
}

OwnThing* OwnMemoryReader::object_of(const VmaRow& row) {
  const auto& vma = row.record.vma;
  const auto kind = object_kind(vma);
  if (!kind) return nullptr;
  if (*kind == ObjectKind::sysv_shm && ipc_space_ == 0)
    ipc_space_ = ipc_space_of(dir_.link("ns/ipc").value_or(""));
  const auto key = object_key(vma, *kind, ipc_space_);
  const auto [at, is_new] = index_.try_emplace(key, own_.things.size());
  if (is_new) {
    auto& thing = own_.things.emplace_back();
    thing.row = {
        .kind = kind, .mapping = row.identity.kind, .name = vma.name, .key = key, .start = vma.start};
  }
  auto& thing = own_.things[at->second];
  thing.row.size += vma.size();
  thing.mapped_shared = thing.mapped_shared || vma.perms.shared;
  return &thing;
}

Result<void> OwnMemoryReader::read_pages(const Vma& vma, OwnThing* object) {
  return for_each_page(pagemap_, {vma.start, vma.end}, [&](Address address, PagemapEntry entry) {
    if (!entry.present()) return;
    if (entry.file_or_shared()) {
      if (object != nullptr)
        object->pages.insert((vma.offset + (address - vma.start)).value / own_.page_size.value);
    } else if (entry.exclusive()) {
      ++exclusive_;
    } else if (const auto pfn = entry.pfn()) {
      suspects_.push_back(*pfn);
    } else {
      frames_hidden_ = true;
    }
  });
}

std::string label_of(const VmaRow& row) {
  if (!row.label.empty()) return row.label;
  return row.record.vma.name.empty() ? "[anon]" : row.record.vma.name;
}

SharedThing private_row(const VmaRow& row) {
  return {.mapping = row.identity.kind,
          .name = label_of(row),
          .start = row.record.vma.start,
          .size = row.record.vma.size(),
          .keeper = Keeper::sharers};
}

Result<void> OwnMemoryReader::add_private(const VmaRow& row) {
  const auto& vma = row.record.vma;
  const auto alone = to_bytes(Pages{exclusive_}, own_.page_size);
  own_.private_ += alone;
  if (suspects_.empty()) return {};
  OwnThing thing{.row = private_row(row), .range = {vma.start, vma.end}};
  if (const auto done = learn_frames(thing); !done) return done;
  const auto shared = to_bytes(Pages{thing.missing.size()}, own_.page_size);
  if (shared == Bytes{}) return {};
  thing.row.resident = alone + shared;
  thing.row.shared = shared;
  thing.row.freed = alone;
  own_.things.push_back(std::move(thing));
  return {};
}

// Which of the suspects are memory that is mapped elsewhere too: not the page of zeros, not a device's.
Result<void> OwnMemoryReader::learn_frames(OwnThing& thing) {
  std::ranges::sort(suspects_);
  const auto repeated = std::ranges::unique(suspects_);
  suspects_.erase(repeated.begin(), repeated.end());
  std::vector<std::uint64_t> counts(suspects_.size());
  std::vector<std::uint64_t> flags(suspects_.size());
  if (const auto done = frames_->counts.read_each(suspects_, counts); !done) return done;
  if (const auto done = frames_->flags.read_each(suspects_, flags); !done) return done;
  for (std::size_t i = 0; i < suspects_.size(); ++i) {
    if (!has_flag(flags[i], KpageFlag::anon) || has_flag(flags[i], KpageFlag::zero_page)) continue;
    thing.pages.insert(suspects_[i]);
    thing.missing.emplace_hint(thing.missing.end(), suspects_[i], counts[i] > 1 ? counts[i] - 1 : 0);
  }
  return {};
}

// Without frames: that pages are shared, not with whom.
void OwnMemoryReader::add_by_usage(const VmaRow& row) {
  if (!row.record.vma.anonymous()) return;
  const auto& usage = row.record.usage;
  const auto shared =
      bytes_or_none(usage, SmapsKey::shared_clean) + bytes_or_none(usage, SmapsKey::shared_dirty);
  if (shared == Bytes{}) return;
  OwnThing thing{.row = private_row(row), .range = {row.record.vma.start, row.record.vma.end}};
  thing.row.resident = bytes_or_none(usage, SmapsKey::rss);
  thing.row.shared = shared;
  thing.row.freed =
      bytes_or_none(usage, SmapsKey::private_clean) + bytes_or_none(usage, SmapsKey::private_dirty);
  thing.row.unattributed = shared;
  thing.row.sharers_unknown = Errc::denied;
  own_.things.push_back(std::move(thing));
}

}  // namespace

void OwnThing::finish_private(Bytes page_size) {
  if (row.sharers_unknown) return;
  const auto not_found = std::ranges::count_if(missing, [](const auto& frame) { return frame.second != 0; });
  row.unattributed = to_bytes(Pages{static_cast<std::uint64_t>(not_found)}, page_size);
}

Wanted OwnMemory::wanted() const {
  Wanted wanted;
  for (std::size_t i = 0; i < things.size(); ++i) {
    const auto& thing = things[i];
    if (thing.row.kind) {
      wanted.objects.emplace(thing.row.key, i);
    } else if (!thing.row.sharers_unknown) {
      wanted.ranges.push_back({thing.range, i});
    }
  }
  return wanted;
}

namespace {

Result<OwnMemory> read_own_memory_with(const PidDir& dir, Pid leader, std::optional<FrameFiles> frames) {
  auto pagemap = Pagemap::open(dir, Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))});
  if (!pagemap && pagemap.error().code == Errc::gone)
    return std::unexpected(Error{.code = Errc::no_memory, .file = "maps"});
  if (!pagemap) return std::unexpected(pagemap.error());
  return OwnMemoryReader(dir, std::move(*pagemap), std::move(frames)).read(leader);
}

}  // namespace

Result<OwnMemory> read_own_memory(const ProcFs& procfs, const PidDir& dir, Pid leader) {
  auto text = dir.stream("maps");
  if (!text) return std::unexpected(text.error());
  // One that does not answer is not asked for its pages either.
  if (const auto any = text->fill(); !any) return std::unexpected(any.error());
  if (auto frames = open_frame_files(procfs)) {
    auto own = read_own_memory_with(dir, leader, std::move(frames));
    // Root that may read these files need not be shown frames.
    if (own || own.error().code != Errc::denied || !own.error().file.empty()) return own;
  }
  return read_own_memory_with(dir, leader, std::nullopt);
}

}  // namespace pageloupe
