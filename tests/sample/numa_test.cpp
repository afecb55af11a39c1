// SPDX-License-Identifier: MIT
#include "sample/numa.h"

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

constexpr Bytes kMiB{1U << 20};
constexpr Bytes kPage{4096};

// Fields 1 to 39, of which the last is the CPU.
std::string stat_on(int cpu) {
  return "7 (x) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 " +
         std::to_string(cpu) + "\n";
}

class FakeNodes {
 public:
  FakeNodes() : root_(proc_.root() / "node") { std::filesystem::create_directory(root_); }
  void file(const std::string& path, std::string_view text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  [[nodiscard]] std::string directory() const { return root_.string(); }

 private:
  FakeProc proc_;
  std::filesystem::path root_;
};

TEST_CASE("the nodes of a machine and their CPUs are read, and one may be of memory alone", "[sample]") {
  const FakeNodes sys;
  sys.file("online", "0-1,3\n");
  sys.file("node0/cpulist", "0-3,8-11\n");
  sys.file("node1/cpulist", "4-7\n");
  sys.file("node3/cpulist", "\n");
  const auto nodes = numa_nodes(sys.directory());
  REQUIRE(nodes);
  REQUIRE(nodes->size() == 3);
  CHECK((*nodes)[0].cpus == std::vector{0, 1, 2, 3, 8, 9, 10, 11});
  CHECK((*nodes)[1].cpus == std::vector{4, 5, 6, 7});
  CHECK((*nodes)[2].node == 3);
  CHECK((*nodes)[2].cpus.empty());
}

TEST_CASE("a kernel without nodes says so", "[sample]") {
  const FakeNodes sys;
  CHECK(numa_nodes(sys.directory()).error().code == Errc::unsupported);
  const FakeProc proc;
  proc.file(7, "stat", stat_on(0));
  CHECK(read_numa_map(proc.pid(7), kPage).error().code == Errc::unsupported);
}

TEST_CASE("numa_maps of a machine of several nodes gives bytes by node and mapping", "[sample]") {
  const FakeProc proc;
  proc.file(7, "numa_maps",
            "7f0000000000 interleave:0-1 anon=512 dirty=512 N0=256 N1=256 kernelpagesize_kB=4\n"
            "7f1000000000 bind:1 file=/anon_hugepage\\040(deleted) huge anon=3 dirty=3 N1=3 "
            "kernelpagesize_kB=2048\n"
            "7f2000000000 default\n");
  const auto map = read_numa_map(proc.pid(7), kPage);
  REQUIRE(map);
  REQUIRE(map->size() == 3);
  const auto& spread = map->at({0x7f0000000000});
  CHECK(spread.on(0) == kMiB);
  CHECK(spread.on(1) == kMiB);
  CHECK(spread.on(9) == Bytes{});
  CHECK(spread.unevenness() == 1.0);
  const auto& huge = map->at({0x7f1000000000});
  CHECK(huge.on(1) == Bytes{3 * 2 * kMiB.value});
  CHECK(huge.anon == Bytes{3 * 2 * kMiB.value});
  CHECK_FALSE(huge.unevenness());
  CHECK(map->at({0x7f2000000000}).all() == Bytes{});
}

TEST_CASE("an interleaved mapping that is not spread evenly says how far", "[sample]") {
  const NumaUse use{.policy = "interleave:0-1", .nodes = {Bytes{3 * 4096}, Bytes{4096}}};
  CHECK(use.unevenness() == 1.5);
  CHECK_FALSE(NumaUse{.policy = "interleave:0-1"}.unevenness());
}

TEST_CASE("threads are told by the node of the CPU that they last ran on", "[sample]") {
  const FakeProc proc;
  for (const auto& [tid, cpu] : {std::pair(7, 0), std::pair(8, 5), std::pair(9, 4)})
    proc.file(7, "task/" + std::to_string(tid) + "/stat", stat_on(cpu));
  const std::vector<NumaNode> nodes{{.node = 0, .cpus = {0, 1, 2, 3}}, {.node = 1, .cpus = {4, 5, 6, 7}}};
  CHECK(threads_by_node(proc.pid(7), nodes) == ThreadsByNode{{0, 1}, {1, 2}});
}

TEST_CASE("pages away from their threads are told in one sentence", "[sample]") {
  const std::vector<Bytes> by_node{{27 * 4096}, {73 * 4096}};
  CHECK(placement(by_node, {{0, 4}}, 2) == "73% of its pages are on node 1, its threads ran last on node 0");
  CHECK(placement(by_node, {{1, 1}}, 2) == "73% of its pages are on node 1, its threads ran last on node 1");
  CHECK(placement({{0}, {4096}, {4096}}, {{0, 1}, {1, 3}, {2, 1}}, 3) ==
        "50% of its pages are on node 1, its threads ran last on nodes 0, 1 and 2");
}

TEST_CASE("nothing is misplaced on one node, without pages, or without threads", "[sample]") {
  CHECK_FALSE(placement({{4096}}, {{0, 1}}, 1));
  CHECK_FALSE(placement({{0}, {0}}, {{0, 1}}, 2));
  CHECK_FALSE(placement({}, {{0, 1}}, 2));
  CHECK_FALSE(placement({{4096}, {0}}, {}, 2));
}

}  // namespace
}  // namespace pageloupe
