// SPDX-License-Identifier: MIT
// /proc/sysvipc/shm, sem and msg: the System V objects of the IPC namespace of who reads; see proc(5).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct SysvShm {
  std::int32_t key = 0;  // 0: private
  std::int32_t shmid = 0;
  bool doomed = false;  // has been removed; goes with its last mapping
  Bytes size{};
  Pid cpid{};  // who made it, and who attached or detached last: they may be gone
  Pid lpid{};
  std::uint64_t nattch = 0;  // mappings
  Bytes rss{};
  Bytes swap{};
};

struct SysvSem {
  std::int32_t key = 0;
  std::int32_t semid = 0;
  std::uint64_t nsems = 0;
};

struct SysvMsg {
  std::int32_t key = 0;
  std::int32_t msqid = 0;
  Bytes bytes{};  // waiting
  std::uint64_t messages = 0;
  Pid lspid{};  // who sent and who received last; 0: nobody
  Pid lrpid{};
};

// A line each below the heading. Errors: malformed, with the line.
[[nodiscard]] Result<std::vector<SysvShm>> parse_sysvipc_shm(std::string_view text);
[[nodiscard]] Result<std::vector<SysvSem>> parse_sysvipc_sem(std::string_view text);
[[nodiscard]] Result<std::vector<SysvMsg>> parse_sysvipc_msg(std::string_view text);

}  // namespace pageloupe
