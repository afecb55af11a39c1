// SPDX-License-Identifier: MIT
#include "proc/procfs.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/maps.h"
#include "proc/smaps.h"
#include "proc/stat.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

TEST_CASE("a root that is not there is gone and one that is a file is not opened", "[proc]") {
  const FakeProc proc;
  const auto missing = ProcFs::open((proc.root() / "nowhere").string());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::gone);
  CHECK(missing.error().os_error == ENOENT);
  proc.file("plain", "");
  const auto plain = ProcFs::open((proc.root() / "plain").string());
  REQUIRE_FALSE(plain);
  CHECK(plain.error().code == Errc::io);
}

TEST_CASE("a process that is not there is gone and a file that it lacks is unsupported", "[proc]") {
  const FakeProc proc;
  proc.file(42, "stat", "text");
  const auto procfs = proc.procfs();
  const auto missing = procfs.pid(Pid{43});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::gone);
  const auto dir = procfs.pid(Pid{42});
  REQUIRE(dir);
  CHECK(dir->pid() == Pid{42});
  std::string buffer;
  const auto text = dir->read("stat", buffer);
  REQUIRE(text);
  CHECK(*text == "text");
  const auto rollup = dir->read("smaps_rollup", buffer);
  REQUIRE_FALSE(rollup);
  CHECK(rollup.error().code == Errc::unsupported);
  CHECK(rollup.error().file == "smaps_rollup");
  CHECK(dir->open("maps").error().code == Errc::unsupported);
}

TEST_CASE("a file longer than the buffer is read whole and the buffer never shrinks", "[proc]") {
  const FakeProc proc;
  const std::string large(100'001, 'x');
  proc.file("large", large);
  proc.file("small", "s");
  proc.file("empty", "");
  proc.file("exact", std::string(16384, 'e'));
  const auto procfs = proc.procfs();
  std::string buffer;
  CHECK(procfs.read("large", buffer).value() == large);
  const auto grown = buffer.size();
  CHECK(procfs.read("small", buffer).value() == "s");
  CHECK(buffer.size() == grown);
  CHECK(procfs.read("empty", buffer).value().empty());
  std::string fresh;
  CHECK(procfs.read("exact", fresh).value() == std::string(16384, 'e'));
}

TEST_CASE("a file of a folder is read by its path", "[proc]") {
  const FakeProc proc;
  proc.file("sys/vm/max_map_count", "65530\n");
  std::string buffer;
  CHECK(proc.procfs().read("sys/vm/max_map_count", buffer).value() == "65530\n");
  CHECK(proc.procfs().read("sys/vm", buffer).error().code == Errc::io);
}

TEST_CASE("processes and threads are the numbered entries, ascending by number", "[proc]") {
  const FakeProc proc;
  for (const int pid : {10, 9, 100, 2}) proc.file(pid, "stat", "");
  proc.file("meminfo", "");
  proc.file("sys/kernel/hostname", "");
  proc.file("12x/stat", "");
  proc.file(9, "task/9/stat", "");
  proc.file(9, "task/11/stat", "");
  CHECK(proc.procfs().pids().value() == std::vector<Pid>{{2}, {9}, {10}, {100}});
  CHECK(proc.pid(9).threads().value() == std::vector<Pid>{{9}, {11}});
  CHECK(proc.pid(10).threads().error().code == Errc::gone);
}

TEST_CASE("a link is read as it is, however long, and one to nowhere is not applicable", "[proc]") {
  const FakeProc proc;
  proc.link(7, "exe", "/bin/a\nb (deleted)");
  proc.link(8, "exe", "/" + std::string(1000, 'x'));
  proc.link(9, "exe", "/" + std::string(255, 'x'));  // as long as the first buffer
  proc.file(10, "stat", "");
  CHECK(proc.pid(7).link("exe").value() == "/bin/a\nb (deleted)");
  CHECK(proc.pid(8).link("exe").value() == "/" + std::string(1000, 'x'));
  CHECK(proc.pid(9).link("exe").value() == "/" + std::string(255, 'x'));
  CHECK(proc.pid(10).link("exe").error().code == Errc::not_applicable);
}

TEST_CASE("a captured process that is removed keeps being asked below its own directory", "[proc]") {
  const FakeProc proc;
  proc.file(7, "stat", "old");
  const auto dir = proc.pid(7);
  proc.remove(7);
  proc.file(7, "stat", "new");
  std::string buffer;
  CHECK_FALSE(dir.read("stat", buffer));
}

// A child that waits to be killed.
class Sleeper {
 public:
  Sleeper() : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    kill();
    reap();
  }
  [[nodiscard]] Pid pid() const { return Pid{shown_}; }
  void kill() const {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
  }
  // Waits until it is a zombie, and leaves it one.
  void wait_for_end() const {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  void reap() {
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

 private:
  pid_t pid_;
  pid_t shown_ = pid_;
};

TEST_CASE("a live process that exited is gone, also through a directory that was open before",
          "[proc][live]") {
  const auto procfs = ProcFs::open().value();
  Sleeper child;
  const auto dir = procfs.pid(child.pid()).value();
  std::string buffer;
  REQUIRE(parse_stat(dir.read("stat", buffer).value()).value().pid == child.pid());
  child.kill();
  child.reap();
  CHECK(dir.read("stat", buffer).error().code == Errc::gone);
  CHECK(dir.read("statm", buffer).error().code == Errc::gone);
  CHECK(dir.open("maps").error().code == Errc::gone);
  CHECK(dir.link("exe").error().code == Errc::gone);
  CHECK(dir.threads().error().code == Errc::gone);
  CHECK(procfs.pid(child.pid()).error().code == Errc::gone);
}

TEST_CASE("a live zombie has a stat and neither mappings nor a program", "[proc][live]") {
  const Sleeper child;
  child.kill();
  child.wait_for_end();
  const auto dir = ProcFs::open().value().pid(child.pid()).value();
  std::string buffer;
  CHECK(parse_stat(dir.read("stat", buffer).value()).value().state == 'Z');
  if (auto maps = dir.open("maps")) {
    VmaRecord record;
    CHECK_FALSE(MapsReader(std::move(*maps)).next(record).value());
  }
  const auto exe = dir.link("exe");
  REQUIRE_FALSE(exe);
  CHECK((exe.error().code == Errc::not_applicable || exe.error().code == Errc::denied));
}

TEST_CASE("a file that no kernel has is unsupported of a live process", "[proc][live]") {
  const auto dir = ProcFs::open().value().pid(Pid{::getpid()}).value();
  std::string buffer;
  CHECK(dir.read("no_such_file", buffer).error().code == Errc::unsupported);
  CHECK(dir.threads().value().front().value > 0);
}

TEST_CASE("the map of another user's process is denied", "[proc][live]") {
  constexpr uid_t kNobody = 65534;
  const auto target = Pid{::getpid()};
  // A process that may not be dumped belongs to root, and is another's to everybody else.
  const bool dumpable_before = ::prctl(PR_GET_DUMPABLE) == 1;
  ::prctl(PR_SET_DUMPABLE, 0);
  const auto child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(99);
    const auto procfs = ProcFs::open();
    const auto dir = procfs ? procfs->pid(target) : std::unexpected(procfs.error());
    const auto maps = dir ? dir->open("maps") : std::unexpected(dir.error());
    ::_exit(maps ? 98 : static_cast<int>(maps.error().code));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (dumpable_before) ::prctl(PR_SET_DUMPABLE, 1);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == static_cast<int>(Errc::denied));
}

}  // namespace
}  // namespace pageloupe
