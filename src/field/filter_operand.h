// SPDX-License-Identifier: MIT
// What a column is compared with. Part of field/filter; nothing else includes it.
#pragma once

#include "field/filter_node.h"

namespace pageloupe {

// Puts `text` into the comparison as that type of column wants it; false when it is none of that type.
[[nodiscard]] bool read_operand(Filter::Node& node, Type type, std::string_view text);

// "a size such as 10M": for the message about anything else.
[[nodiscard]] std::string_view operand_wanted(Type type);

}  // namespace pageloupe
