// SPDX-License-Identifier: MIT
#include "base/background.h"

#include <future>
#include <new>
#include <poll.h>

#include "support/catch.h"

namespace pageloupe {
namespace {

class Counting : public Task {
 public:
  void work() override { ++count; }
  int count = 0;
};

// Hangs until it is let go.
class Hanging : public Task {
 public:
  explicit Hanging(std::shared_future<void> until) : until_(std::move(until)) {}
  void work() override { until_.wait(); }

 private:
  std::shared_future<void> until_;
};

class Failing : public Task {
 public:
  void work() override { throw std::bad_alloc(); }
};

constexpr std::chrono::seconds kLong{20};

TEST_CASE("a task is done once, by another thread, and a notice tells", "[background]") {
  Background background;
  const auto task = std::make_shared<Counting>();
  REQUIRE(background.start(task));
  REQUIRE(background.wait(*task, kLong));
  CHECK(task->count == 1);
  pollfd notice{background.notice_fd(), POLLIN, 0};
  CHECK(::poll(&notice, 1, 1000) == 1);
  background.take_notice();
  CHECK(::poll(&notice, 1, 0) == 0);
}

TEST_CASE("tasks that hang do not keep another waiting, and are bounded in number", "[background]") {
  std::promise<void> let_go;
  const auto until = let_go.get_future().share();
  Background background;
  for (std::size_t i = 0; i + 1 < Background::kMostThreads; ++i)
    REQUIRE(background.start(std::make_shared<Hanging>(until)));
  const auto task = std::make_shared<Counting>();
  REQUIRE(background.start(task));
  CHECK(background.wait(*task, kLong));
  const auto last = std::make_shared<Hanging>(until);
  REQUIRE(background.start(last));
  CHECK_FALSE(background.wait(*last, Background::kPatience * 5));
  CHECK(background.stuck() == Background::kMostThreads);
  CHECK_FALSE(background.start(std::make_shared<Counting>()));
  let_go.set_value();
  CHECK(background.wait(*last, kLong));
}

TEST_CASE("what a task throws is thrown to who waits for it, and to who starts another", "[sample]") {
  Background background;
  const auto task = std::make_shared<Failing>();
  REQUIRE(background.start(task));
  CHECK_THROWS_AS(background.wait(*task, kLong), std::bad_alloc);
  CHECK_FALSE(task->done());
  CHECK_THROWS_AS(background.take_notice(), std::bad_alloc);
  CHECK_THROWS_AS(background.start(std::make_shared<Counting>()), std::bad_alloc);
}

}  // namespace
}  // namespace pageloupe
