// SPDX-License-Identifier: MIT
#include "ptop/detail_feed.h"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>

#include "support/catch.h"
#include "support/detail_fixture.h"

namespace pageloupe::ptop {
namespace {

constexpr std::chrono::seconds kPatience{20};

Instant after(Instant time, std::uint64_t milliseconds) {
  return time + Nanoseconds{milliseconds * 1'000'000};
}

struct Feeding {
  explicit Feeding(const DetailFixture& fixture, std::uint64_t start = 900)
      : feed(background, {.proc_root = fixture.proc().root().string(), .cgroup_root = ""},
             {.id = {.pid = {42}, .start = {start}}, .user = "root", .command = "pool"}) {}

  // Lets what is due begin, and takes it once it is done.
  void read(Instant now) {
    static_cast<void>(feed.update(now, view));
    finish();
    static_cast<void>(feed.update(now, view));
  }
  // Waits until all that was started is done: tasks are taken up in turn.
  void finish() {
    struct Nothing : Task {
      void work() override {}
    };
    const auto last = std::make_shared<Nothing>();
    REQUIRE(background.start(last));
    REQUIRE(background.wait(*last, kPatience));
  }

  Background background{};
  DetailFeed feed;
  DetailView view{};
};

TEST_CASE("the tab that is looked at is read, the others are not", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture);
  feeding.read(time_since_boot());
  REQUIRE(feeding.feed.data().map.value);
  CHECK(feeding.view.place().rows.size() == 4);
  CHECK(feeding.feed.data().memory.value.error() == Errc::not_sampled);
  CHECK(feeding.feed.data().threads.value.error() == Errc::not_sampled);
}

TEST_CASE("what was read is not read again before its interval is over, unless that is asked for", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture);
  feeding.read(time_since_boot());
  const auto first = feeding.feed.data().map.read_at;
  const auto cost = feeding.feed.data().map.cost;
  const auto due = feeding.feed.next_due(feeding.view);
  CHECK(due >= after(first, 1000));
  CHECK(due.value >= first.value + cost.value * DetailFeed::kRest);
  feeding.read(after(first, 10));
  CHECK(feeding.feed.data().map.read_at == first);
  feeding.feed.read_again(feeding.view);
  feeding.read(after(first, 20));
  const auto second = feeding.feed.data().map.read_at;
  CHECK(second > first);
  feeding.read(feeding.feed.next_due(feeding.view));
  CHECK(feeding.feed.data().map.read_at > second);
}

TEST_CASE("threads have rates at the second reading, which comes soon", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture);
  feeding.view.tab = DetailTab::threads;
  feeding.read(time_since_boot());
  const auto& threads = feeding.feed.data().threads;
  REQUIRE(threads.value);
  const auto cpu = *threads.value->threads.find("cpu");
  CHECK(threads.value->threads.rows.row(0)[cpu] == Value(Errc::no_previous));
  const auto due = feeding.feed.next_due(feeding.view);
  CHECK(due >= after(threads.read_at, 250));
  feeding.read(due);
  CHECK(has_value(threads.value->threads.rows.row(0)[cpu]));
}

TEST_CASE("the environment is read when it was asked for, and then once", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture);
  feeding.view.tab = DetailTab::environment;
  feeding.read(time_since_boot());
  const auto& environment = feeding.feed.data().environment;
  CHECK(environment.value.error() == Errc::not_sampled);
  feeding.view.environment_asked = true;
  feeding.read(time_since_boot());
  REQUIRE(environment.value);
  const auto first = environment.read_at;
  feeding.read(after(first, 100'000));
  CHECK(environment.read_at == first);
}

TEST_CASE("of a process that ends, the last that was known stays, and nothing more is read", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture);
  feeding.read(time_since_boot());
  fixture.proc().remove(42);
  feeding.read(after(time_since_boot(), 10'000));
  CHECK(feeding.feed.data().ended);
  REQUIRE(feeding.feed.data().map.value);
  CHECK(feeding.feed.data().map.value->mappings.rows.size() == 4);
  CHECK(feeding.feed.next_due(feeding.view) > after(time_since_boot(), 1'000'000));
}

TEST_CASE("an ID that belongs to another process now has ended, and shows nothing of the other", "[ptop]") {
  const DetailFixture fixture;
  Feeding feeding(fixture, 899);
  feeding.read(time_since_boot());
  CHECK(feeding.feed.data().ended);
  CHECK(feeding.feed.data().map.value.error() == Errc::gone);
}

// A pipe stands for a map that does not answer: opening it waits for a writer.
TEST_CASE("a map that does not answer keeps no other tab from being read", "[ptop]") {
  const DetailFixture fixture;
  const auto smaps = (fixture.proc().root() / "42/smaps").string();
  fixture.proc().file(42, "smaps", "");
  std::filesystem::remove(smaps);
  REQUIRE(::mkfifo(smaps.c_str(), 0600) == 0);
  Feeding feeding(fixture);
  const auto begin = time_since_boot();
  static_cast<void>(feeding.feed.update(begin, feeding.view));
  feeding.view.tab = DetailTab::threads;
  static_cast<void>(feeding.feed.update(begin, feeding.view));
  feeding.finish();
  static_cast<void>(feeding.feed.update(begin, feeding.view));
  CHECK(feeding.feed.data().threads.value);
  CHECK_FALSE(feeding.feed.data().map.value);
  CHECK(feeding.feed.data().map.asked_at == begin);
  // Lets the thread go: a writer that writes nothing is the end of the text.
  const UniqueFd writer(::open(smaps.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK(writer);
}

}  // namespace
}  // namespace pageloupe::ptop
