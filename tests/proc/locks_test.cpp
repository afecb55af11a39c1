// SPDX-License-Identifier: MIT
#include "proc/locks.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("who waits for a lock has its number", "[proc]") {
  const auto locks = parse_locks(
      "1: POSIX  ADVISORY  READ  2448 fe:00:10952973 0 EOF\n"
      "2: FLOCK  ADVISORY  WRITE 2448 fe:00:10952973 0 EOF\n"
      "2: -> FLOCK  ADVISORY  WRITE 2449 fe:00:10952973 0 EOF\n"
      "3: OFDLCK ADVISORY  WRITE -1 00:1a:5 0 7\n"
      "4: LEASE  ACTIVE    READ  7 fe:00:8 0 EOF\n");
  REQUIRE(locks);
  REQUIRE(locks->size() == 5);
  CHECK_FALSE((*locks)[0].writes);
  CHECK((*locks)[1].type == "FLOCK");
  CHECK((*locks)[1].device == Device{0xfe, 0});
  CHECK((*locks)[1].inode == 10952973);
  CHECK((*locks)[2].waits);
  CHECK((*locks)[2].number == 2);
  CHECK((*locks)[2].pid == Pid{2449});
  CHECK((*locks)[3].pid == Pid{-1});
  CHECK((*locks)[4].type == "LEASE");
}

TEST_CASE("a cut line of locks is malformed", "[proc]") {
  CHECK(parse_locks("")->empty());
  CHECK(parse_locks("1: POSIX  ADVISORY  READ  2448 fe:00:1 0 EOF\n2: FLOCK\n").error().line == 2);
  CHECK_FALSE(parse_locks("1: POSIX  ADVISORY  READ  2448 fe:00\n"));
}

}  // namespace
}  // namespace pageloupe
