// SPDX-License-Identifier: MIT
#include "proc/status.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kStatus =
    "Name:\tpython3\nUmask:\t0022\nState:\tS "
    "(sleeping)\nTgid:\t4242\nNgid:\t0\nPid:\t4242\nPPid:\t1\nTracerPid:\t17\n"
    "Uid:\t1000\t1001\t1002\t4294967294\nGid:\t100\t101\t102\t103\nFDSize:\t64\nGroups:\t4 24 27 "
    "\nNStgid:\t4242\t7\n"
    "NSpid:\t4242\t7\nVmPeak:\t  118176 kB\nVmSize:\t  118172 kB\nVmLck:\t      16 kB\nVmPin:\t       4 kB\n"
    "VmHWM:\t   17024 kB\nVmRSS:\t   16968 kB\nRssAnon:\t    9000 kB\nRssFile:\t    7900 kB\nRssShmem:\t     "
    " 68 kB\n"
    "VmData:\t   50000 kB\nVmStk:\t     132 kB\nVmExe:\t    2858 kB\nVmLib:\t    4300 kB\nVmPTE:\t     120 "
    "kB\n"
    "VmSwap:\t       8 kB\nHugetlbPages:\t    2048 "
    "kB\nCoreDumping:\t0\nTHP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\n"
    "Threads:\t3\nSigQ:\t0/95000\nSigPnd:\t0000000000000001\nShdPnd:\t0000000000000200\n"
    "SigBlk:\t0000000000010000\nSigIgn:\t0000000000000004\nSigCgt:\tffffffff4b813efb\nvoluntary_ctxt_"
    "switches:\t55\nnonvoluntary_ctxt_switches:\t6\n";

TEST_CASE("parse_status reads sizes in bytes and counts as they are", "[proc]") {
  const auto status = parse_status(kStatus);
  REQUIRE(status);
  const auto& values = status->values;
  CHECK(status->name == "python3");
  CHECK(status->uid == std::array<std::uint32_t, 4>{1000, 1001, 1002, 4294967294});
  CHECK(status->gid == std::array<std::uint32_t, 4>{100, 101, 102, 103});
  CHECK(status->ns_pid == "4242\t7");
  CHECK(status->groups == "4 24 27");
  CHECK(values[StatusKey::sig_pnd] == 1);
  CHECK(values[StatusKey::shd_pnd] == 0x200);
  CHECK(values[StatusKey::sig_blk] == 0x10000);
  CHECK(values[StatusKey::sig_ign] == 4);
  CHECK(values[StatusKey::sig_cgt] == 0xffffffff4b813efb);
  CHECK(values[StatusKey::tgid] == 4242);
  CHECK(values[StatusKey::tracer_pid] == 17);
  CHECK(values.bytes(StatusKey::vm_peak) == Bytes{118176 * 1024});
  CHECK(values.bytes(StatusKey::vm_rss) == Bytes{16968 * 1024});
  CHECK(values.bytes(StatusKey::vm_swap) == Bytes{8 * 1024});
  CHECK(values.bytes(StatusKey::hugetlb_pages) == Bytes{2048 * 1024});
  CHECK(values[StatusKey::thp_enabled] == 1);
  CHECK(values[StatusKey::threads] == 3);
  CHECK(values[StatusKey::voluntary_ctxt_switches] == 55);
  CHECK(values[StatusKey::nonvoluntary_ctxt_switches] == 6);
}

TEST_CASE("a key that a kernel lacks is absent from status and not zero", "[proc]") {
  const auto status = parse_status("Name:\tkthreadd\nState:\tS (sleeping)\nTgid:\t2\nPid:\t2\nThreads:\t1\n");
  REQUIRE(status);
  CHECK_FALSE(status->values[StatusKey::vm_rss]);
  CHECK_FALSE(status->values.bytes(StatusKey::vm_size));
  CHECK_FALSE(status->values[StatusKey::thp_enabled]);
  CHECK(status->values[StatusKey::threads] == 1);
  CHECK(status->ns_pid.empty());
}

TEST_CASE("keys that a later kernel adds to status are passed over", "[proc]") {
  const auto status =
      parse_status("Name:\ta\nTgid:\t2\nVmFuture:\tsome text\nNo colon here\n:\n\nThreads:\t9\n");
  REQUIRE(status);
  CHECK(status->values[StatusKey::threads] == 9);
}

TEST_CASE("status keys are found in whatever order they come", "[proc]") {
  const auto status = parse_status("Threads:\t4\nVmRSS:\t8 kB\nVmSize:\t16 kB\nTgid:\t2\n");
  REQUIRE(status);
  CHECK(status->values[StatusKey::threads] == 4);
  CHECK(status->values.bytes(StatusKey::vm_rss) == Bytes{8192});
  CHECK(status->values.bytes(StatusKey::vm_size) == Bytes{16384});
}

TEST_CASE("a name in status keeps its blanks, tabs and colons", "[proc]") {
  const auto status = parse_status("Name:\t a:b\t\\n \nTgid:\t2\n");
  REQUIRE(status);
  CHECK(status->name == " a:b\t\\n ");
}

TEST_CASE("parse_status says which line and key it cannot read", "[proc]") {
  const auto error = [](std::string_view text) {
    const auto status = parse_status(text);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::malformed);
    CHECK(status.error().file == "status");
    return std::pair(status.error().field, status.error().line);
  };
  using Place = std::pair<std::string_view, std::uint32_t>;
  CHECK(error("") == Place{"end of line", 0});
  CHECK(error("Name:\ta\n") == Place{"Tgid", 0});
  CHECK(error("Name:\ta\nTgid:\tx\n") == Place{"Tgid", 2});
  CHECK(error("Tgid:\t2\nUid:\t1\t2\t3\n") == Place{"Uid", 2});
  CHECK(error("Tgid:\t2\nGid:\t1\t2\t3\t-4\n") == Place{"Gid", 2});
  CHECK(error("Tgid:\t2\nVmRSS:\t12 MB\n") == Place{"VmRSS", 2});
  CHECK(error("Tgid:\t2\nVmRSS:\t18014398509481984 kB\n") == Place{"VmRSS", 2});
}

TEST_CASE("a status cut at the end of a line is an error or has fewer keys", "[proc]") {
  const auto whole = parse_status(kStatus);
  REQUIRE(whole);
  for (auto at = kStatus.find('\n'); at != std::string_view::npos; at = kStatus.find('\n', at + 1)) {
    const auto cut = parse_status(kStatus.substr(0, at + 1));
    if (!cut) continue;
    for (const auto& [key, text] : kStatusKeys) {
      INFO(text);
      CHECK((!cut->values[key] || cut->values[key] == whole->values[key]));
    }
  }
}

}  // namespace
}  // namespace pageloupe
