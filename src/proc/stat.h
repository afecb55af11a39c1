// SPDX-License-Identifier: MIT
// /proc/PID/stat and /proc/PID/task/TID/stat; see proc(5). Names are the kernel's.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// The name of a program: at most 15 bytes, 63 for the workers of the kernel; longer ones are cut.
class Comm {
 public:
  Comm() = default;
  explicit Comm(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), text_.size()))) {
    text.copy(text_.data(), size_);
  }
  [[nodiscard]] std::string_view view() const& { return {text_.data(), size_}; }
  std::string_view view() const&& = delete;  // the view would outlive the text
  friend bool operator==(const Comm& comm, std::string_view text) { return comm.view() == text; }

 private:
  std::array<char, 64> text_{};
  std::uint8_t size_ = 0;
};

// Fields 1 to 24 are in every kernel; later ones are 0 where the text ends before them.
struct PidStat {
  Pid pid{};
  Comm comm{};  // raw
  char state = '?';
  Pid ppid{};
  std::int32_t pgrp = 0;
  std::int32_t session = 0;
  std::int32_t tty_nr = 0;
  std::int32_t tpgid = 0;
  std::uint64_t flags = 0;  // PF_… of the kernel's sched.h
  std::uint64_t minflt = 0;
  std::uint64_t cminflt = 0;
  std::uint64_t majflt = 0;
  std::uint64_t cmajflt = 0;
  Ticks utime{};
  Ticks stime{};
  Ticks cutime{};
  Ticks cstime{};
  std::int64_t priority = 0;
  std::int64_t nice = 0;
  std::uint64_t num_threads = 0;
  std::uint64_t itrealvalue = 0;
  Ticks starttime{};  // since boot
  Bytes vsize{};
  Pages rss{};  // approximate since Linux 6.2: statm is exact
  std::uint64_t rsslim = 0;
  Address startcode{};
  Address endcode{};
  Address startstack{};  // these and the next are 0 to who may not trace the process
  Address kstkesp{};
  Address kstkeip{};
  std::uint64_t signal = 0;
  std::uint64_t blocked = 0;
  std::uint64_t sigignore = 0;
  std::uint64_t sigcatch = 0;
  std::uint64_t wchan = 0;
  std::uint64_t nswap = 0;
  std::uint64_t cnswap = 0;
  std::int64_t exit_signal = 0;
  std::int64_t processor = 0;
  std::uint64_t rt_priority = 0;
  std::uint64_t policy = 0;
  Ticks delayacct_blkio_ticks{};
  Ticks guest_time{};
  Ticks cguest_time{};
  Address start_data{};
  Address end_data{};
  Address start_brk{};
};

// PF_KTHREAD of include/linux/sched.h.
inline constexpr std::uint64_t kKernelThreadFlag = 0x00200000;

// Errors: malformed, with the number of the field as its line.
[[nodiscard]] Result<PidStat> parse_stat(std::string_view text);

}  // namespace pageloupe
