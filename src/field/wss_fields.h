// SPDX-License-Identifier: MIT
// The columns of ppmap --wss: what was used of a mapping since the marks were cleared.
#pragma once

#include "field/vma_fields.h"

namespace pageloupe {

// vma_fields(), and what `referenced` says of a mapping as a whole.
[[nodiscard]] FieldSpan<VmaRow> wss_fields();

}  // namespace pageloupe
