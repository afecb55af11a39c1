// SPDX-License-Identifier: MIT
#include "proc/stat.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kStat =
    "4242 (python3) S 1 4242 4240 34816 -1 4194560 2204 11 3 7 25 4 5 6 20 -5 3 0 1234567 121012224 4242 "
    "18446744073709551615 4198400 7124445 140733193385504 140733193384000 140000000000000 0 2 16781312 2 1 8 "
    "9 17 1 0 "
    "3 77 12 13 10252960 10955760 27262976 140733193388011 140733193388019 140733193388019 140733193392104 "
    "0\n";

TEST_CASE("parse_stat reads every field at its place", "[proc]") {
  const auto stat = parse_stat(kStat);
  REQUIRE(stat);
  CHECK(stat->pid == Pid{4242});
  CHECK(stat->comm == "python3");
  CHECK(stat->state == 'S');
  CHECK(stat->ppid == Pid{1});
  CHECK(stat->pgrp == 4242);
  CHECK(stat->session == 4240);
  CHECK(stat->tty_nr == 34816);
  CHECK(stat->tpgid == -1);
  CHECK(stat->flags == 4194560);
  CHECK(stat->minflt == 2204);
  CHECK(stat->cminflt == 11);
  CHECK(stat->majflt == 3);
  CHECK(stat->cmajflt == 7);
  CHECK(stat->utime == Ticks{25});
  CHECK(stat->stime == Ticks{4});
  CHECK(stat->cutime == Ticks{5});
  CHECK(stat->cstime == Ticks{6});
  CHECK(stat->priority == 20);
  CHECK(stat->nice == -5);
  CHECK(stat->num_threads == 3);
  CHECK(stat->itrealvalue == 0);
  CHECK(stat->starttime == Ticks{1234567});
  CHECK(stat->vsize == Bytes{121012224});
  CHECK(stat->rss == Pages{4242});
  CHECK(stat->rsslim == ~std::uint64_t{0});
  CHECK(stat->startcode == Address{4198400});
  CHECK(stat->endcode == Address{7124445});
  CHECK(stat->startstack == Address{140733193385504});
  CHECK(stat->kstkesp == Address{140733193384000});
  CHECK(stat->kstkeip == Address{140000000000000});
  CHECK(stat->blocked == 2);
  CHECK(stat->sigignore == 16781312);
  CHECK(stat->sigcatch == 2);
  CHECK(stat->wchan == 1);
  CHECK(stat->nswap == 8);
  CHECK(stat->cnswap == 9);
  CHECK(stat->exit_signal == 17);
  CHECK(stat->processor == 1);
  CHECK(stat->rt_priority == 0);
  CHECK(stat->policy == 3);
  CHECK(stat->delayacct_blkio_ticks == Ticks{77});
  CHECK(stat->guest_time == Ticks{12});
  CHECK(stat->cguest_time == Ticks{13});
  CHECK(stat->start_data == Address{10252960});
  CHECK(stat->end_data == Address{10955760});
  CHECK(stat->start_brk == Address{27262976});
}

TEST_CASE("parse_stat cuts comm at the last parenthesis", "[proc]") {
  const auto stat = parse_stat("7 (x) (y z) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4 5 6\n");
  REQUIRE(stat);
  CHECK(stat->comm == "x) (y z");
  CHECK(stat->state == 'S');
  CHECK(stat->rss == Pages{5});
}

TEST_CASE("a comm of parentheses, newlines, nothing or bytes that are no UTF-8 is given as it is", "[proc]") {
  for (const std::string_view comm : {"", ")", "(", ") R 1 1 1", "a\nb", "\x1b[2J", "\xff\xfe", " S 1 "}) {
    INFO(comm);
    const auto text = "7 (" + std::string(comm) + ") R 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4 5\n";
    const auto stat = parse_stat(text);
    REQUIRE(stat);
    CHECK(stat->comm == comm);
    CHECK(stat->state == 'R');
    CHECK(stat->starttime == Ticks{3});
  }
}

TEST_CASE("an old kernel's shorter stat leaves later fields at zero", "[proc]") {
  const auto stat =
      parse_stat("7 (init) S 0 1 1 0 -1 256 1 2 3 4 5 6 7 8 16 0 1 0 9 1536000 130 4294967295\n");
  REQUIRE(stat);
  CHECK(stat->rss == Pages{130});
  CHECK(stat->rsslim == 4294967295);
  CHECK(stat->startcode == Address{0});
  CHECK(stat->start_brk == Address{0});
}

TEST_CASE("parse_stat names the field that it cannot read", "[proc]") {
  const auto at = [](std::string_view text) {
    const auto stat = parse_stat(std::string(text) + "\n");
    REQUIRE_FALSE(stat);
    CHECK(stat.error().code == Errc::malformed);
    CHECK(stat.error().file == "stat");
    return stat.error().line;
  };
  CHECK(at("") == 2);
  CHECK(at("7 x S 1") == 2);
  CHECK(at("7 )x( S 1") == 2);
  CHECK(at("x (a) S 1 1") == 1);
  CHECK(at("99999999999 (a) S 1 1") == 1);
  CHECK(at("7 (a)") == 3);
  CHECK(at("7 (a) SS 1") == 3);
  CHECK(at("7 (a) S y 1 1") == 4);
  CHECK(at("7 (a) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4 x 6") == 24);
  CHECK(at("7 (a) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4") == 24);
}

TEST_CASE("a stat that is cut between two fields is an error or has zero for what is missing", "[proc]") {
  const auto whole = parse_stat(kStat);
  REQUIRE(whole);
  for (auto at = kStat.find(' '); at != std::string_view::npos; at = kStat.find(' ', at + 1)) {
    const auto cut = parse_stat(kStat.substr(0, at));
    INFO(kStat.substr(0, at));
    if (!cut) {
      CHECK(cut.error().code == Errc::malformed);
      continue;
    }
    CHECK(cut->rss == whole->rss);
    CHECK(cut->starttime == whole->starttime);
    CHECK((cut->startstack == whole->startstack || cut->startstack == Address{0}));
    CHECK((cut->start_brk == whole->start_brk || cut->start_brk == Address{0}));
  }
}

}  // namespace
}  // namespace pageloupe
