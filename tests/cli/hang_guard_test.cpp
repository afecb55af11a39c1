// SPDX-License-Identifier: MIT
#include "cli/hang_guard.h"

#include <sys/wait.h>
#include <unistd.h>

#include "cli/held_signals.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

// The status of a child that holds its signals, is sent one, and goes on for half a second more.
int status_of_child(bool works) {
  const auto child = ::fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);  // the tests' own handler would report it
    const HeldSignals signals;
    HangGuard guard(std::chrono::milliseconds(20));
    std::optional<HangGuard::Work> work;
    if (works) work.emplace(guard);
    ::kill(::getpid(), SIGINT);
    std::this_thread::sleep_for(std::chrono::milliseconds(works ? 20'000 : 500));
    ::_exit(signals.arrived() == SIGINT ? 7 : 8);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("work that hangs is ended by a signal that is held", "[cli]") {
  const int status = status_of_child(true);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT));
}

TEST_CASE("without work that hangs a signal stays held", "[cli]") {
  const int status = status_of_child(false);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
}
