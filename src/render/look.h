// SPDX-License-Identifier: MIT
// Times and shares as ps shows them.
#pragma once

#include "field/field.h"
#include "render/output.h"

namespace pageloupe {

// Appends the value in that form, local time where it is one; false, and nothing, where the value has none.
bool append_look(Buffer& buffer, const Value& value, Look look, Timestamp now);

}  // namespace pageloupe
