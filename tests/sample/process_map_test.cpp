// SPDX-License-Identifier: MIT
#include "sample/process_map.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

struct Shown {
  std::vector<VmaRow> rows{};
  Result<bool> last = true;
};

Shown read_all(ProcessMap& map) {
  Shown shown;
  for (shown.last = map.next(); shown.last && *shown.last; shown.last = map.next())
    shown.rows.push_back(map.row());
  return shown;
}

Shown read_all(const FakeProc& proc, MapPlan plan) {
  auto map = ProcessMap::open(proc.pid(7), plan);
  REQUIRE(map);
  return read_all(*map);
}

constexpr std::string_view kMaps =
    "00400000-00401000 r-xp 00000000 fe:00 9                                  /opt/prog\n"
    "00402000-00403000 rw-p 00002000 fe:00 9                                  /opt/prog\n"
    "00403000-00405000 rw-p 00000000 00:00 0 \n"
    "7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n"
    "7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n"
    "7f0000900000-7f0000901000 rw-s 00000000 00:01 131072                     /SYSV00000000 (deleted)\n";

TEST_CASE("a map without usage needs maps alone and labels what the kernel does not name", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", kMaps);
  proc.link(7, "exe", "/opt/prog");
  const auto shown = read_all(proc, {.usage = false});
  REQUIRE(shown.last);
  REQUIRE(shown.rows.size() == 6);
  CHECK(shown.rows[0].identity.kind == VmaKind::text);
  CHECK(shown.rows[2].label == "prog [bss]");
  CHECK(shown.rows[4].identity.kind == VmaKind::anon);
  CHECK(shown.rows[5].label == "[shmid=131072]");
  CHECK_FALSE(shown.rows[0].has_usage);
}

TEST_CASE("labels have the whole path where that is asked for, and stay where there is none", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", kMaps);
  proc.link(7, "exe", "/opt/prog");
  const auto shown = read_all(proc, {.whole_paths = true});
  REQUIRE(shown.rows.size() == 6);
  CHECK(shown.rows[0].label == "/opt/prog");
  CHECK(shown.rows[2].label == "/opt/prog [bss]");
  CHECK(shown.rows[4].label.empty());
  CHECK(shown.rows[5].label == "[shmid=131072]");
}

TEST_CASE("the stack of the directory's own thread is looked for where that is not the first", "[sample]") {
  const FakeProc proc;
  proc.file(9, "maps", kMaps);
  proc.file(9, "task/7/syscall", "");
  proc.file(9, "task/9/syscall", "202 0x0 0x0 0x0 0x0 0x0 0x0 0x7f0000800e30 0x400100\n");
  auto map = ProcessMap::open(proc.pid(9), {.leader = Pid{7}}).value();
  const auto shown = read_all(map);
  REQUIRE(shown.rows.size() == 6);
  CHECK(shown.rows[4].identity.tid == Pid{9});
}

TEST_CASE("a map with usage is read from smaps alone", "[sample]") {
  const FakeProc proc;
  proc.file(7, "smaps",
            "1000-2000 rw-p 00000000 00:00 0 \nRss:                   4 kB\nTomorrow:              8 kB\n");
  auto map = ProcessMap::open(proc.pid(7), {.usage = true}).value();
  const auto shown = read_all(map);
  REQUIRE(shown.rows.size() == 1);
  CHECK(shown.rows[0].has_usage);
  CHECK(shown.rows[0].record.usage.bytes(SmapsKey::rss) == Bytes{4096});
  REQUIRE(map.unknown_keys().size() == 1);
  CHECK(ProcessMap::open(proc.pid(7), {.usage = false}).error().code == Errc::unsupported);
}

TEST_CASE("the stack pointers of all threads but the first name their stacks", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", kMaps);
  proc.file(7, "task/7/syscall", "0 0x0 0x0 0x0 0x0 0x0 0x0 0x7f0000001800 0x400100\n");
  proc.file(7, "task/9/syscall", "202 0x0 0x0 0x0 0x0 0x0 0x0 0x7f0000800e30 0x400100\n");
  const auto shown = read_all(proc, {});
  REQUIRE(shown.rows.size() == 6);
  CHECK(shown.rows[4].identity.tid == Pid{9});
  CHECK(shown.rows[4].label == "[stack:9]");
}

TEST_CASE("threads that run, or may not be asked, leave their stacks to the guard pages", "[sample]") {
  for (const std::string_view text : {"running\n", "", "-1 0x0 0x0\n"}) {
    const FakeProc proc;
    proc.file(7, "maps", kMaps);
    proc.file(7, "task/7/syscall", "running\n");
    proc.file(7, "task/9/syscall", text);
    const auto shown = read_all(proc, {});
    REQUIRE(shown.rows.size() == 6);
    CHECK(shown.rows[3].identity.kind == VmaKind::guard);
    CHECK(shown.rows[4].identity.stack_by == StackEvidence::guard_page);
    CHECK(shown.rows[4].label == "[thread stack]");
  }
}

// Above guard pages: 1M of somebody's own, 8M, 8M, 64K and 32M.
constexpr std::string_view kGuarded =
    "7f0000000000-7f0000001000 ---p 0 00:00 0 \n7f0000001000-7f0000101000 rw-p 0 00:00 0 \n"
    "7f1000000000-7f1000001000 ---p 0 00:00 0 \n7f1000001000-7f1000801000 rw-p 0 00:00 0 \n"
    "7f2000000000-7f2000001000 ---p 0 00:00 0 \n7f2000001000-7f2000801000 rw-p 0 00:00 0 \n"
    "7f3000000000-7f3000001000 ---p 0 00:00 0 \n7f3000001000-7f3000011000 rw-p 0 00:00 0 \n"
    "7f4000000000-7f4000001000 ---p 0 00:00 0 \n7f4000001000-7f4002001000 rw-p 0 00:00 0 \n";

// Which of the five are taken for stacks, by the first digits of their addresses.
std::string stacks_among_guarded(const FakeProc& proc) {
  proc.file(7, "maps", kGuarded);
  proc.file(7, "task/7/syscall", "running\n");
  std::string found;
  for (const auto& row : read_all(proc, {}).rows) {
    if (row.identity.kind != VmaKind::thread_stack) continue;
    found += static_cast<char>('0' + (row.record.vma.start.value >> 36 & 0xf));
    if (row.identity.tid) found += '!';
  }
  return found;
}

constexpr std::string_view kEightMegabytes =
    "Max stack size            8388608              unlimited            bytes     \n";
constexpr std::string_view kOneMegabyte =
    "Max stack size            1048576              unlimited            bytes     \n";

TEST_CASE("no more stacks are guessed than threads have no stack pointer", "[sample]") {
  const FakeProc proc;
  proc.file(7, "task/9/syscall", "running\n");
  CHECK(stacks_among_guarded(proc) == "4");
  proc.file(7, "task/10/syscall", "running\n");
  CHECK(stacks_among_guarded(proc) == "14");
}

TEST_CASE("stacks are guessed by the size that the limit gives them, before the largest", "[sample]") {
  const FakeProc proc;
  proc.file(7, "task/9/syscall", "running\n");
  proc.file(7, "limits", kEightMegabytes);
  CHECK(stacks_among_guarded(proc) == "1");
  proc.file(7, "task/10/syscall", "running\n");
  CHECK(stacks_among_guarded(proc) == "12");
  proc.file(7, "task/11/syscall", "running\n");
  CHECK(stacks_among_guarded(proc) == "124");
  proc.file(7, "limits", kOneMegabyte);
  CHECK(stacks_among_guarded(proc) == "014");
}

TEST_CASE("stacks are guessed by the size of those that stack pointers tell", "[sample]") {
  const FakeProc proc;
  proc.file(7, "task/9/syscall", "202 0x0 0x0 0x0 0x0 0x0 0x0 0x7f1000800e30 0x400100\n");
  proc.file(7, "task/10/syscall", "running\n");
  proc.file(7, "task/11/syscall", "running\n");
  CHECK(stacks_among_guarded(proc) == "1!24");
}

TEST_CASE("what was read before a malformed line is given, and then the error, again and again", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", std::string(kMaps) + "nonsense\n");
  auto map = ProcessMap::open(proc.pid(7), {}).value();
  const auto shown = read_all(map);
  CHECK(shown.rows.size() == 6);
  REQUIRE_FALSE(shown.last);
  CHECK(shown.last.error().code == Errc::malformed);
  CHECK(shown.last.error().line == 7);
  CHECK_FALSE(map.next());
}

TEST_CASE("a map whose first line is malformed is an error, and stays one", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", "nonsense\n");
  auto map = ProcessMap::open(proc.pid(7), {}).value();
  CHECK_FALSE(map.next());
  CHECK_FALSE(map.next());
}

TEST_CASE("a smaps that ends within a record gives the records before it", "[sample]") {
  const FakeProc proc;
  proc.file(
      7, "smaps",
      "1000-2000 rw-p 0 00:00 0 \nRss:                   4 kB\n2000-3000 rw-p 0 00:00 0 \nRss:         ");
  const auto shown = read_all(proc, {.usage = true});
  CHECK(shown.rows.size() == 1);
  CHECK_FALSE(shown.last);
}

TEST_CASE("an empty map is a process without memory", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", "");
  const auto shown = read_all(proc, {});
  CHECK(shown.last);
  CHECK(shown.rows.empty());
}

TEST_CASE("a newline in the program's path is compared as maps spells it", "[sample]") {
  const FakeProc proc;
  proc.file(7, "maps", "00400000-00401000 r-xp 00000000 fe:00 9 /opt/a\\012b\n");
  proc.link(7, "exe", "/opt/a\nb");
  const auto shown = read_all(proc, {});
  REQUIRE(shown.rows.size() == 1);
  CHECK(shown.rows[0].identity.kind == VmaKind::text);
}

}  // namespace
}  // namespace pageloupe
