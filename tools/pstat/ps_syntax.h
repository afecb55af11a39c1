// SPDX-License-Identifier: MIT
// What users of ps type, in our options: BSD clusters ("aux", "axjf", "p 1"), clusters of UNIX letters
// ("-eo", "-elF"), bare numbers ("123", "-123", "+123"), and "-aux", which ps reads as "aux".
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pageloupe::pstat {

using IsUser = std::function<bool(std::string_view)>;

// The arguments behind the tool's name, rewritten for the parser: options, then "--" and the operands if any.
// `is_user` tells "-ux" of user x from "ux". Errors: a message; usage.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> rewrite_ps_syntax(
    std::span<const std::string> arguments, const IsUser& is_user);

}  // namespace pageloupe::pstat
