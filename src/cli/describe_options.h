// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "cli/command_line.h"
#include "field/field.h"
#include "render/output.h"

namespace pageloupe {

// The OPTIONS section in mdoc(7), a subsection for each heading.
void describe_options_mdoc(std::span<const OptionInfo> options, Buffer& buffer);

// What a shell completes, a line each with tabs between: "option", its names with blanks between, what its
// value is called, its help; "column", its names, nothing, its help.
void describe_completion(std::span<const OptionInfo> options, std::span<const Column* const> columns,
                         Buffer& buffer);

}  // namespace pageloupe
