// SPDX-License-Identifier: MIT
// The columns of ppmap --numa: on which nodes the pages of one mapping are.
#pragma once

#include <string>

#include "field/vma_fields.h"

namespace pageloupe {

// Nodes beyond these have no column of their own; they are in `on_nodes` all the same.
inline constexpr std::size_t kNodeColumns = 64;

// The place of the mapping, as vma_fields() has it, its policy and pages, of VmaRow::numa, and a column for
// each of so many nodes.
[[nodiscard]] FieldSpan<VmaRow> numa_fields(std::size_t nodes);

// What a table shows of them: at most eight nodes.
[[nodiscard]] std::string numa_columns(std::size_t nodes);

}  // namespace pageloupe
