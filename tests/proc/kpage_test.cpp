// SPDX-License-Identifier: MIT
#include "proc/kpage.h"

#include <array>
#include <string>

#include "support/catch.h"
#include "support/fake_proc.h"
#include "support/family.h"

namespace pageloupe {
namespace {

// Frame n has the word 100 + n.
std::string words(std::size_t count) {
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t word = 100 + i;
    text.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  return text;
}

TEST_CASE("the words of frames near and far come each to its frame", "[proc]") {
  FakeProc proc;
  proc.file("kpagecount", words(20000));
  const auto reader = KpageReader::open(proc.procfs(), KpageFile::kpagecount);
  REQUIRE(reader);
  std::vector<std::uint64_t> pfns{0, 1, 30, 63, 64, 200, 9999};
  for (std::uint64_t pfn = 10000; pfn < 19000; pfn += 3) pfns.push_back(pfn);  // more than one read holds
  std::vector<std::uint64_t> values(pfns.size());
  REQUIRE(reader->read_each(pfns, values));
  for (std::size_t i = 0; i < pfns.size(); ++i) CHECK(values[i] == 100 + pfns[i]);
}

TEST_CASE("frames beyond the end of memory are counted 0 and flagged as none", "[proc]") {
  FakeProc proc;
  proc.file("kpagecount", words(2));
  proc.file("kpageflags", words(2));
  std::array<std::uint64_t, 3> values{7, 7, 7};
  REQUIRE(KpageReader::open(proc.procfs(), KpageFile::kpagecount)->read(1, values));
  CHECK(values == std::array<std::uint64_t, 3>{101, 0, 0});
  REQUIRE(KpageReader::open(proc.procfs(), KpageFile::kpageflags)->read(5, values));
  CHECK(has_flag(values[0], KpageFlag::nopage));
}

TEST_CASE("a kernel without kpagecount does not support it", "[proc]") {
  const FakeProc proc;
  const auto reader = KpageReader::open(proc.procfs(), KpageFile::kpagecount);
  REQUIRE_FALSE(reader);
  CHECK(reader.error().code == Errc::unsupported);
  CHECK(reader.error().file == "kpagecount");
}

TEST_CASE("kpagecount is denied to an ordinary user", "[proc]") {
  if (!can_read_frames()) return;
  CHECK(as_nobody([] {
    const auto reader = KpageReader::open(*ProcFs::open(), KpageFile::kpagecount);
    return !reader && reader.error().code == Errc::denied;
  }));
}

}  // namespace
}  // namespace pageloupe
