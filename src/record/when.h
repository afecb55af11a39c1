// SPDX-License-Identifier: MIT
// A time as people write it, within a recording.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace pageloupe {

// What a text is about: the recording's first and last sample, and the one that is looked at.
struct WhenContext {
  Timestamp first{};
  Timestamp last{};
  Timestamp current{};
};

// "03:12", "03:12:04": on the day that is looked at where the recording has it, else the last time it had it.
// "2026-11-25", "2026-11-25 03:12[:04]", with T for the blank, and Z for UTC. "@1795576324[.25]": since the
// epoch.
// "+90", "-5m", "+1h30m", "-2d": from what is looked at. "first", "last". All but Z and @ in local time; the
// result may lie outside of the recording. Errors: a message for the user.
[[nodiscard]] std::expected<Timestamp, std::string> parse_when(std::string_view text,
                                                               const WhenContext& context);

// "2026-11-25 03:12:04", local time.
[[nodiscard]] std::string date_time(Timestamp time);

// "90", "5m", "1h30m", "2d": seconds where there is no unit; nothing for another text.
[[nodiscard]] std::optional<Nanoseconds> parse_span(std::string_view text);

}  // namespace pageloupe
