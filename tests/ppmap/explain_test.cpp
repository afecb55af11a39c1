// SPDX-License-Identifier: MIT
#include "ppmap/explain.h"

#include <algorithm>

#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::ppmap;

namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

struct Mapping {
  std::uint64_t start = 0;  // in MiB, as the rest
  std::uint64_t size = 0;
  std::uint64_t rss = 0;
  VmaKind kind = VmaKind::anon;
  const char* perms = "rw-p";
  const char* name = "";
  std::uint64_t inode = 0;
  std::vector<std::pair<SmapsKey, std::uint64_t>> usage{};
};

VmaRow row_of(const Mapping& mapping) {
  VmaRow row;
  auto& vma = row.record.vma;
  vma.start = {mapping.start * kMiB};
  vma.end = {(mapping.start + mapping.size) * kMiB};
  vma.perms = {.read = mapping.perms[0] == 'r',
               .write = mapping.perms[1] == 'w',
               .execute = mapping.perms[2] == 'x',
               .shared = mapping.perms[3] == 's'};
  vma.name = mapping.name;
  vma.inode = mapping.inode;
  row.identity.kind = mapping.kind;
  row.has_usage = true;
  row.record.vm_flags = "rd wr mr mw me ac";
  row.record.usage.set(SmapsKey::rss, mapping.rss * kMiB);
  row.record.usage.set(SmapsKey::thp_eligible, 0);
  for (const auto& [key, value] : mapping.usage) row.record.usage.set(key, value * kMiB);
  return row;
}

ExplainFacts facts_of(const std::vector<Mapping>& mappings) {
  ExplainFacts facts;
  facts.pid = Pid{77};
  facts.threads = 4;
  FactsCollector collector(facts);
  for (const auto& mapping : mappings) collector.add(row_of(mapping));
  return facts;
}

// What is said under that topic; empty where nothing is.
std::string said(const ExplainFacts& facts, std::string_view topic) {
  const auto statements = explain(facts);
  const auto found = std::ranges::find(statements, topic, &Statement::topic);
  return found == statements.end() ? std::string{} : found->text;
}
std::string said(const std::vector<Mapping>& mappings, std::string_view topic) {
  return said(facts_of(mappings), topic);
}

}  // namespace

TEST_CASE("the first statement is about the whole, and adds up", "[explain]") {
  const auto facts = facts_of({{.start = 1, .size = 10, .rss = 2}, {.start = 20, .size = 30, .rss = 8}});
  const auto statements = explain(facts);
  REQUIRE_FALSE(statements.empty());
  CHECK(statements[0].topic == "whole");
  CHECK(statements[0].text ==
        "It reserves 40.0M in 2 mappings; 10.0M of that is resident (25%) and 30.0M was never touched.");
  CHECK(statements[0].figures[0].name == "size_bytes");
  CHECK(statements[0].figures[0].value == Value(Bytes{40 * kMiB}));
  CHECK(statements[0].see == "ppmap 77");
}

TEST_CASE("what dominates is told where something does", "[explain]") {
  CHECK(said({{.start = 1, .size = 10, .rss = 9}, {.start = 20, .size = 5, .rss = 1, .kind = VmaKind::heap}},
             "dominant")
            .starts_with("9.0M of the 10.0M resident (90%) is anon"));
  CHECK(said({{.start = 1, .size = 3, .rss = 1},
              {.start = 20, .size = 5, .rss = 1, .kind = VmaKind::heap},
              {.start = 30, .size = 5, .rss = 1, .kind = VmaKind::jit}},
             "dominant")
            .empty());
}

TEST_CASE("memory that was reserved and never touched is told, with where most of it is", "[explain]") {
  CHECK(said({{.start = 1, .size = 100, .rss = 10}}, "untouched").contains("90.0M of writable"));
  CHECK(said({{.start = 1, .size = 100, .rss = 99}}, "untouched").empty());
  // Stacks are meant to be so, and what has no access is told apart.
  CHECK(said({{.start = 1, .size = 100, .kind = VmaKind::thread_stack}}, "untouched").empty());
  const std::vector<Mapping> held{{.start = 1, .size = 100, .kind = VmaKind::reserved, .perms = "---p"}};
  CHECK(said(held, "untouched").empty());
  CHECK(said(held, "no-access").starts_with("100M in 1 mapping has no access"));
  CHECK(said({{.start = 1, .size = 10, .kind = VmaKind::reserved, .perms = "---p"}}, "no-access").empty());
}

TEST_CASE("sharing is told by its sort", "[explain]") {
  const std::vector<Mapping> forked{{.start = 1,
                                     .size = 10,
                                     .rss = 10,
                                     .usage = {{SmapsKey::shared_dirty, 8},
                                               {SmapsKey::pss, 6},
                                               {SmapsKey::private_dirty, 2},
                                               {SmapsKey::private_clean, 0}}}};
  CHECK(said(forked, "fork").starts_with("8.0M of private anonymous memory is shared"));
  CHECK(said(forked, "shared").contains("8.0M of the resident (80%)"));
  CHECK(said(forked, "shared").contains("would free 2.0M"));
  const std::vector<Mapping> library{{.start = 1,
                                      .size = 10,
                                      .rss = 10,
                                      .kind = VmaKind::lib_text,
                                      .perms = "r-xp",
                                      .name = "/lib/x.so",
                                      .inode = 5,
                                      .usage = {{SmapsKey::shared_clean, 1}}}};
  CHECK(said(library, "fork").empty());
  CHECK(said(library, "shared").empty());
  CHECK(said({{.start = 1, .size = 8, .rss = 4, .kind = VmaKind::posix_shm, .perms = "rw-s", .inode = 9}},
             "shared-memory")
            .starts_with(
                "8.0M of shared memory (shm, memfd, shared anonymous) is reserved in 1 mapping, 4.0M"));
  CHECK(said(library, "shared-memory").empty());
}

TEST_CASE("arenas of malloc are pairs that begin at a multiple of 64 MiB", "[explain]") {
  const auto arena = [](std::uint64_t start, std::uint64_t used) {
    return std::vector<Mapping>{
        {.start = start, .size = used, .rss = 1},
        {.start = start + used, .size = 64 - used, .kind = VmaKind::reserved, .perms = "---p"}};
  };
  auto two = arena(640, 1);
  std::ranges::copy(arena(704, 3), std::back_inserter(two));
  CHECK(said(two, "arenas").starts_with("2 arenas of glibc's malloc reserve 128M for 4 threads, and 2.0M"));
  CHECK(said(arena(640, 1), "arenas").empty());
  auto elsewhere = arena(641, 1);
  std::ranges::copy(arena(706, 3), std::back_inserter(elsewhere));
  CHECK(said(elsewhere, "arenas").empty());
}

TEST_CASE("stacks, the heap, swap and locked memory are told where there is enough of them", "[explain]") {
  std::vector<Mapping> stacks;
  for (std::uint64_t i = 0; i < 8; ++i)
    stacks.push_back({.start = 10 * i, .size = 8, .kind = VmaKind::thread_stack});
  CHECK(said(stacks, "stacks").starts_with("8 thread stacks reserve 64.0M, 8.0M each"));
  stacks.pop_back();
  CHECK(said(stacks, "stacks").empty());
  CHECK(said({{.start = 1, .size = 40, .rss = 40, .kind = VmaKind::heap, .name = "[heap]"}}, "heap")
            .contains("malloc_trim"));
  CHECK(said({{.start = 1, .size = 40, .rss = 4, .kind = VmaKind::heap, .name = "[heap]"}}, "heap").empty());
  CHECK(said({{.start = 1, .size = 40, .rss = 4, .usage = {{SmapsKey::swap, 5}}}}, "swap")
            .starts_with("5.0M is in swap"));
  CHECK(said({{.start = 1, .size = 40, .rss = 4, .usage = {{SmapsKey::swap, 0}}}}, "swap").empty());
  CHECK(said({{.start = 1, .size = 4, .rss = 4, .usage = {{SmapsKey::locked, 4}}}}, "locked")
            .starts_with("4.0M is locked"));
  CHECK(said({{.start = 1, .size = 4, .rss = 4}}, "locked").empty());
  CHECK(said({{.start = 1, .size = 9, .rss = 9, .usage = {{SmapsKey::lazy_free, 5}}}}, "lazily-freed")
            .contains("MADV_FREE"));
  CHECK(said({{.start = 1, .size = 9, .rss = 9}}, "lazily-freed").empty());
}

TEST_CASE("deleted files are told with the largest", "[explain]") {
  CHECK(said({{.start = 1,
               .size = 9,
               .rss = 1,
               .kind = VmaKind::deleted,
               .name = "/tmp/x (deleted)",
               .inode = 7}},
             "deleted")
            .contains("such as x (deleted)"));
  CHECK(said({{.start = 1, .size = 9, .rss = 1, .kind = VmaKind::file, .name = "/tmp/x", .inode = 7}},
             "deleted")
            .empty());
  // Shared anonymous memory is called deleted by the kernel, and is no file.
  CHECK(said({{.start = 1,
               .size = 9,
               .kind = VmaKind::shared_anon,
               .perms = "rw-s",
               .name = "/dev/zero (deleted)",
               .inode = 7}},
             "deleted")
            .empty());
}

TEST_CASE("huge pages are recommended where memory in small ones fills them", "[explain]") {
  const std::vector<Mapping> small{{.start = 2, .size = 64, .rss = 64}};
  CHECK(said(small, "huge-pages").contains("TLB entries fewer"));
  CHECK(said(small, "in-huge-pages").empty());
  const std::vector<Mapping> huge{
      {.start = 2, .size = 64, .rss = 64, .usage = {{SmapsKey::anon_huge_pages, 64}}}};
  CHECK(said(huge, "huge-pages").empty());
  CHECK(said(huge, "in-huge-pages").starts_with("64.0M is in huge pages (100%"));
  CHECK(said({{.start = 2, .size = 8, .rss = 8, .kind = VmaKind::hugetlb, .perms = "rw-s", .inode = 3}},
             "huge-page-pool")
            .contains("huge page pool"));
  CHECK(said(small, "huge-page-pool").empty());
}

TEST_CASE("limits are told when they are near", "[explain]") {
  auto facts = facts_of({{.start = 1, .size = 1, .rss = 1}});
  facts.limits = {{.name = "mappings",
                   .unit = "mappings",
                   .used = std::uint64_t{60'000},
                   .limit = std::uint64_t{65'530},
                   .set_by = "vm.max_map_count"}};
  CHECK(said(facts, "limit")
            .starts_with("Of the limit mappings (vm.max_map_count), 60000 of 65530 are used (92%)"));
  facts.limits[0].used = std::uint64_t{100};
  CHECK(said(facts, "limit").empty());
  facts.limits[0].limit = Errc::not_applicable;
  CHECK(said(facts, "limit").empty());
  CHECK(said(facts, "cgroup").empty());
  facts.cgroup.emplace();
  facts.cgroup->current = Bytes{90 * kMiB};
  facts.cgroup->max = std::optional(Bytes{100 * kMiB});
  CHECK(said(facts, "cgroup").starts_with("Its cgroup has 90.0M of the 100M that it may have (90%)"));
  facts.cgroup->max = std::optional<Bytes>{};
  CHECK(said(facts, "cgroup").empty());
}
