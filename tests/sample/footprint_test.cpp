// SPDX-License-Identifier: MIT
#include "sample/footprint.h"

#include <set>
#include <sys/mman.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/fake_proc.h"
#include "support/family.h"
#include "support/naive_frames.h"

namespace pageloupe {
namespace {

constexpr Bytes kPage{4096};
constexpr std::size_t kMiB = 1 << 20;

struct Counted {
  std::map<std::uint64_t, std::uint64_t> mappings{};  // by frame
  std::map<std::uint64_t, std::set<pid_t>> mappers{};
};

Counted count_frames(const std::vector<pid_t>& pids) {
  Counted counted;
  for (const auto pid : pids) {
    for (const auto& [address, word] : naive_pages(pid)) {
      if (!naive_present(word)) continue;
      ++counted.mappings[naive_frame(word)];
      counted.mappers[naive_frame(word)].insert(pid);
    }
  }
  return counted;
}

bool is_zero_page(std::uint64_t frame) { return ((naive_word("/proc/kpageflags", frame) >> 24) & 1) != 0; }

// The set's sums without those of its processes.
Footprint naive_footprint(const Counted& counted) {
  Footprint sum;
  for (const auto& [frame, mappings] : counted.mappings) {
    if (is_zero_page(frame)) continue;
    const auto flags = naive_word("/proc/kpageflags", frame);
    const auto count = naive_word("/proc/kpagecount", frame);
    sum.resident += kPage;
    if (counted.mappers.at(frame).size() > 1) sum.shared_inside += kPage;
    auto& part = count > mappings           ? sum.shared_outside
                 : count < mappings         ? sum.unsettled
                 : ((flags >> 12) & 1) != 0 ? sum.freed
                 : ((flags >> 14) & 1) != 0 ? sum.shmem
                                            : sum.cached;
    part += kPage;
  }
  return sum;
}

std::uint64_t mib(Bytes bytes) { return bytes.value / kMiB; }

// The parent fills 16 MiB, reads 1 MiB of zeros; each child rewrites 4 MiB and fills 8 MiB that all share;
// the second has a memfd of 2 MiB.
Family workers() {
  static char* private_memory = nullptr;
  static char* shared_memory = nullptr;
  const auto prepare = [] {
    private_memory = map_memory(16 * kMiB, MAP_PRIVATE);
    shared_memory = map_memory(8 * kMiB, MAP_SHARED);
    write_pages(private_memory, 16 * kMiB);
    read_pages(map_memory(kMiB, MAP_PRIVATE), kMiB);
  };
  const auto rewrite = [] {
    write_pages(private_memory, 4 * kMiB);
    write_pages(shared_memory, 8 * kMiB);
  };
  const auto rewrite_and_memfd = [rewrite] {
    rewrite();
    const int fd = ::memfd_create("object", MFD_CLOEXEC);
    if (::ftruncate(fd, 2 * kMiB) != 0) ::_exit(1);
    void* const memory = ::mmap(nullptr, 2 * kMiB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    write_pages(static_cast<char*>(memory), 2 * kMiB);
  };
  return Family(prepare, {rewrite, rewrite_and_memfd});
}

bool same_sums(const Footprint& a, const Footprint& b) {
  return a.resident == b.resident && a.freed == b.freed && a.cached == b.cached && a.shmem == b.shmem &&
         a.shared_outside == b.shared_outside && a.shared_inside == b.shared_inside &&
         a.unsettled == b.unsettled;
}

TEST_CASE("the footprint of paused processes equals a count page by page", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = workers();
  const PidDirs dirs(family.pids());
  // The kernel may move or reclaim a page: only between two equal counts nothing has changed.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto before = naive_footprint(count_frames(family.pids()));
    const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
    const auto after = naive_footprint(count_frames(family.pids()));
    REQUIRE(footprint);
    if (!same_sums(before, after)) continue;
    CHECK(footprint->resident == before.resident);
    // Frames do not tell whether their shared memory has a file: the naive count has all of it in shmem.
    CHECK(footprint->freed - footprint->shmem_anonymous == before.freed);
    CHECK(footprint->cached == before.cached);
    CHECK(footprint->shmem + footprint->shmem_anonymous == before.shmem);
    CHECK(footprint->shared_outside == before.shared_outside);
    CHECK(footprint->shared_inside == before.shared_inside);
    CHECK(footprint->unsettled == before.unsettled);
    CHECK(footprint->shmem == Bytes{2 * kMiB});
    CHECK(footprint->shmem_anonymous == Bytes{8 * kMiB});
    CHECK(mib(footprint->freed) >= 16 + 4 + 4);
    return;
  }
  FAIL("the machine did not hold still for one count");
}

TEST_CASE("the parts of a footprint are all of it", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = workers();
  const PidDirs dirs(family.pids());
  const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
  REQUIRE(footprint);
  CHECK(footprint->resident == footprint->freed + footprint->cached + footprint->shmem +
                                   footprint->shared_outside + footprint->unsettled);
  REQUIRE(footprint->processes.size() == 3);
  for (const auto& process : footprint->processes) {
    CHECK_FALSE(process.error);
    CHECK(process.resident ==
          process.private_ + process.shared_inside + process.shared_outside + process.unsettled);
  }
}

TEST_CASE("a process's resident frames are those in its page tables, each once", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = workers();
  const PidDirs dirs(family.pids());
  const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
  REQUIRE(footprint);
  for (std::size_t i = 0; i < 3; ++i) {
    std::set<std::uint64_t> frames;
    for (const auto& [address, word] : naive_pages(family.pids()[i])) {
      if (naive_present(word) && !is_zero_page(naive_frame(word))) frames.insert(naive_frame(word));
    }
    CHECK(footprint->processes[i].resident == Bytes{frames.size() * kPage.value});
  }
}

TEST_CASE("of one forked child alone only its own pages would come back", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = workers();
  const PidDirs dirs({family.pids()[1]});
  const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
  REQUIRE(footprint);
  CHECK(mib(footprint->freed) >= 4);            // what it rewrote, and some stack
  CHECK(mib(footprint->freed) <= 5);            // and what a sanitizer writes in it
  CHECK(mib(footprint->shared_outside) >= 20);  // 12 of the parent, 8 shared
  CHECK(footprint->shmem == Bytes{});
  CHECK(footprint->shared_inside == Bytes{});
}

TEST_CASE("a process that has ended is no error of the set", "[sample]") {
  if (!can_read_frames()) return;
  const PidDirs ended = [] {
    const Family family([] {}, {});
    return PidDirs(family.pids());
  }();
  const auto alone = measure_footprint(ended.pointers(), *ProcFs::open());
  REQUIRE(alone);
  REQUIRE(alone->processes.size() == 1);
  REQUIRE(alone->processes[0].error);
  CHECK(alone->processes[0].error->code == Errc::gone);
  CHECK(alone->resident == Bytes{});
}

TEST_CASE("a kernel thread has no frames, and says that it has no memory", "[sample]") {
  if (!can_read_frames()) return;
  const PidDirs dirs({2});
  const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
  REQUIRE(footprint);
  CHECK(footprint->resident == Bytes{});
  REQUIRE(footprint->processes[0].error);
  CHECK(footprint->processes[0].error->code == Errc::no_memory);
}

TEST_CASE("a footprint is denied to an ordinary user, and its bounds are not", "[sample]") {
  if (!can_read_frames()) return;
  CHECK(as_nobody([] {
    const PidDirs self({::getpid()});
    const auto footprint = measure_footprint(self.pointers(), *ProcFs::open());
    const auto bounds = footprint_bounds(self.pointers());
    return !footprint && footprint.error().code == Errc::denied && bounds && bounds->resident.most.value > 0;
  }));
}

TEST_CASE("the footprint lies between its bounds", "[sample]") {
  if (!can_read_frames()) return;
  const auto family = workers();
  for (const auto& pids : {family.pids(), std::vector{family.pids()[1]}}) {
    const PidDirs dirs(pids);
    const auto footprint = measure_footprint(dirs.pointers(), *ProcFs::open());
    const auto bounds = footprint_bounds(dirs.pointers());
    REQUIRE(footprint);
    REQUIRE(bounds);
    const auto holds = [](Bounds bound, Bytes value) { return bound.least <= value && value <= bound.most; };
    CHECK(holds(bounds->resident, footprint->resident));
    CHECK(holds(bounds->only_inside, footprint->freed + footprint->cached + footprint->shmem));
    CHECK(holds(bounds->freed, footprint->freed));
    CHECK(bounds->unread.empty());
  }
}

TEST_CASE("footprint_bounds adds up what may be added", "[sample]") {
  FakeProc proc;
  proc.file(1, "smaps_rollup",
            "00-ff ---p 00000000 00:00 0    [rollup]\nRss: 100 kB\nPss: 60 kB\nPss_Anon: 40 "
            "kB\nShared_Clean: 30 kB\n"
            "Shared_Dirty: 20 kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: 40 kB\nAnonymous: 70 kB\nSwap: 8 "
            "kB\nSwapPss: 4 kB\n");
  proc.file(
      2, "smaps_rollup",
      "00-ff ---p 00000000 00:00 0    [rollup]\nRss: 10 kB\nPss: 5 kB\nPss_Anon: 1 kB\nShared_Clean: 8 kB\n"
      "Shared_Dirty: 0 kB\nPrivate_Clean: 2 kB\nPrivate_Dirty: 0 kB\nAnonymous: 2 kB\nSwap: 1 kB\nSwapPss: 1 "
      "kB\n");
  const auto one = proc.pid(1);
  const auto two = proc.pid(2);
  const auto bounds = footprint_bounds(std::vector{&one, &two});
  REQUIRE(bounds);
  const auto kib = [](std::uint64_t value) { return Bytes{value * 1024}; };
  CHECK(bounds->resident.least == kib(100));  // one of them alone has more than the sum of PSS, 65
  CHECK(bounds->resident.most == kib(110));
  CHECK(bounds->only_inside.least == kib(52));
  CHECK(bounds->only_inside.most == kib(65 + 2));  // 1 for the rounding of each
  CHECK(bounds->freed.least == kib(20));           // 70 - 50; of the second all may be shared
  CHECK(bounds->freed.most == kib(41 + 2));
  CHECK(bounds->swap.least == kib(8));
  CHECK(bounds->swap.most == kib(9));
}

TEST_CASE("footprint_bounds says which processes it could not read, and fails when none could", "[sample]") {
  FakeProc proc;
  proc.file(1, "smaps_rollup", "00-ff ---p 0 00:00 0    [rollup]\nRss: 4 kB\nPss: 4 kB\n");
  proc.file(2, "stat", "");
  const auto one = proc.pid(1);
  const auto two = proc.pid(2);
  const auto bounds = footprint_bounds(std::vector{&one, &two});
  REQUIRE(bounds);
  REQUIRE(bounds->unread.size() == 1);
  CHECK(bounds->unread[0].pid == Pid{2});
  const auto none = footprint_bounds(std::vector{&two});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::unsupported);
}

}  // namespace
}  // namespace pageloupe
