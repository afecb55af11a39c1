// SPDX-License-Identifier: MIT
// A value of JSON that holds no others.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace pageloupe {

// null, true or false, a number without a fraction, one below 0, one with a fraction, a text.
using Scalar = std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, std::string_view>;

}  // namespace pageloupe
