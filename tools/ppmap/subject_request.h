// SPDX-License-Identifier: MIT
// What the rows of a map have to say, by --pages, --gentle, --numa and --wss: which columns there are.
#pragma once

#include "ppmap/request.h"

namespace pageloupe::ppmap {

// Fills what concerns these options. Errors: a message for the user.
[[nodiscard]] std::expected<void, std::string> choose_subject(Request& request, const Options& options);

// The columns of a table, where -o names none.
[[nodiscard]] std::string table_columns(const Request& request);

// What --by sums up where -o does not say.
[[nodiscard]] std::string_view group_sums(Subject subject);

}  // namespace pageloupe::ppmap
