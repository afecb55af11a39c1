// SPDX-License-Identifier: MIT
// Pages of the base size: aliases of one small file, or private memory where the kernel refuses aliases.
#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sys/mman.h>
#include <unistd.h>

#include "probe/alias_pages.h"
#include "probe/page_space.h"

namespace pageloupe {
namespace {

// 48 MiB of 4 KiB pages: resident memory counts an alias like a page of its own, and the whole process is to
// stay below 64 MiB.
constexpr std::uint32_t kMostPages = 12288;
constexpr std::uint32_t kFarPages = 1152;
constexpr std::uint32_t kFewestPages = 128;

std::uint32_t near_pages() {
  constexpr std::size_t kOthers = 1000;  // mappings left to the rest of the process
  const auto half = most_mappings() / 2;
  return static_cast<std::uint32_t>(std::min<std::size_t>(kMostPages, half > kOthers ? half - kOthers : 0));
}

class AliasSpace : public PageSpace {
 public:
  AliasSpace(Mapping dense, AliasPages pages) : dense_(std::move(dense)), pages_(std::move(pages)) {}

  [[nodiscard]] LayoutFacts facts() const override {
    return {.page_size = {base_page_size()},
            .pages = pages_.shape().near,
            .span = pages_.span(),
            .lines = static_cast<std::uint32_t>(dense_.size() / kLine)};
  }
  Result<void> place(std::span<const Access> cycle, AddressList& addresses) override {
    return pages_.place(cycle, addresses);
  }
  void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(dense_.data());
    for (const auto line : lines) addresses.push_back(start + line * kLine);
  }

 private:
  Mapping dense_;
  AliasPages pages_;
};

// Private memory: here nothing keeps the kernel from giving neighbouring pages neighbouring memory, which a
// CPU may then hold in one entry.
class AnonymousSpace : public PageSpace {
 public:
  AnonymousSpace(Mapping dense, Reservation range, std::uint32_t near)
      : dense_(std::move(dense)), range_(std::move(range)), near_(near) {}

  [[nodiscard]] LayoutFacts facts() const override {
    return {.page_size = {base_page_size()},
            .pages = near_,
            .span = range_.size / base_page_size(),
            .lines = static_cast<std::uint32_t>(dense_.size() / kLine),
            .note = "anonymous layout: joined entries are not excluded"};
  }

  Result<void> place(std::span<const Access> cycle, AddressList& addresses) override {
    if (const auto room = make_room(cycle); !room) return room;
    const auto page_size = base_page_size();
    const auto lines_per_page = page_size / kLine;
    addresses.clear();
    for (const auto& [page, line] : cycle) {
      auto* at = range_.data + page * page_size;
      if (page >= near_) {
        if (::mprotect(at, page_size, PROT_READ | PROT_WRITE) != 0) {
          return not_measurable(Errc::unsupported, "no more mappings", errno);
        }
        ++far_;
      }
      addresses.push_back(reinterpret_cast<std::uintptr_t>(at) + line % lines_per_page * kLine);
    }
    return {};
  }

  void place_dense(std::span<const std::uint32_t> lines, AddressList& addresses) override {
    addresses.clear();
    const auto start = reinterpret_cast<std::uintptr_t>(dense_.data());
    for (const auto line : lines) addresses.push_back(start + line * kLine);
  }

  Result<void> make_fresh() {
    if (const auto cleared = range_.clear(); !cleared) return cleared;
    ::madvise(range_.data, range_.size, MADV_NOHUGEPAGE);
    far_ = 0;
    if (::mprotect(range_.data, near_ * base_page_size(), PROT_READ | PROT_WRITE) != 0) {
      return not_measurable(Errc::unsupported, "no memory for the pages", errno);
    }
    return {};
  }

 private:
  Result<void> make_room(std::span<const Access> cycle) {
    const auto far = static_cast<std::size_t>(
        std::ranges::count_if(cycle, [&](const Access& access) { return access.page >= near_; }));
    return far_ + far > 2UL * kFarPages ? make_fresh() : Result<void>{};
  }

  Mapping dense_;
  Reservation range_;
  std::uint32_t near_;
  std::size_t far_ = 0;
};

Result<std::unique_ptr<PageSpace>> make_alias_space(std::uint32_t near) {
  const auto page_size = base_page_size();
  const auto lines_per_page = page_size / kLine;
  const auto size = (near + lines_per_page - 1) / lines_per_page * page_size;
  auto file = create_memory(MemoryKind::base, size);
  if (!file) return std::unexpected(file.error());
  const auto dense = map_piece(*file, {.size = size});
  if (!dense) return std::unexpected(dense.error());
  Mapping owner(*dense, size);
  auto range = reserve_widest();
  if (!range) return std::unexpected(range.error());
  const AliasShape shape{
      .page_size = page_size, .lines_per_page = lines_per_page, .near = near, .far = kFarPages};
  auto space =
      std::make_unique<AliasSpace>(std::move(owner), AliasPages(std::move(*file), std::move(*range), shape));
  AddressList addresses;
  const auto proof =
      space->place(std::array{Access{.page = 0, .line = 0}, Access{.page = 1, .line = 1}}, addresses);
  if (!proof) return std::unexpected(proof.error());
  return space;
}

Result<std::unique_ptr<PageSpace>> make_anonymous_space(std::uint32_t near) {
  auto dense = allocate(near * kLine);
  if (!dense) return std::unexpected(dense.error());
  auto range = reserve_widest();
  if (!range) return std::unexpected(range.error());
  auto space = std::make_unique<AnonymousSpace>(std::move(*dense), std::move(*range), near);
  const auto fresh = space->make_fresh();
  if (!fresh) return std::unexpected(fresh.error());
  return space;
}

}  // namespace

std::size_t base_page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

std::size_t most_mappings() {
  constexpr std::size_t kDefault = 65530;
  std::ifstream file("/proc/sys/vm/max_map_count");
  std::size_t count = 0;
  return file >> count ? count : kDefault;
}

Result<std::unique_ptr<PageSpace>> make_base_space() {
  const auto near = near_pages();
  if (near < kFewestPages) return not_measurable(Errc::unsupported, "vm.max_map_count is too small");
  auto aliases = make_alias_space(near);
  return aliases ? std::move(aliases) : make_anonymous_space(near);
}

}  // namespace pageloupe
