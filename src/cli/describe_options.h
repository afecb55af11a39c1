// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "cli/command_line.h"
#include "render/output.h"

namespace pageloupe {

// The OPTIONS section in mdoc(7), a subsection for each heading.
void describe_options_mdoc(std::span<const OptionInfo> options, Buffer& buffer);

}  // namespace pageloupe
