// SPDX-License-Identifier: MIT
#include "proc/fdinfo.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("flags of fdinfo are octal and tell which end of a pipe it is", "[proc]") {
  const auto access = [](std::string_view text) { return parse_fdinfo(text)->access(); };
  CHECK(access("pos:\t0\nflags:\t02000000\nmnt_id:\t16\nino:\t821293\n") == FdInfo::Access::read);
  CHECK(access("pos:\t0\nflags:\t02000001\n") == FdInfo::Access::write);
  CHECK(access("pos:\t0\nflags:\t0100002\n") == FdInfo::Access::both);
}

TEST_CASE("the counter of an eventfd is hexadecimal and padded", "[proc]") {
  const auto info = parse_fdinfo(
      "flags:\t02000002\neventfd-count:               1f\neventfd-id: 2\neventfd-semaphore: 0\n");
  REQUIRE(info);
  CHECK(info->eventfd_count == 31);
  CHECK(info->eventfd_id == 2);
  CHECK_FALSE(info->pid);
}

TEST_CASE("an epoll tells what it watches, inotify how much, a pidfd of whom", "[proc]") {
  const auto epoll = parse_fdinfo(
      "flags:\t02\ntfd:        3 events:       19 data:                3  pos:0 ino:c882d sdev:f\n"
      "tfd:       12 events:       19 data:                c  pos:0 ino:c882e sdev:f\n");
  REQUIRE(epoll);
  CHECK(epoll->watched == std::vector<std::int32_t>{3, 12});
  const auto inotify = parse_fdinfo(
      "flags:\t00\ninotify wd:2 ino:3c51a sdev:fe00000 mask:2 ignored_mask:0\ninotify wd:1 ino:3c51b sdev:1 "
      "mask:2\n");
  REQUIRE(inotify);
  CHECK(inotify->inotify_watches == 2);
  CHECK(parse_fdinfo("flags:\t02\nPid:\t2448\nNSpid:\t2448\n")->pid == Pid{2448});
  CHECK(parse_fdinfo("flags:\t02\nPid:\t-1\n")->pid == Pid{-1});
  CHECK(parse_fdinfo("flags:\t02\nclockid: 1\nticks: 3\n")->timer_ticks == 3);
}

TEST_CASE("fdinfo without flags or with a number that is none is malformed", "[proc]") {
  CHECK_FALSE(parse_fdinfo(""));
  CHECK_FALSE(parse_fdinfo("pos:\t0\n"));
  CHECK(parse_fdinfo("pos:\t0\nflags:\t08\n").error().line == 2);
  CHECK_FALSE(parse_fdinfo("flags:\t0\neventfd-count: x\n"));
}

TEST_CASE("the number in a link is read only where all of it has the shape", "[proc]") {
  CHECK(bracketed_number("pipe:[1234]", "pipe") == 1234);
  CHECK_FALSE(bracketed_number("pipe:[1234", "pipe"));
  CHECK_FALSE(bracketed_number("pipe:[]", "pipe"));
  CHECK_FALSE(bracketed_number("socket:[1234]", "pipe"));
  CHECK_FALSE(bracketed_number("/tmp/pipe:[1234]", "pipe"));
}

}  // namespace
}  // namespace pageloupe
