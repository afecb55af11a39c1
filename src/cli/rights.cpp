// SPDX-License-Identifier: MIT
#include "cli/rights.h"

#include <array>
#include <cstdlib>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace pageloupe {
namespace {

// Kernels before 5.8 have no CAP_PERFMON; there it is a number that no file holds.
#ifdef CAP_PERFMON
constexpr unsigned kPerfmon = CAP_PERFMON;
#else
constexpr unsigned kPerfmon = 38;
#endif
constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }
constexpr std::uint64_t kKept = bit(CAP_DAC_READ_SEARCH) | bit(CAP_SYS_PTRACE) | bit(kPerfmon);

// The sets of this thread; see capget(2).
struct Capabilities {
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
};
using Words = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

std::uint64_t joined(std::uint32_t low, std::uint32_t high) { return std::uint64_t{high} << 32U | low; }

bool get(Capabilities& found) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Words words{};
  if (::syscall(SYS_capget, &header, words.data()) != 0) return false;
  found = {.effective = joined(words[0].effective, words[1].effective),
           .permitted = joined(words[0].permitted, words[1].permitted),
           .inheritable = joined(words[0].inheritable, words[1].inheritable)};
  return true;
}

bool set(const Capabilities& wanted) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const auto low = [](std::uint64_t set) { return static_cast<std::uint32_t>(set); };
  const auto high = [](std::uint64_t set) { return static_cast<std::uint32_t>(set >> 32U); };
  Words words{};
  words[0] = {.effective = low(wanted.effective),
              .permitted = low(wanted.permitted),
              .inheritable = low(wanted.inheritable)};
  words[1] = {.effective = high(wanted.effective),
              .permitted = high(wanted.permitted),
              .inheritable = high(wanted.inheritable)};
  return ::syscall(SYS_capset, &header, words.data()) == 0;
}

// Of a program that is set-user-ID or set-group-ID; capabilities live on in what is permitted.
bool become_caller() {
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::getegid() != gid && ::setresgid(gid, gid, gid) != 0) return false;
  if (::geteuid() == uid) return true;
  return ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && ::setresuid(uid, uid, uid) == 0 &&
         ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0;
}

}  // namespace

bool is_elevated() { return ::getauxval(AT_SECURE) != 0; }

bool put_rights_aside() {
  if (!is_elevated()) return true;
  Capabilities capabilities;
  if (!become_caller() || !get(capabilities)) return false;
  // The program's child, if it has one, gets nothing of it.
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // not before Linux 4.3, which has no such set
  return set({.permitted = capabilities.permitted & kKept});
}

void take_rights_up() {
  Capabilities capabilities;
  if (!is_elevated() || !get(capabilities)) return;
  capabilities.effective = capabilities.permitted;
  (void)set(capabilities);
}

CallersRights::CallersRights() {
  Capabilities capabilities;
  if (!is_elevated() || !get(capabilities) || capabilities.effective == 0) return;
  effective_ = std::exchange(capabilities.effective, 0);
  (void)set(capabilities);
}

CallersRights::~CallersRights() {
  Capabilities capabilities;
  if (effective_ == 0 || !get(capabilities)) return;
  capabilities.effective = effective_;
  (void)set(capabilities);
}

void forget_named_files() {
  if (!is_elevated()) return;
  for (const char* const name :
       {"TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH", "HOME", "NCURSES_TRACE", "XDG_CONFIG_HOME"})
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
}

}  // namespace pageloupe
