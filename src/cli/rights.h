// SPDX-License-Identifier: MIT
// What the program may do that its caller may not: capabilities of its file (setcap), or set-user-ID root.
// Rights that the caller has by himself are his affair, and stay.
#pragma once

#include <cstdint>

namespace pageloupe {

enum class Right : std::uint8_t {
  dac_read_search,  // files of /proc that are their owner's alone
  sys_ptrace,       // maps, smaps, environ, io of other users' processes
  perfmon,          // counters on them, and of the kernel's part
};

// True where the kernel says so (AT_SECURE).
[[nodiscard]] bool is_elevated();

// To be called first. Where the program is elevated: becomes the caller's user again, gives up every
// capability but those of Right for good, and puts those aside. False when that fails: then the program must
// not go on.
[[nodiscard]] bool put_rights_aside();

// Takes up what was put aside, in this thread and those it starts. Nothing happens where nothing was.
void take_rights_up();

// While it lives, this thread has the caller's rights alone: for files that he names.
class CallersRights {
 public:
  CallersRights();
  CallersRights(const CallersRights&) = delete;
  CallersRights& operator=(const CallersRights&) = delete;
  ~CallersRights();

 private:
  std::uint64_t effective_ = 0;  // what there was, and will be again
};

// Keeps libraries from files that the environment names; glibc itself sees to its own. Where the program is
// elevated.
void forget_named_files();

}  // namespace pageloupe
