// SPDX-License-Identifier: MIT
// --picture, --svg, --html: the address space drawn.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_picture_report(const Request& request, const ProcFs& procfs,
                                                          Output& output);

}  // namespace pageloupe::ppmap
