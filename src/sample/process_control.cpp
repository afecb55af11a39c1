// SPDX-License-Identifier: MIT
#include "sample/process_control.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/magic.h>
#include <string>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe {
namespace {

std::unexpected<Error> os_failure(int error, std::string_view call) {
  const auto code = [error] {
    switch (error) {
      case ESRCH: return Errc::gone;
      case EPERM:
      case EACCES: return Errc::denied;
      case ENOSYS: return Errc::unsupported;
      default: return Errc::io;
    }
  }();
  return std::unexpected(Error{.code = code, .os_error = error, .file = call});
}

// System calls take IDs as this process's PID namespace has them: a captured /proc, or that of another
// namespace, has other ones. There "self" is another number, or none.
bool has_our_ids(const ProcFs& procfs) {
  struct statfs about{};
  if (::statfs(procfs.root().c_str(), &about) != 0 || about.f_type != PROC_SUPER_MAGIC) return false;
  std::array<char, 16> target{};
  const auto length = ::readlink((procfs.root() + "/self").c_str(), target.data(), target.size());
  if (length <= 0) return false;
  const std::string_view text(target.data(), static_cast<std::size_t>(length));
  return to_number<pid_t>(text) == ::getpid();
}

Result<PidStat> read_stat(const ProcFs& procfs, Pid tgid, Pid pid) {
  std::string buffer;
  const auto dir = pid == tgid ? procfs.pid_by_path(tgid) : procfs.thread_by_path(tgid, pid);
  const auto text = dir.read("stat", buffer);
  if (!text) return std::unexpected(text.error());
  return parse_stat(*text);
}

// The stat of what was shown; `gone` where its ID is another's.
Result<PidStat> find_target(const ProcFs& procfs, const ControlTarget& target) {
  const auto stat = read_stat(procfs, target.tgid, target.pid);
  if (stat && stat->starttime != target.start) return fail(Errc::gone);
  return stat;
}

Result<int> set_nice(const PidStat& stat, NiceChange change) {
  constexpr int kLeast = -20;
  constexpr int kMost = 19;
  const int wanted = change.relative ? static_cast<int>(stat.nice) + change.value : change.value;
  const int nice = std::clamp(wanted, kLeast, kMost);
  if (::setpriority(PRIO_PROCESS, static_cast<id_t>(stat.pid.value), nice) != 0)
    return os_failure(errno, "setpriority");
  return nice;
}

// The threads but the first, as they are after that was changed: a new one inherits from its maker.
Result<std::size_t> set_nice_of_threads(const ProcFs& procfs, const ControlTarget& target,
                                        NiceChange change) {
  const auto tids = procfs.pid_by_path(target.tgid).threads();
  if (!tids) return std::unexpected(tids.error());
  std::size_t changed = 0;
  for (const auto tid : *tids) {
    if (tid == target.tgid) continue;
    const auto stat = read_stat(procfs, target.tgid, tid);
    if (!stat) continue;  // has ended meanwhile
    const auto nice = set_nice(*stat, change);
    if (!nice && nice.error().code == Errc::gone) continue;
    if (!nice) return std::unexpected(nice.error());
    ++changed;
  }
  return changed;
}

}  // namespace

Result<void> send_signal(const ProcFs& procfs, const ControlTarget& target, int signal) {
  if (!has_our_ids(procfs)) return fail(Errc::not_applicable);
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, target.tgid.value, 0)));
  if (!process) return os_failure(errno, "pidfd_open");
  const auto shown = find_target(procfs, target);
  if (!shown) return std::unexpected(shown.error());
  if (::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) != 0)
    return os_failure(errno, "pidfd_send_signal");
  return {};
}

Result<NiceResult> change_nice(const ProcFs& procfs, const ControlTarget& target, NiceChange change) {
  if (!has_our_ids(procfs)) return fail(Errc::not_applicable);
  const auto shown = find_target(procfs, target);
  if (!shown) return std::unexpected(shown.error());
  const auto nice = set_nice(*shown, change);
  if (!nice) return std::unexpected(nice.error());
  NiceResult result{.nice = *nice, .threads = 1};
  if (target.is_thread() || shown->num_threads < 2) return result;
  const auto others = set_nice_of_threads(procfs, target, change);
  if (!others) return std::unexpected(others.error());
  result.threads += *others;
  return result;
}

}  // namespace pageloupe
