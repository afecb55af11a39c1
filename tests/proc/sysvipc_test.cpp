// SPDX-License-Identifier: MIT
#include "proc/sysvipc.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kShmHeading =
    "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime "
    "     "
    "dtime      ctime                   rss                  swap\n";

TEST_CASE("a removed System V segment is doomed, and a private one has the key 0", "[proc]") {
  const auto shm = parse_sysvipc_shm(std::string(kShmHeading) +
                                     "         0         32  1600               1048576  4711  4712      2   "
                                     "  0     0     0     0 1764560000          "
                                     "0 1764560000               1044480                  4096\n"
                                     "-1862270969         33   600                  4096     1     0      0  "
                                     "   0     0     0     0          0          "
                                     "0 1764560000                     0                     0\n");
  REQUIRE(shm);
  REQUIRE(shm->size() == 2);
  const auto& [doomed, kept] = std::tie((*shm)[0], (*shm)[1]);
  CHECK(doomed.key == 0);
  CHECK(doomed.shmid == 32);
  CHECK(doomed.doomed);
  CHECK(doomed.size == Bytes{1048576});
  CHECK(doomed.cpid == Pid{4711});
  CHECK(doomed.lpid == Pid{4712});
  CHECK(doomed.nattch == 2);
  CHECK(doomed.rss == Bytes{1044480});
  CHECK(doomed.swap == Bytes{4096});
  CHECK(kept.key == -1862270969);
  CHECK_FALSE(kept.doomed);
}

TEST_CASE("semaphores and queues of System V are read, and a heading alone is none", "[proc]") {
  const auto sem = parse_sysvipc_sem(
      "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"
      "         7          5   666          3     0     0     0     0          0 1764560000\n");
  REQUIRE(sem);
  REQUIRE(sem->size() == 1);
  CHECK(sem->front().semid == 5);
  CHECK(sem->front().nsems == 3);
  const auto msg = parse_sysvipc_msg(
      "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime     "
      " rtime      "
      "ctime\n"
      "         9          2   600          12          1  4711     0     0     0     0     0 1764560000     "
      "     0 "
      "1764560000\n");
  REQUIRE(msg);
  REQUIRE(msg->size() == 1);
  CHECK(msg->front().bytes == Bytes{12});
  CHECK(msg->front().messages == 1);
  CHECK(msg->front().lspid == Pid{4711});
  CHECK(msg->front().lrpid == Pid{0});
  CHECK(parse_sysvipc_shm(kShmHeading)->empty());
}

TEST_CASE("a cut line of sysvipc is malformed and names its line", "[proc]") {
  const std::string text = std::string(kShmHeading) + "0 32 1600 1048576 4711\n";
  const auto shm = parse_sysvipc_shm(text);
  REQUIRE_FALSE(shm);
  CHECK(shm.error().code == Errc::malformed);
  CHECK(shm.error().line == 2);
  CHECK_FALSE(parse_sysvipc_shm(""));
  CHECK_FALSE(parse_sysvipc_sem(kShmHeading));
}

}  // namespace
}  // namespace pageloupe
