// SPDX-License-Identifier: MIT
// The columns of ppmap --pages: what the pages of one mapping are.
#pragma once

#include "field/vma_fields.h"
#include "sample/page_meter.h"

namespace pageloupe {

// The place of the mapping, as vma_fields() has it, and its pages, of VmaRow::pages.
[[nodiscard]] FieldSpan<VmaRow> page_fields();

// What such columns are made of, besides maps and pagemap: their keys begin with the name of the file or
// call.
[[nodiscard]] PageWants page_wants(std::span<const Column* const> columns);

}  // namespace pageloupe
