// SPDX-License-Identifier: MIT
// The columns of pstat and ptop: what can be said of a process or a thread.
#pragma once

#include "field/field.h"
#include "sample/process_row.h"

namespace pageloupe {

[[nodiscard]] FieldSpan<ProcessRow> process_fields();

}  // namespace pageloupe
