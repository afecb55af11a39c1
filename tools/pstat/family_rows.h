// SPDX-License-Identifier: MIT
// --forest, -H and --tree: children below their parents.
#pragma once

#include "pstat/pass_rows.h"

namespace pageloupe::pstat {

[[nodiscard]] std::unique_ptr<PassRows> make_family_rows(const Request& request, const Shown& shown);

}  // namespace pageloupe::pstat
