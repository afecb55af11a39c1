// SPDX-License-Identifier: MIT
#pragma once

#include "record/reader.h"

namespace pageloupe {

// Opens a recording and goes to its sample at or before a time as parse_when() reads it; without one to the
// last. Errors: a message for the user; nothing is recorded at that time.
[[nodiscard]] std::expected<std::unique_ptr<RecordingReader>, std::string> open_replay(
    const std::string& path, const std::optional<std::string>& at);

}  // namespace pageloupe
