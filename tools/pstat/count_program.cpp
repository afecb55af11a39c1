// SPDX-License-Identifier: MIT
#include "pstat/count_program.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pageloupe::pstat {
namespace {

constexpr int kCannotRun = 127;

// The child: waits until the counters are on it, then becomes the program.
[[noreturn]] void become(const std::vector<std::string>& words, const sigset_t& mask, int go, int failure) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  char nothing = 0;
  while (::read(go, &nothing, 1) < 0 && errno == EINTR) {
  }
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGXFSZ, SIG_DFL);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  ::execvp(arguments.front(), arguments.data());
  const int error = errno;
  static_cast<void>(!::write(failure, &error, sizeof error));
  ::_exit(kCannotRun);
}

}  // namespace

std::expected<Program, int> Program::fork(const std::vector<std::string>& words, const sigset_t& mask) {
  std::array<int, 2> go{};
  std::array<int, 2> failure{};
  if (::pipe2(go.data(), O_CLOEXEC) != 0) return std::unexpected(errno);
  UniqueFd go_read(go[0]);
  UniqueFd go_write(go[1]);
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) return std::unexpected(errno);
  UniqueFd failure_read(failure[0]);
  const UniqueFd failure_write(failure[1]);
  const auto pid = ::fork();
  if (pid < 0) return std::unexpected(errno);
  if (pid == 0) {
    go_write.reset();  // else the end of the pipe never comes
    become(words, mask, go_read.get(), failure_write.get());
  }
  return Program(Pid{pid}, std::move(go_write), std::move(failure_read));
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, Pid{})),
      go_(std::move(other.go_)),
      failure_(std::move(other.failure_)),
      exit_code_(other.exit_code_) {}

Program::~Program() {
  if (pid_.value == 0 || exit_code_) return;
  if (go_) ::kill(pid_.value, SIGKILL);  // it was never let go
  ::waitpid(pid_.value, nullptr, 0);
}

std::expected<void, int> Program::start() {
  go_.reset();
  int error = 0;
  if (::read(failure_.get(), &error, sizeof error) == sizeof error) return std::unexpected(error);
  return {};
}

bool Program::ended() {
  if (exit_code_) return true;
  constexpr int kBySignal = 128;
  int status = 0;
  if (::waitpid(pid_.value, &status, WNOHANG) != pid_.value) return false;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kBySignal + WTERMSIG(status);
  return true;
}

void Program::signal(int number) const { ::kill(pid_.value, number); }

}  // namespace pageloupe::pstat
