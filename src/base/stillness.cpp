// SPDX-License-Identifier: MIT
#include "base/stillness.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include "base/unique_fd.h"

namespace pageloupe {
namespace {

// The CPU time of a thread of this process, in nanoseconds; -1 of any other.
std::int64_t cpu_time_of(pid_t thread) {
  // The clock of a thread by its ID, as the kernel encodes it (CPUCLOCK_SCHED and CPUCLOCK_PERTHREAD).
  constexpr unsigned kThreadClock = 6;
  const auto clock = static_cast<clockid_t>((~static_cast<unsigned>(thread) << 3U) | kThreadClock);
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return -1;
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Whether a thread is on a CPU or waits for one; not where the kernel does not say.
bool is_running(pid_t thread) {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/stat", static_cast<int>(thread));
  const UniqueFd fd(::open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text{};
  // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): this program's own stat, which never blocks
  const auto length = fd ? ::read(fd.get(), text.data(), text.size()) : 0;
  if (length <= 0) return false;
  const std::string_view stat(text.data(), static_cast<std::size_t>(length));
  const auto name_end = stat.rfind(')');
  return name_end != std::string_view::npos && stat.substr(name_end).starts_with(") R");
}

}  // namespace

bool Stillness::looks_stuck(pid_t thread) {
  const auto now = std::chrono::steady_clock::now();
  const auto used = thread == 0 ? -1 : cpu_time_of(thread);
  if (thread != 0 && used == cpu_time_ && !is_running(thread)) return now - since_ >= kStill;
  cpu_time_ = used;
  since_ = now;
  return false;
}

}  // namespace pageloupe
