// SPDX-License-Identifier: MIT
#include "proc/numa_maps.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

NumaMapping parsed(std::string_view line) {
  NumaMapping mapping;
  REQUIRE(parse_numa_line(line, mapping));
  return mapping;
}

TEST_CASE("a line of numa_maps tells the policy and the pages on each node", "[proc]") {
  const auto mapping = parsed(
      "7f3a5c000000 interleave:0-3 anon=1024 dirty=1020 mapmax=3 swapcache=2 active=7 writeback=1 N0=256 "
      "N1=256 N3=512 "
      "kernelpagesize_kB=4");
  CHECK(mapping.start == Address{0x7f3a5c000000});
  CHECK(mapping.policy == "interleave:0-3");
  CHECK(mapping.nodes == std::vector<NodePages>{{0, {256}}, {1, {256}}, {3, {512}}});
  CHECK(mapping.page_size == Bytes{4096});
  CHECK(mapping.anon == Pages{1024});
  CHECK(mapping.dirty == Pages{1020});
  CHECK(mapping.mapmax == 3);
  CHECK(mapping.swapcache == Pages{2});
  CHECK(mapping.active == Pages{7});
  CHECK(mapping.writeback == Pages{1});
}

TEST_CASE("a policy of numa_maps may have blanks, flags and nodes", "[proc]") {
  CHECK(parsed("1000 default").policy == "default");
  CHECK(parsed("1000 prefer:1 N1=2 kernelpagesize_kB=4").policy == "prefer:1");
  CHECK(parsed("1000 prefer (many):0,2 anon=1 N2=1").policy == "prefer (many):0,2");
  CHECK(parsed("1000 weighted interleave:0-1 anon=1 N0=1").policy == "weighted interleave:0-1");
  CHECK(parsed("1000 bind=static:0-1 anon=1 N0=1").policy == "bind=static:0-1");
  CHECK(parsed("1000 interleave=relative:0-1").policy == "interleave=relative:0-1");
  CHECK(parsed("1000 local").policy == "local");
  CHECK(parsed("1000 weighted interleave:0-1 anon=4 N0=4").anon == Pages{4});
}

TEST_CASE("huge pages of numa_maps are counted in pages of their size", "[proc]") {
  const auto mapping = parsed(
      "7f0000000000 default file=/anon_hugepage\\040(deleted) huge anon=3 dirty=3 N0=1 N1=2 "
      "kernelpagesize_kB=2048");
  CHECK(mapping.page_size == Bytes{2U << 20});
  CHECK(mapping.nodes == std::vector<NodePages>{{0, {1}}, {1, {2}}});
}

TEST_CASE("a file's name in numa_maps is never taken for a count", "[proc]") {
  const auto mapping = parsed("1000 default file=/tmp/anon=7 mapped=1 N0=1 kernelpagesize_kB=4");
  CHECK(mapping.anon == Pages{0});
  CHECK(mapping.mapped == Pages{1});
  CHECK(parsed("1000 default file=/tmp/N0=x stack heap").nodes.empty());
}

TEST_CASE("what a later kernel adds to numa_maps is passed over", "[proc]") {
  CHECK(parsed("1000 default tomorrow=x NEW=9 Nothing=1 later N0=1").nodes.size() == 1);
}

TEST_CASE("a line of numa_maps of another shape is refused", "[proc]") {
  NumaMapping mapping;
  for (const auto* line :
       {"", "1000", "zzz default", "1000 default anon=", "1000 default N0=x", "1000 default N1=1 N0=1",
        "1000 default N99999999999=1", "1000 default kernelpagesize_kB=0",
        "1000 default kernelpagesize_kB=99999999999999999999"}) {
    INFO(line);
    CHECK_FALSE(parse_numa_line(line, mapping));
  }
}

TEST_CASE("what one line of numa_maps said is not in the next", "[proc]") {
  NumaMapsReader reader(
      descriptor_with("1000 bind:1 anon=2 mapmax=2 N1=2 kernelpagesize_kB=4\n2000 default\n"));
  NumaMapping mapping;
  REQUIRE(reader.next(mapping).value());
  REQUIRE(reader.next(mapping).value());
  CHECK(mapping.nodes.empty());
  CHECK(mapping.anon == Pages{0});
  CHECK(mapping.mapmax == 0);
  CHECK_FALSE(mapping.page_size);
  CHECK_FALSE(reader.next(mapping).value());
}

TEST_CASE("numa_maps that is cut is malformed, with its line", "[proc]") {
  NumaMapsReader reader(descriptor_with("1000 default\n2000 defau"));
  NumaMapping mapping;
  REQUIRE(reader.next(mapping).value());
  const auto end = reader.next(mapping);
  REQUIRE_FALSE(end);
  CHECK(end.error().code == Errc::malformed);
  CHECK(end.error().line == 2);
}

}  // namespace
}  // namespace pageloupe
