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
