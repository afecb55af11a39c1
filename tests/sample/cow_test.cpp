// SPDX-License-Identifier: MIT
#include "sample/cow.h"

#include <sys/mman.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/family.h"
#include "support/naive_frames.h"

namespace pageloupe {
namespace {

constexpr Bytes kPage{4096};
constexpr std::size_t kMiB = 1 << 20;

// Stack, heap and the libraries' data, that both sides write a little of.
constexpr std::uint64_t kSlack = kMiB / 2;

bool about(Bytes bytes, std::size_t size) { return bytes.value >= size && bytes.value < size + kSlack; }

// The parent fills 16 MiB and reads 2 MiB of zeros, of which children then write; the first child only
// pauses.
Family pool() {
  static char* filled = nullptr;
  static char* zeros = nullptr;
  const auto prepare = [] {
    filled = map_memory(16 * kMiB, MAP_PRIVATE);
    zeros = map_memory(2 * kMiB, MAP_PRIVATE);
    write_pages(filled, 16 * kMiB);
    read_pages(zeros, 2 * kMiB);
  };
  const auto rewrite = [] {
    write_pages(filled + 4 * kMiB, 4 * kMiB);
    write_pages(zeros, kMiB);
  };
  return Family(prepare, {[] {}, rewrite});
}

bool is_zero_page(std::uint64_t word) {
  return naive_present(word) && ((naive_word("/proc/kpageflags", naive_frame(word)) >> 24) & 1) != 0;
}

// Whether this kernel lets memory that is read before it is written share one page of zeros; some give each
// page a frame of its own at once.
bool shares_zeros() {
  char* memory = map_memory(4096, MAP_PRIVATE);
  read_pages(memory, 4096);
  const auto pages = naive_pages(::getpid());
  const auto found = pages.find(reinterpret_cast<std::uintptr_t>(memory));
  const bool shared = found != pages.end() && is_zero_page(found->second);
  ::munmap(memory, 4096);
  return shared;
}

CowPages naive_cow(pid_t parent, pid_t worker) {
  const auto of_parent = naive_pages(parent);
  CowPages pages;
  for (const auto& [address, word] : naive_pages(worker, true)) {
    if (!naive_present(word) || is_zero_page(word)) continue;
    const auto found = of_parent.find(address);
    const bool parent_has = found != of_parent.end() && !is_zero_page(found->second);
    const bool exclusive = naive_word("/proc/kpagecount", naive_frame(word)) == 1;
    auto& part = ((word >> 61) & 1) != 0                           ? pages.file
                 : !parent_has                                     ? pages.fresh
                 : naive_frame(found->second) == naive_frame(word) ? pages.shared
                 : exclusive                                       ? pages.copied
                                                                   : pages.shared_others;
    part += kPage;
  }
  return pages;
}

TEST_CASE("each page of a worker is where a comparison page by page puts it", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = pool();
  const PidDirs dirs(family.pids());
  const auto workers =
      measure_cow(*dirs.pointers()[0], std::span(dirs.pointers()).subspan(1), *ProcFs::open());
  REQUIRE(workers);
  REQUIRE(workers->size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& worker = (*workers)[i];
    CHECK(worker.pid == Pid{family.pids()[i + 1]});
    CHECK_FALSE(worker.error);
    const auto expected = naive_cow(family.parent(), family.pids()[i + 1]);
    CHECK(worker.pages.shared == expected.shared);
    CHECK(worker.pages.copied == expected.copied);
    CHECK(worker.pages.shared_others == expected.shared_others);
    CHECK(worker.pages.fresh == expected.fresh);
    CHECK(worker.pages.file == expected.file);
  }
}

TEST_CASE("what a worker rewrote is copied, what it filled is fresh, the rest is shared", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = pool();
  const PidDirs dirs(family.pids());
  const auto workers =
      measure_cow(*dirs.pointers()[0], std::span(dirs.pointers()).subspan(1), *ProcFs::open());
  REQUIRE(workers);
  const auto& idle = (*workers)[0].pages;
  const auto& busy = (*workers)[1].pages;
  // Zeros that have frames of their own are copied by who writes to them; those of the one page are nobody's.
  const bool zeros = shares_zeros();
  CHECK(about(idle.copied, 0));
  CHECK(about(busy.copied, zeros ? 4 * kMiB : 5 * kMiB));
  CHECK(about(idle.fresh, 0));
  CHECK(about(busy.fresh, zeros ? kMiB : 0));
  CHECK(idle.shared.value >= 16 * kMiB);
  CHECK(idle.shared.value - busy.shared.value >= 4 * kMiB);
  if (zeros) CHECK(idle.untouched.value >= 2 * kMiB);  // the page of zeros is no memory
}

TEST_CASE("the bounds of smaps hold what the frames tell", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = pool();
  const PidDirs dirs(family.pids());
  const auto children = std::span(dirs.pointers()).subspan(1);
  const auto workers = measure_cow(*dirs.pointers()[0], children, *ProcFs::open());
  const auto bounds = cow_bounds(children);
  REQUIRE(workers);
  REQUIRE(bounds.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(bounds[i].bounds);
    const auto& pages = (*workers)[i].pages;
    CHECK(pages.shared + pages.shared_others <= bounds[i].bounds->shared_most);
    CHECK(pages.copied + pages.fresh <= bounds[i].bounds->private_);
    CHECK(about(bounds[i].bounds->private_, (pages.copied + pages.fresh).value));
  }
}

TEST_CASE("a worker that has ended does not end the others", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = pool();
  const PidDirs ended = [] {
    const Family gone([] {}, {});
    return PidDirs(gone.pids());
  }();
  const PidDirs dirs(family.pids());
  const std::vector<const PidDir*> workers{ended.pointers()[0], dirs.pointers()[2]};
  const auto cow = measure_cow(*dirs.pointers()[0], workers, *ProcFs::open());
  REQUIRE(cow);
  REQUIRE((*cow)[0].error);
  CHECK((*cow)[0].error->code == Errc::gone);
  CHECK(about((*cow)[1].pages.copied, shares_zeros() ? 4 * kMiB : 5 * kMiB));
}

TEST_CASE("a parent that has ended is the error of all", "[sample]") {
  if (!can_read_frames()) return;
  const PidDirs ended = [] {
    const Family gone([] {}, {});
    return PidDirs(gone.pids());
  }();
  const PidDirs self({::getpid()});
  const auto cow = measure_cow(*ended.pointers()[0], self.pointers(), *ProcFs::open());
  REQUIRE_FALSE(cow);
  CHECK(cow.error().code == Errc::gone);
}

TEST_CASE("copy-on-write is denied to an ordinary user, and its bounds are not", "[sample]") {
  if (!can_read_frames()) return;
  CHECK(as_nobody([] {
    const PidDirs self({::getpid()});
    const auto cow = measure_cow(*self.pointers()[0], self.pointers(), *ProcFs::open());
    return !cow && cow.error().code == Errc::denied && cow_bounds(self.pointers())[0].bounds;
  }));
}

TEST_CASE("erosion is the growth of what is not the parent's any more, a second", "[sample]") {
  const CowPages before{.copied = {4096}, .shared_others = {4096}};
  const CowPages after{.copied = {12288}, .shared_others = {8192}};
  CHECK(cow_erosion(before, after, Nanoseconds{2'000'000'000}) == Rate{6144});
  CHECK(cow_erosion(after, before, Nanoseconds{1'000'000'000}) == Rate{-12288});
  CHECK_FALSE(cow_erosion(before, after, Nanoseconds{0}));
}

}  // namespace
}  // namespace pageloupe
