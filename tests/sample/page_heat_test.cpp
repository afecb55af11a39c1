// SPDX-License-Identifier: MIT
#include "sample/page_heat.h"

#include <sys/mman.h>
#include <unistd.h>

#include "support/catch.h"

using namespace pageloupe;

namespace {

// A mapping of this process, of small pages, none of them touched.
class Mapping {
 public:
  explicit Mapping(std::size_t pages)
      : size_(pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
        start_(static_cast<char*>(::mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    REQUIRE(start_ != MAP_FAILED);
    ::madvise(start_, size_, MADV_NOHUGEPAGE);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(start_, size_); }

  void touch(std::size_t page) { start_[page * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))] = 1; }
  [[nodiscard]] AddressRange range() const {
    const auto start = reinterpret_cast<std::uintptr_t>(start_);
    return {{start}, {start + size_}};
  }

 private:
  std::size_t size_;
  char* start_;
};

std::vector<HeatRange> heat_of_self(std::vector<AddressRange> ranges, std::size_t parts) {
  const auto procfs = ProcFs::open();
  REQUIRE(procfs);
  const auto dir = procfs->pid({::getpid()});
  REQUIRE(dir);
  auto heat = read_page_heat(*dir, std::move(ranges),
                             Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))}, parts);
  REQUIRE(heat);
  return *heat;
}

}  // namespace

TEST_CASE("heat tells which part of a mapping is present, and neighbours of one share are one", "[sample]") {
  Mapping mapping(400);
  for (std::size_t page = 0; page < 100; ++page) mapping.touch(page);
  for (std::size_t page = 300; page < 400; page += 2) mapping.touch(page);
  const auto heat = heat_of_self({mapping.range()}, 100);
  REQUIRE(heat.size() == 3);
  CHECK(heat[0].share == 1.0);
  CHECK(heat[1].share == 0.0);
  CHECK(heat[2].share == 0.5);
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  CHECK(heat[0].start == mapping.range().start);
  CHECK(heat[1].start == Address{mapping.range().start.value + 100 * page});
  CHECK(heat[2].start == Address{mapping.range().start.value + 300 * page});
  CHECK(heat[2].end == mapping.range().end);
}

TEST_CASE("heat of fewer pages than parts, of a last part that is smaller, and of terabytes of nothing",
          "[sample]") {
  Mapping small(3);
  small.touch(1);
  auto heat = heat_of_self({small.range()}, 1000);
  REQUIRE(heat.size() == 3);
  CHECK(heat[1].share == 1.0);

  Mapping uneven(7);
  uneven.touch(6);
  heat = heat_of_self({uneven.range()}, 3);  // parts of 3, 3 and 1 pages
  REQUIRE(heat.size() == 2);
  CHECK(heat[0].share == 0.0);
  CHECK(heat[1].share == 1.0);

  Mapping huge(std::size_t{1} << 28);  // 1 TiB
  huge.touch(12345);
  heat = heat_of_self({huge.range()}, 256);
  REQUIRE(heat.size() == 2);
  CHECK(heat[0].share > 0);
  CHECK(heat[0].share < 1e-5);
  CHECK(heat[1].share == 0.0);
}
