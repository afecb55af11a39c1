// SPDX-License-Identifier: MIT
// Maps as they were: of a recording at a time, or of a document of `ppmap --json`.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

// Given a /proc in which there is nothing.
using MakeReport = std::function<std::unique_ptr<Report>(const ProcFs&)>;

// Shows these processes, or all there are. Returns the exit code: 0; 1 where the file holds nothing that can
// be shown, or a map that could not be read then; 3 where it is damaged; 42 for a process that is not in it.
[[nodiscard]] int replay_maps(const Request& request, std::span<const std::string> operands,
                              const MakeReport& make_report);

}  // namespace pageloupe::ppmap
