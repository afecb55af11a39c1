// SPDX-License-Identifier: MIT
// What a live screen had is what its recording has.
#include "ptop/recorder.h"

#include <csignal>
#include <sys/resource.h>

#include "ptop/replay_feed.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::ptop;

namespace {

constexpr std::chrono::seconds kLong{20};

// The live system, watched.
struct Watched {
  ProcFs procfs = *ProcFs::open("/proc");
  Background background{};
  LiveFeed feed{procfs, background, {.only = {Pid{::getpid()}}}};
};

}  // namespace

TEST_CASE("a sample that was recorded has the machine and the processes that were shown", "[ptop][record]") {
  const TemporaryFolder folder;
  Watched watched;
  auto recorder = *Recorder::open(watched.procfs, watched.background, {.path = folder.file("a.zst")});
  REQUIRE(watched.feed.refresh(kMachineSources));
  watched.feed.deferred()->ask(watched.feed.list().tasks(), Source::smaps_rollup, watched.feed.list().now(),
                               {}, 1);
  watched.feed.deferred()->wait({20'000'000'000});
  watched.feed.deferred()->collect(watched.feed.list().now());
  recorder->take(watched.feed, false);
  REQUIRE(recorder->finish(kLong));
  CHECK(recorder->failure().empty());

  auto replay = *ReplayFeed::open(folder.file("a.zst"), {});
  REQUIRE(replay->refresh({}));
  REQUIRE(replay->list().tasks().size() == 1);
  const auto& live = *watched.feed.list().tasks()[0];
  const auto& recorded = *replay->list().tasks()[0];
  CHECK(same(live.stat, recorded.stat));
  CHECK(live.statm->resident == recorded.statm->resident);
  const auto* shown = watched.feed.files()->find(live.id());
  const auto* replayed = replay->files()->find(live.id());
  REQUIRE(shown != nullptr);
  REQUIRE(replayed != nullptr);
  CHECK(replayed->at == shown->at);
  REQUIRE(replayed->process.rollup);
  CHECK(replayed->process.rollup->bytes(SmapsKey::pss) == shown->process.rollup->bytes(SmapsKey::pss));
  CHECK(replay->machine().now == watched.feed.machine().now);
  CHECK(replay->machine().meminfo->bytes(MeminfoKey::mem_free) ==
        watched.feed.machine().meminfo->bytes(MeminfoKey::mem_free));
  CHECK(replay->machine().stat->cpu.idle == watched.feed.machine().stat->cpu.idle);
  CHECK(replay->facts().cpus == watched.feed.facts().cpus);
}

TEST_CASE("the arguments of every process are recorded, though none are shown", "[ptop][record]") {
  const TemporaryFolder folder;
  Watched watched;
  auto recorder = *Recorder::open(watched.procfs, watched.background, {.path = folder.file("a.zst")});
  for (int i = 0; i < 200; ++i) {
    REQUIRE(watched.feed.refresh({}));
    recorder->take(watched.feed, false);
    ::usleep(10'000);
  }
  REQUIRE(recorder->finish(kLong));
  auto replay = *ReplayFeed::open(folder.file("a.zst"), {});
  replay->go_to(replay->when().last);
  REQUIRE(replay->refresh({}));
  const auto* files = replay->files()->find(replay->list().tasks()[0]->id());
  REQUIRE(files != nullptr);
  REQUIRE(files->process.cmdline);
  CHECK(files->process.cmdline->find("pageloupe_tests") != std::string::npos);
}

TEST_CASE("a disk that is full ends a recording, and the monitor goes on", "[ptop][record]") {
  const TemporaryFolder folder;
  Watched watched;
  auto recorder = *Recorder::open(watched.procfs, watched.background,
                                  {.path = folder.file("a.jsonl"), .limits = {.flush_after = {}}});
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{16384, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  for (int i = 0; i < 2000 && recorder->failure().empty(); ++i) {
    REQUIRE(watched.feed.refresh(kMachineSources));
    recorder->take(watched.feed, false);
    ::usleep(1000);
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK(recorder->failure().find("a.jsonl' cannot be written: File too large") != std::string::npos);
  CHECK(recorder->finish(kLong));
  CHECK(must_open(folder.file("a.jsonl"))->next());
}

TEST_CASE("what cannot be recorded to is refused at once", "[ptop][record]") {
  Watched watched;
  const auto recorder = Recorder::open(watched.procfs, watched.background, {.path = "/dev/full"});
  REQUIRE_FALSE(recorder);
  CHECK(recorder.error() == "'/dev/full' is no regular file");
}
