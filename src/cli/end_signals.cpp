// SPDX-License-Identifier: MIT
#include "cli/end_signals.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <tuple>
#include <unistd.h>

namespace pageloupe {
namespace {

constexpr auto kSignals = std::to_array<int>({SIGINT, SIGTERM, SIGHUP, SIGXCPU});

// What a handler may touch.  NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> notify_fd{-1};

void on_signal(int /*number*/) {
  const char byte = 0;
  std::ignore = ::write(notify_fd.load(), &byte, 1);
}

void install(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int number : kSignals) ::sigaction(number, &action, nullptr);
}

}  // namespace

EndSignals::EndSignals() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;  // then signals end the program at once
  read_ = UniqueFd(ends[0]);
  write_ = UniqueFd(ends[1]);
  notify_fd.store(write_.get());
  install(on_signal);
}

EndSignals::~EndSignals() {
  if (!write_) return;
  install(SIG_DFL);
  notify_fd.store(-1);
}

bool EndSignals::wait_until(std::chrono::steady_clock::time_point time) const {
  constexpr std::chrono::milliseconds kLongest{1'000'000};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
    pollfd wait{read_.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::clamp(left, left.zero(), kLongest).count()));
    if (ready > 0) return false;
    if (left <= left.zero()) return true;
  }
}

}  // namespace pageloupe
