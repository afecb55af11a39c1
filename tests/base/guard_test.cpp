// SPDX-License-Identifier: MIT
#include "base/guard.h"

#include <future>
#include <thread>

#include "base/stillness.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

using Clock = std::chrono::steady_clock;

// A question that hangs until it is let go.
struct Hanging {
  std::promise<void> let_go{};
  std::shared_future<void> until = let_go.get_future().share();

  [[nodiscard]] Result<int> ask(Guard& guard, const Question& question) const {
    return guard.ask(question, [until = until]() -> Result<int> {
      until.wait();
      return 1;
    });
  }
};

TEST_CASE("what answers is handed on, and so is its error", "[background]") {
  Guard guard(std::make_shared<Background>());
  CHECK(guard.ask({"a"}, []() -> Result<int> { return 7; }) == 7);
  const auto failed = guard.ask({"a"}, []() -> Result<int> { return fail(Errc::denied); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::denied);
  CHECK(guard.left_behind() == 0);
}

TEST_CASE("what sleeps without end is blocked, and is not asked again before it returns", "[background]") {
  Guard guard(std::make_shared<Background>());
  Hanging hanging;
  const auto first = hanging.ask(guard, {"a"});
  REQUIRE_FALSE(first);
  CHECK(first.error().code == Errc::blocked);
  CHECK(guard.left_behind() == 1);
  int asked = 0;
  const auto ask = [&] { return guard.ask({"a"}, [&asked]() -> Result<int> { return ++asked; }); };
  CHECK(ask().error().code == Errc::blocked);
  CHECK(asked == 0);
  // Another question is answered meanwhile.
  CHECK(guard.ask({"b"}, []() -> Result<int> { return 2; }) == 2);
  hanging.let_go.set_value();
  const auto end = Clock::now() + std::chrono::seconds(20);
  while (guard.left_behind() != 0 && Clock::now() < end) std::this_thread::yield();
  CHECK(ask() == 1);
}

TEST_CASE("who has the name of another that hangs is asked", "[background]") {
  Guard guard(std::make_shared<Background>());
  Hanging hanging;
  std::string start = "100";
  const Question question{.key = "8/cmdline", .identity = [&start] { return start; }};
  CHECK_FALSE(hanging.ask(guard, question));
  CHECK_FALSE(guard.ask(question, []() -> Result<int> { return 1; }));
  start = "200";
  CHECK(guard.ask(question, []() -> Result<int> { return 1; }) == 1);
  hanging.let_go.set_value();
}

TEST_CASE("where all threads hang nothing more is asked", "[background]") {
  Guard guard(std::make_shared<Background>());
  Hanging hanging;
  for (std::size_t i = 0; i < Background::kMostThreads; ++i)
    CHECK_FALSE(hanging.ask(guard, {std::to_string(i)}));
  const auto began = Clock::now();
  const auto more = guard.ask({"more"}, []() -> Result<int> { return 1; });
  REQUIRE_FALSE(more);
  CHECK(more.error().code == Errc::blocked);
  CHECK(Clock::now() - began < Stillness::kStill);
  CHECK(guard.left_behind() == Background::kMostThreads);
  hanging.let_go.set_value();
}

TEST_CASE("what works is waited for, however long it takes", "[background]") {
  Guard guard(std::make_shared<Background>());
  const auto answer = guard.ask({"a"}, []() -> Result<int> {
    const auto until = Clock::now() + 3 * Stillness::kStill;
    while (Clock::now() < until) {
    }
    return 3;
  });
  CHECK(answer == 3);
}

}  // namespace
}  // namespace pageloupe
