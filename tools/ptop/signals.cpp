// SPDX-License-Identifier: MIT
#include "ptop/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <tuple>
#include <unistd.h>

#include "ptop/screen.h"

namespace pageloupe::ptop {
namespace {

constexpr auto kEnding = std::to_array<int>({SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGXCPU});
constexpr auto kFatal = std::to_array<int>({SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM});
constexpr unsigned kPatienceSeconds = 2;

// What a handler may touch.  NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> notify_fd{-1};
std::atomic<int> caught_signal{0};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void on_ending(int number) {
  const int saved_errno = errno;
  const char byte = 0;
  std::ignore = ::write(notify_fd.load(), &byte, 1);
  // Only the first: one every second would put it off for ever.
  if (caught_signal.exchange(number) == 0) ::alarm(kPatienceSeconds);
  errno = saved_errno;
}

void on_fatal(int number) {
  restore_terminal_now();
  constexpr int kBySignal = 128;
  if (number == SIGALRM) ::_exit(kBySignal + caught_signal.load());
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void install(int number, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

TerminationSignals::TerminationSignals() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    read_ = UniqueFd(ends[0]);
    write_ = UniqueFd(ends[1]);
  }
  notify_fd.store(write_.get());
  for (const int number : kEnding) install(number, on_ending);
  for (const int number : kFatal) install(number, on_fatal);
}

TerminationSignals::~TerminationSignals() { notify_fd.store(-1); }

int TerminationSignals::caught() { return caught_signal.load(); }

}  // namespace pageloupe::ptop
