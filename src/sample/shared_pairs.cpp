// SPDX-License-Identifier: MIT
#include "sample/shared_pairs.h"

#include <algorithm>
#include <unistd.h>

#include "proc/smaps.h"
#include "sample/own_memory.h"

namespace pageloupe {
namespace {

// Objects have room for 4 PiB each in one set of pages.
constexpr unsigned kPageBits = 40;

bool is_of_the_kernel(const Vma& vma) {
  return vma.name.starts_with("[v") && vma.inode == 0;  // vdso, vvar, vvar_vclock, vsyscall
}

}  // namespace

GroupPages::GroupPages(const ProcFs& procfs)
    : page_size_{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))} {
  if (auto flags = KpageReader::open(procfs, KpageFile::kpageflags)) flags_.emplace(std::move(*flags));
}

std::uint64_t GroupPages::number_of(const ObjectKey& key) {
  return objects_.try_emplace(key, objects_.size()).first->second;
}

Result<void> GroupPages::add(const PidDir& dir) {
  auto text = dir.stream("maps");
  if (!text) return std::unexpected(text.error());
  MapsReader maps(std::move(*text));
  VmaRecord record;
  auto more = maps.next(record);
  if (more && !*more) return std::unexpected(Error{.code = Errc::no_memory, .file = "maps"});
  auto pagemap = Pagemap::open(dir, page_size_);
  if (!pagemap) return std::unexpected(pagemap.error());
  const auto ipc_space = ipc_space_of(dir.link("ns/ipc").value_or(""));
  auto member = std::make_unique<Member>();
  exclusive_ = 0;
  suspects_.clear();
  for (; more && *more; more = maps.next(record)) {
    if (const auto done = add_mapping(*pagemap, record.vma, ipc_space, *member); !done) return done;
  }
  if (!more) return std::unexpected(more.error());
  if (const auto done = keep_frames(*member); !done) return done;
  member->sums.shared_memory = to_bytes(Pages{member->shared_memory.size()}, page_size_);
  member->sums.files = to_bytes(Pages{member->files.size()}, page_size_);
  members_.push_back(std::move(member));
  return {};
}

Result<void> GroupPages::add_mapping(Pagemap& pagemap, const Vma& vma, std::uint64_t ipc_space,
                                     Member& member) {
  if (is_of_the_kernel(vma)) return {};
  const auto kind = object_kind(vma);
  const auto first = kind ? number_of(object_key(vma, *kind, ipc_space)) << kPageBits : 0;
  auto& pages = kind == ObjectKind::file ? member.files : member.shared_memory;
  return for_each_page(pagemap, {vma.start, vma.end}, [&](Address address, PagemapEntry entry) {
    if (!entry.present()) return;
    if (entry.file_or_shared()) {
      const auto place = (vma.offset + (address - vma.start)).value / page_size_.value;
      if (kind && *kind != ObjectKind::device) pages.insert(first + place);
    } else if (entry.exclusive()) {
      ++exclusive_;
    } else if (const auto pfn = entry.pfn()) {
      suspects_.push_back(*pfn);
    } else {
      flags_.reset();
    }
  });
}

// Without what is nobody's: the page of zeros, a device's memory.
Result<void> GroupPages::keep_frames(Member& member) {
  std::ranges::sort(suspects_);
  const auto repeated = std::ranges::unique(suspects_);
  suspects_.erase(repeated.begin(), repeated.end());
  std::vector<std::uint64_t> flags(suspects_.size());
  if (flags_) {
    if (const auto done = flags_->read_each(suspects_, flags); !done) return done;
  }
  for (std::size_t i = 0; i < suspects_.size(); ++i) {
    if (has_flag(flags[i], KpageFlag::anon) && !has_flag(flags[i], KpageFlag::zero_page))
      member.frames.insert(suspects_[i]);
  }
  member.sums.fork = to_bytes(Pages{exclusive_ + member.frames.size()}, page_size_);
  if (!flags_) member.sums.fork = fail(Errc::denied);
  return {};
}

PageSums GroupPages::common(std::size_t a, std::size_t b) const {
  const auto& one = *members_[a];
  const auto& other = *members_[b];
  const auto bytes = [this](std::uint64_t pages) { return to_bytes(Pages{pages}, page_size_); };
  PageSums sums{.fork = bytes(one.frames.common(other.frames)),
                .shared_memory = bytes(one.shared_memory.common(other.shared_memory)),
                .files = bytes(one.files.common(other.files))};
  if (!frames_known()) sums.fork = fail(Errc::denied);
  return sums;
}

}  // namespace pageloupe
