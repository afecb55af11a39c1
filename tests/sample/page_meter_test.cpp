// SPDX-License-Identifier: MIT
#include "sample/page_meter.h"

#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc/smaps.h"
#include "sample/mapped_file.h"
#include "support/catch.h"
#include "support/fake_proc.h"
#include "support/family.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;
constexpr std::uint64_t kFile = std::uint64_t{1} << 61;
constexpr std::uint64_t kExclusive = std::uint64_t{1} << 56;

constexpr std::uint64_t bit(KpageFlag flag) { return std::uint64_t{1} << static_cast<unsigned>(flag); }

// The words of a file from one place on; what lies before is nothing.
std::string words_at(std::size_t first, std::initializer_list<std::uint64_t> words) {
  std::string text(first * sizeof(std::uint64_t), '\0');
  for (const auto word : words) {
    std::array<char, sizeof word> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    text.append(bytes.data(), bytes.size());
  }
  return text;
}

const Vma kVma{.start = {0x10000}, .end = {0x18000}};  // eight pages
constexpr PageWants kAll{.frames = true, .counts = true, .live = false};

PageUse measure(const FakeProc& proc, const PageWants& wants = kAll) {
  const auto dir = proc.pid(7);
  PageMeter meter(dir, proc.procfs(), wants);
  const auto use = meter.measure(kVma, VmaKind::anon);
  REQUIRE(use);
  return *use;
}

TEST_CASE("pages are counted by what pagemap, kpageflags and kpagecount say of them", "[sample]") {
  const FakeProc proc;
  // Frames upwards, downwards, the same one twice; a hole, a place in swap.
  proc.file(7, "pagemap",
            words_at(16, {kPresent | kExclusive | 1, kPresent | kExclusive | 2, kPresent | kFile | 6,
                          kPresent | kFile | 5, kPresent | 3, kPresent | 3, 0, kSwapped | 9 << 5 | 2}));
  proc.file("kpageflags", words_at(1, {bit(KpageFlag::anon) | bit(KpageFlag::lru),
                                       bit(KpageFlag::anon) | bit(KpageFlag::ksm), bit(KpageFlag::zero_page),
                                       0, bit(KpageFlag::dirty), bit(KpageFlag::huge)}));
  proc.file("kpagecount", words_at(1, {1, 1, 0, 0, 5, 2}));
  const auto use = measure(proc);
  REQUIRE(use.table);
  CHECK(use.table->present == Bytes{6 * 4096});
  CHECK(use.table->file == Bytes{2 * 4096});
  CHECK(use.table->exclusive == Bytes{2 * 4096});
  CHECK(use.table->swapped == Bytes{4096});
  REQUIRE(use.frames);
  CHECK(use.frames->rss == Bytes{3 * 4096});
  CHECK(use.frames->of(place_of(KpageFlag::anon)) == Bytes{2 * 4096});
  CHECK(use.frames->of(place_of(KpageFlag::lru)) == Bytes{4096});
  CHECK(use.frames->of(place_of(KpageFlag::ksm)) == Bytes{4096});
  CHECK(use.frames->of(place_of(KpageFlag::zero_page)) == Bytes{2 * 4096});
  CHECK(use.frames->of(place_of(KpageFlag::dirty)) == Bytes{4096});
  CHECK(use.frames->of(place_of(KpageFlag::huge)) == Bytes{4096});
  REQUIRE(use.counts);
  CHECK(use.counts->once == Bytes{2 * 4096});
  CHECK(use.counts->more == Bytes{2 * 4096});
}

TEST_CASE("the kernel's own frames are a process's memory only where their mappings are counted",
          "[sample]") {
  const FakeProc proc;
  proc.file(7, "pagemap", words_at(16, {kPresent | kFile | 1, kPresent | 2, kPresent | 9, 0, 0, 0, 0, 0}));
  proc.file("kpageflags", words_at(1, {bit(KpageFlag::reserved), bit(KpageFlag::reserved)}));
  proc.file("kpagecount", words_at(1, {3, 0}));
  const auto use = measure(proc, {.frames = true, .live = false});
  REQUIRE(use.frames);
  CHECK(use.frames->rss == Bytes{4096});
  // One without a count, and one that lies behind the end of the machine's memory: a device's.
  CHECK(use.frames->special == Bytes{2 * 4096});
}

TEST_CASE("the tail of a larger page has the flags of its head, which old kernels give to the head alone",
          "[sample]") {
  const auto head =
      bit(KpageFlag::compound_head) | bit(KpageFlag::thp) | bit(KpageFlag::lru) | bit(KpageFlag::anon);
  const auto tail = bit(KpageFlag::compound_tail) | bit(KpageFlag::thp);
  const FakeProc proc;
  proc.file("kpageflags", words_at(4, {head, tail, tail, tail}));
  proc.file("kpagecount", words_at(4, {1, 1, 1, 1}));
  SECTION("seen from its head on") {
    proc.file(7, "pagemap",
              words_at(16, {kPresent | 4, kPresent | 5, kPresent | 6, kPresent | 7, 0, 0, 0, 0}));
    CHECK(measure(proc).frames->of(place_of(KpageFlag::lru)) == Bytes{4 * 4096});
  }
  SECTION("seen without its head, and from behind") {
    proc.file(7, "pagemap", words_at(16, {kPresent | 7, kPresent | 6, 0, kPresent | 6, 0, 0, 0, 0}));
    CHECK(measure(proc).frames->of(place_of(KpageFlag::anon)) == Bytes{3 * 4096});
  }
}

TEST_CASE("what could not be read is a reason and never 0", "[sample]") {
  const FakeProc proc;
  SECTION("no pagemap") {
    proc.file(7, "stat", "");
    const auto use = measure(proc);
    CHECK(use.table.error() == Errc::unsupported);
    CHECK(use.frames.error() == Errc::unsupported);
    CHECK(use.counts.error() == Errc::unsupported);
  }
  proc.file(7, "pagemap", words_at(16, {kPresent | 1, 0, 0, 0, 0, 0, 0, 0}));
  SECTION("no kpageflags") {
    const auto use = measure(proc);
    CHECK(use.table->present == Bytes{4096});
    CHECK(use.frames.error() == Errc::unsupported);
    CHECK(use.counts.error() == Errc::unsupported);
  }
  proc.file("kpageflags", words_at(1, {0}));
  SECTION("no kpagecount") {
    const auto use = measure(proc);
    CHECK(use.frames->rss == Bytes{4096});
    CHECK(use.counts.error() == Errc::unsupported);
  }
  SECTION("frame numbers that are hidden") {
    proc.file(7, "pagemap", words_at(16, {kPresent, 0, 0, 0, 0, 0, 0, kSwapped}));
    const auto use = measure(proc);
    CHECK(use.table->present == Bytes{4096});
    CHECK(use.table->swapped == Bytes{4096});
    CHECK(use.frames.error() == Errc::denied);
  }
  SECTION("what was not asked for") {
    CHECK(measure(proc, {.live = false}).frames.error() == Errc::not_sampled);
    CHECK(measure(proc).cache.error() == Errc::not_sampled);
  }
  SECTION("an address space that has ended") {
    proc.file(7, "pagemap", words_at(16, {kPresent | 1}));
    const auto dir = proc.pid(7);
    PageMeter meter(dir, proc.procfs(), kAll);
    CHECK(meter.measure(kVma, VmaKind::anon).error().code == Errc::gone);
  }
}

TEST_CASE("all ways to read the pagemap of a paused process give the same use of its pages", "[sample]") {
  const Family family(
      [] {
        constexpr std::size_t kSize = std::size_t{256} << 20;
        char* const memory = map_memory(kSize, MAP_PRIVATE | MAP_NORESERVE);
        for (std::size_t at = 0; at < kSize; at = at * 2 + 12288) write_pages(memory + at, 8192);
        read_pages(memory + kSize - 65536, 65536);
        (void)map_memory(kSize, MAP_PRIVATE | MAP_NORESERVE);
      },
      {});
  const PidDirs dirs({family.parent()});
  const auto& dir = *dirs.pointers()[0];
  const auto procfs = *ProcFs::open();
  const auto wants = [](PagemapMethod method) { return PageWants{.frames = true, .method = method}; };
  PageMeter read(dir, procfs, wants(PagemapMethod::read));
  PageMeter scan(dir, procfs, wants(PagemapMethod::scan));
  PageMeter automatic(dir, procfs, wants(PagemapMethod::automatic));
  MapsReader maps(std::move(*dir.open("maps")));
  VmaRecord record;
  Bytes present;
  while (maps.next(record).value_or(false)) {
    const auto expected = read.measure(record.vma, VmaKind::anon);
    REQUIRE(expected);
    for (auto* const meter : {&scan, &automatic}) {
      const auto use = meter->measure(record.vma, VmaKind::anon);
      REQUIRE(use);
      CHECK(use->table == expected->table);
      CHECK(use->frames.has_value() == expected->frames.has_value());
      if (use->frames && expected->frames) CHECK(use->frames->rss == expected->frames->rss);
    }
    present += expected->table->present;
  }
  CHECK(present >= Bytes{30 * 4096});
}

// A file of so many pages, with nothing of it in the page cache but what was written.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::size_t size) : fd_(::open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
    const std::string text(size, 'x');
    REQUIRE(::write(fd_.get(), text.data(), text.size()) == static_cast<ssize_t>(size));
  }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

TEST_CASE("cachestat and mincore say the same of a file that is in the page cache", "[proc]") {
  const TemporaryFile file(12 * 4096);
  const FileRange range{.offset = {4 * 4096}, .size = {64 * 4096}};  // goes beyond the end
  const auto by_mincore = cache_use(file.fd(), range, Bytes{4096}, CacheMethod::mincore);
  REQUIRE(by_mincore);
  CHECK(by_mincore->cached == Bytes{8 * 4096});
  CHECK_FALSE(by_mincore->dirty);
  const auto by_cachestat = cache_use(file.fd(), range, Bytes{4096}, CacheMethod::cachestat);
  if (!by_cachestat && by_cachestat.error().code == Errc::unsupported) return;  // before Linux 6.5
  REQUIRE(by_cachestat);
  CHECK(by_cachestat->cached == Bytes{8 * 4096});
  CHECK(cache_use(file.fd(), range, Bytes{4096})->cached == Bytes{8 * 4096});
}

TEST_CASE("mincore is not asked of another's file, of which the kernel says that all is resident", "[proc]") {
  if (::geteuid() != 0) return;
  UniqueFd foreign(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  CHECK(as_nobody([&] {
    const auto use = cache_use(foreign.get(), {.size = {4096}}, Bytes{4096}, CacheMethod::mincore);
    return !use && use.error().code == Errc::denied;
  }));
}

TEST_CASE("a mapping without a file, or of no regular file, has no part of the page cache", "[sample]") {
  const auto procfs = *ProcFs::open();
  const auto cache = [&](const Vma& vma, VmaKind kind) {
    return cache_of(procfs, Pid{::getpid()}, vma, kind, Bytes{4096}, true);
  };
  CHECK(cache({.start = {0x1000}, .end = {0x2000}}, VmaKind::anon).error() == Errc::not_applicable);
  CHECK(
      cache({.start = {0x1000}, .end = {0x2000}, .inode = 5, .name = "/dev/null"}, VmaKind::device).error() ==
      Errc::not_applicable);
  struct stat about{};
  REQUIRE(::stat("/dev/null", &about) == 0);
  const Vma null{.start = {0x1000},
                 .end = {0x2000},
                 .device = {.major = static_cast<std::uint32_t>(about.st_dev >> 8),
                            .minor = static_cast<std::uint32_t>(about.st_dev & 0xff)},
                 .inode = about.st_ino,
                 .name = "/dev/null"};
  CHECK(cache(null, VmaKind::file).error() == Errc::not_applicable);
}

}  // namespace
}  // namespace pageloupe
