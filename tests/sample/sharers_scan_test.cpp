// SPDX-License-Identifier: MIT
#include "sample/sharers_scan.h"

#include "sample/frame_table.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

Vma vma_of(std::string_view line) {
  Vma vma;
  REQUIRE(parse_maps_line(line, vma));
  return vma;
}

std::optional<ObjectKind> kind_of(std::string_view line) { return object_kind(vma_of(line)); }

TEST_CASE("what is behind a mapping is told from the kernel's name", "[sample]") {
  CHECK(kind_of("1000-2000 r-xp 00000000 fe:00 7 /usr/lib/libc.so.6") == ObjectKind::file);
  CHECK(kind_of("1000-2000 rw-s 00000000 fe:00 7 /tmp/x (deleted)") == ObjectKind::deleted);
  CHECK(kind_of("1000-2000 rw-s 00000000 00:18 7 /dev/shm/sem.x (deleted)") == ObjectKind::posix_shm);
  CHECK(kind_of("1000-2000 rw-s 00000000 00:01 7 /memfd:x (deleted)") == ObjectKind::memfd);
  CHECK(kind_of("1000-2000 rw-s 00000000 00:01 7 /SYSV00000000 (deleted)") == ObjectKind::sysv_shm);
  CHECK(kind_of("1000-2000 rw-s 00000000 00:01 7 /dev/zero (deleted)") == ObjectKind::shared_anon);
  CHECK(kind_of("1000-2000 rw-s 00000000 00:05 7 /dev/dri/card0") == ObjectKind::device);
  CHECK_FALSE(kind_of("1000-2000 rw-p 00000000 00:05 7 /dev/zero"));
  CHECK_FALSE(kind_of("1000-2000 rw-p 00000000 00:00 0 [heap]"));
  CHECK_FALSE(kind_of("1000-2000 rw-s 00000000 00:0e 7 anon_inode:[perf_event]"));
}

TEST_CASE("a segment of System V is another one in another IPC namespace", "[sample]") {
  const auto segment = vma_of("1000-2000 rw-s 00000000 00:01 7 /SYSV00000000 (deleted)");
  const auto key = object_key(segment, ObjectKind::sysv_shm, ipc_space_of("ipc:[4026531839]"));
  CHECK(key != object_key(segment, ObjectKind::sysv_shm, ipc_space_of("ipc:[4026532000]")));
  const auto memfd = vma_of("1000-2000 rw-s 00000000 00:01 7 /memfd:x (deleted)");
  CHECK(key != object_key(memfd, ObjectKind::memfd, ipc_space_of("ipc:[4026531839]")));
  CHECK(object_key(memfd, ObjectKind::memfd, 8) == object_key(memfd, ObjectKind::memfd, 9));
  CHECK(ipc_space_of("") == ObjectKey::kUnknownSpace);
}

Wanted wanted_object_and_range() {
  Wanted wanted;
  wanted.objects.emplace(ObjectKey{.device = {0xfe, 0}, .inode = 7}, 3);
  wanted.ranges.push_back({{Address{0x5000}, Address{0x8000}}, 4});
  wanted.ranges.push_back({{Address{0x9000}, Address{0xa000}}, 5});
  return wanted;
}

TEST_CASE("a mapping claims its object, and the wanted addresses that private memory overlaps", "[sample]") {
  const auto wanted = wanted_object_and_range();
  std::vector<Claim> claims;
  add_claims(wanted, vma_of("1000-3000 r--s 00002000 fe:00 7 /x"), 0, claims);
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].number == 3);
  CHECK(claims[0].of_object);
  CHECK(claims[0].offset == Bytes{0x2000});
  claims.clear();
  add_claims(wanted, vma_of("6000-9800 rw-p 00000000 00:00 0 "), 0, claims);
  REQUIRE(claims.size() == 2);
  CHECK(claims[0].number == 4);
  CHECK(claims[0].range.start == Address{0x6000});
  CHECK(claims[0].range.end == Address{0x8000});
  CHECK(claims[1].number == 5);
  CHECK(claims[1].range.end == Address{0x9800});
  claims.clear();
  add_claims(wanted, vma_of("8000-9000 rw-p 00000000 00:00 0 "), 0, claims);
  add_claims(wanted, vma_of("6000-7000 rw-s 00000000 fe:00 8 /y"), 0, claims);
  CHECK(claims.empty());
}

TEST_CASE("a scan counts who was read, leaves out the process itself and those without memory", "[sample]") {
  const FakeProc proc;
  proc.file(10, "maps", "1000-3000 r--s 00000000 fe:00 7 /x\n");
  proc.file(11, "maps", "1000-3000 r--s 00000000 fe:00 7 /another name\n4000-5000 rw-p 00000000 00:00 0 \n");
  proc.file(12, "maps", "");
  proc.file(13, "maps", "1000-3000 r--s 00000000 fe:00 8 /x\n");
  const auto scan = scan_maps(proc.procfs(), wanted_object_and_range(), Pid{10});
  REQUIRE(scan);
  CHECK(scan->processes == 2);
  CHECK(scan->denied == 0);
  CHECK(scan->blocked == 0);
  REQUIRE(scan->claimants.size() == 1);
  CHECK(scan->claimants[0].pid == Pid{11});
}

TEST_CASE("sets of frames know what is in both", "[sample]") {
  FrameSet one;
  FrameSet other;
  for (const std::uint64_t frame : {1U, 2U, 513U, 100'000U}) one.insert(frame);
  for (const std::uint64_t frame : {2U, 512U, 513U}) other.insert(frame);
  CHECK(one.size() == 4);
  CHECK(one.common(other) == 2);
  CHECK(other.common(one) == 2);
  CHECK(one.contains(100'000));
  CHECK_FALSE(one.contains(512));
}

}  // namespace
}  // namespace pageloupe
