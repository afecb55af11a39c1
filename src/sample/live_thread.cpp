// SPDX-License-Identifier: MIT
#include "sample/live_thread.h"

namespace pageloupe {

std::optional<PidDir> live_thread(const ProcFs& procfs, const PidDir& dir) {
  const auto threads = dir.threads();
  if (!threads) return std::nullopt;
  std::string buffer;
  for (const auto tid : *threads) {
    if (tid == dir.pid()) continue;
    auto thread = procfs.pid(tid);
    const auto text = thread ? thread->read("stat", buffer) : std::unexpected(thread.error());
    const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
    if (stat && !has_ended(*stat)) return std::move(*thread);
  }
  return std::nullopt;
}

}  // namespace pageloupe
