// SPDX-License-Identifier: MIT
// -x, -d, -X and -XX exactly as pmap lays them out, so that what reads pmap reads this.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

// For the views extended, device and wide.
[[nodiscard]] std::unique_ptr<Report> make_pmap_report(const Request& request, Output& output);

}  // namespace pageloupe::ppmap
