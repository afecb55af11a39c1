// SPDX-License-Identifier: MIT
#pragma once

#include "ppmap/request.h"

namespace pageloupe::ppmap {

[[nodiscard]] bool wants_picture(const Options& options);

// Checks --picture, --svg, --html and the options that belong to them; those also where no picture is asked
// for. Errors: a message for the user.
[[nodiscard]] std::expected<PictureRequest, std::string> make_picture_request(const Options& options);

}  // namespace pageloupe::ppmap
