// SPDX-License-Identifier: MIT
#include "sample/cgroup_memory.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

TEST_CASE("the memory of a cgroup of version 2 is a size, its limit a size or none", "[sample]") {
  const FakeProc files;
  files.file("app.slice/memory.current", "4096\n");
  files.file("app.slice/memory.max", "max\n");
  files.file("app.slice/memory.high", "1048576\n");
  files.file("app.slice/memory.peak", "x\n");
  const auto memory = read_cgroup_memory(files.root().string(), {.path = "/app.slice", .v2 = true});
  CHECK(memory.current == Bytes{4096});
  REQUIRE(memory.max);
  CHECK_FALSE(memory.max->has_value());
  REQUIRE(memory.high);
  CHECK(*memory.high == Bytes{1048576});
  CHECK(memory.peak.error() == Errc::malformed);
  CHECK(memory.swap.error() == Errc::unsupported);
  CHECK(memory.swap_max.error() == Errc::unsupported);
}

TEST_CASE("version 2 is below unified where version 1 is mounted, too", "[sample]") {
  const FakeProc files;
  files.file("unified/a/memory.current", "1\n");
  files.file("memory/a/memory.usage_in_bytes", "2\n");
  const auto root = files.root().string();
  CHECK(read_cgroup_memory(root, {.path = "/a", .v2 = true}).current == Bytes{1});
  CHECK(read_cgroup_memory(root, {.path = "/a", .v2 = false}).current == Bytes{2});
}

TEST_CASE("the largest number of version 1 is no limit", "[sample]") {
  const FakeProc files;
  files.file("memory/a/memory.limit_in_bytes", "9223372036854771712\n");
  files.file("memory/b/memory.limit_in_bytes", "1073741824\n");
  const auto root = files.root().string();
  const auto none = read_cgroup_memory(root, {.path = "/a"});
  REQUIRE(none.max);
  CHECK_FALSE(none.max->has_value());
  CHECK(*read_cgroup_memory(root, {.path = "/b"}).max == Bytes{1073741824});
}

TEST_CASE("a cgroup that is gone has no memory, one outside of the namespace is not asked", "[sample]") {
  const FakeProc files;
  const auto root = files.root().string();
  CHECK(read_cgroup_memory(root, {.path = "/none", .v2 = true}).current.error() == Errc::gone);
  CHECK(read_cgroup_memory(root, {.path = "/../x", .v2 = true}).max.error() == Errc::not_applicable);
}

}  // namespace
}  // namespace pageloupe
