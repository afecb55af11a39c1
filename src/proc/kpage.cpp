// SPDX-License-Identifier: MIT
#include "proc/kpage.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <string>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

// Reading the words of a gap this long costs about as much as another system call.
constexpr std::uint64_t kPfnsWorthSkipping = 32;
constexpr std::size_t kMostAtOnce = 4096;

constexpr std::string_view name_of(KpageFile file) {
  return file == KpageFile::kpagecount ? "kpagecount" : "kpageflags";
}

constexpr std::uint64_t bit(KpageFlag flag) { return std::uint64_t{1} << static_cast<unsigned>(flag); }

// What a larger page has as a whole, and older kernels say of its head alone.
constexpr auto kOfTheWhole = bit(KpageFlag::referenced) | bit(KpageFlag::dirty) | bit(KpageFlag::lru) |
                             bit(KpageFlag::active) | bit(KpageFlag::writeback) | bit(KpageFlag::anon) |
                             bit(KpageFlag::swapcache) | bit(KpageFlag::swapbacked) |
                             bit(KpageFlag::unevictable);

bool is_bare_tail(std::uint64_t flags) {
  return has_flag(flags, KpageFlag::compound_tail) && (flags & kOfTheWhole) == 0;
}

// How many of `pfns`, from the first on, one read should fetch.
std::size_t neighbours(std::span<const std::uint64_t> pfns) {
  std::size_t count = 1;
  while (count < pfns.size() && pfns[count] - pfns[count - 1] <= kPfnsWorthSkipping &&
         pfns[count] - pfns[0] < kMostAtOnce) {
    ++count;
  }
  return count;
}

}  // namespace

Result<KpageReader> KpageReader::open(const ProcFs& procfs, KpageFile file) {
  const auto path = procfs.root() + "/" + std::string(name_of(file));
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return os_failure(errno, name_of(file));
  return KpageReader(std::move(fd), file);
}

Result<void> KpageReader::read(std::uint64_t first_pfn, std::span<std::uint64_t> values) const {
  const auto got = pread_words(fd_.get(), first_pfn, values, name_of(file_));
  if (!got) return std::unexpected(got.error());
  constexpr auto kNoPage = std::uint64_t{1} << static_cast<unsigned>(KpageFlag::nopage);
  std::ranges::fill(values.subspan(*got), file_ == KpageFile::kpageflags ? kNoPage : 0);
  return {};
}

Result<void> KpageReader::read_run(const PfnRun& run, std::span<std::uint64_t> values) const {
  if (values.empty()) return {};
  if (run.step == 0) {
    const auto done = read_run({.first = run.first, .count = 1}, values.first(1));
    std::ranges::fill(values.subspan(1), values.front());
    return done;
  }
  const auto lowest = run.step < 0 ? run.first - (run.count - 1) : run.first;
  if (const auto done = read(lowest, values); !done) return done;
  if (file_ == KpageFile::kpageflags) {
    if (const auto done = complete_tails(lowest, values); !done) return done;
  }
  if (run.step < 0) std::ranges::reverse(values);
  return {};
}

// The head of the first ones may lie before them: a larger page begins at a multiple of its size.
Result<void> KpageReader::complete_tails(std::uint64_t first_pfn, std::span<std::uint64_t> flags) const {
  constexpr std::uint64_t kLargestPage = 512;
  std::uint64_t head = 0;
  if (is_bare_tail(flags.front())) {
    std::array<std::uint64_t, kLargestPage> before;
    const auto words = std::span(before).first(first_pfn % kLargestPage);
    if (const auto done = read(first_pfn - words.size(), words); !done) return done;
    for (const auto word : words) {
      if (has_flag(word, KpageFlag::compound_head)) head = word;
    }
  }
  for (auto& word : flags) {
    if (has_flag(word, KpageFlag::compound_head)) head = word;
    if (is_bare_tail(word)) word |= head & kOfTheWhole;
  }
  return {};
}

Result<void> KpageReader::read_each(std::span<const std::uint64_t> pfns,
                                    std::span<std::uint64_t> values) const {
  std::array<std::uint64_t, kMostAtOnce> words;
  while (!pfns.empty()) {
    const auto count = neighbours(pfns);
    const auto span = std::span(words).first(pfns[count - 1] - pfns[0] + 1);
    if (const auto done = read(pfns[0], span); !done) return done;
    for (std::size_t i = 0; i < count; ++i) values[i] = words[pfns[i] - pfns[0]];
    pfns = pfns.subspan(count);
    values = values.subspan(count);
  }
  return {};
}

}  // namespace pageloupe
