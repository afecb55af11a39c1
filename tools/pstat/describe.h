// SPDX-License-Identifier: MIT
// What the documentation is made of.
#pragma once

#include "cli/describe.h"

namespace pageloupe::pstat {

[[nodiscard]] std::span<const Topic> topics();
[[nodiscard]] SelfDescription self_description();

}  // namespace pageloupe::pstat
