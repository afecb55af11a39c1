// SPDX-License-Identifier: MIT
// Everything that a run measured, as members of a JSON document and as records of JSON Lines.
#pragma once

#include <vector>

#include "render/writer.h"
#include "tlbprobe/measure.h"

namespace pageloupe::tlbprobe {

// Appends `,"runs":[…],"walks":[…],"granule":…,"curves":[…]`.
void append_samples(Buffer& buffer, const Measurement& measurement, Bytes base_page);

// The schema of these members, each with a comma before it.
[[nodiscard]] std::string_view samples_schema();

}  // namespace pageloupe::tlbprobe
