// SPDX-License-Identifier: MIT
// What the documentation is made of.
#pragma once

#include "cli/describe.h"

namespace pageloupe::tlbprobe {

[[nodiscard]] std::span<const Topic> topics();
[[nodiscard]] SelfDescription self_description();

}  // namespace pageloupe::tlbprobe
