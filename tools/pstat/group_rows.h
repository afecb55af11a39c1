// SPDX-License-Identifier: MIT
// --group-by: processes that have something in common, summed up.
#pragma once

#include "pstat/pass_rows.h"

namespace pageloupe::pstat {

// The name of the field that a key groups by.
[[nodiscard]] std::string_view group_field(GroupKey key);

[[nodiscard]] std::unique_ptr<PassRows> make_group_rows(const Request& request, const Shown& shown);

}  // namespace pageloupe::pstat
