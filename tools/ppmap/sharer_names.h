// SPDX-License-Identifier: MIT
// Names of other processes, each read once, when it is shown.
#pragma once

#include <string>
#include <unordered_map>

#include "base/text.h"
#include "proc/procfs.h"

namespace pageloupe::ppmap {

class SharerNames {
 public:
  explicit SharerNames(const ProcFs& procfs) : procfs_(procfs) {}

  // Its comm; "" when it has ended since. Valid as long as the object.
  [[nodiscard]] const std::string& comm(Pid pid) {
    const auto [at, is_new] = names_.try_emplace(pid.value);
    if (!is_new) return at->second;
    auto text = procfs_.pid_by_path(pid).read("comm", buffer_).value_or("");
    if (text.ends_with('\n')) text.remove_suffix(1);  // a name may have line ends of its own
    at->second = text;
    return at->second;
  }

 private:
  const ProcFs& procfs_;
  std::unordered_map<std::int32_t, std::string> names_{};
  std::string buffer_{};
};

}  // namespace pageloupe::ppmap
