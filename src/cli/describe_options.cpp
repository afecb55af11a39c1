// SPDX-License-Identifier: MIT
#include "cli/describe_options.h"

#include "base/text.h"
#include "render/format.h"

namespace pageloupe {

void describe_options_mdoc(std::span<const OptionInfo> options, Buffer& buffer) {
  std::string_view heading;
  for (const auto& option : options) {
    if (option.section != heading) {
      if (!heading.empty()) append(buffer, ".El\n");
      heading = option.section;
      append_format(buffer, ".Ss {}\n.Bl -tag -width Ds\n", heading);
    }
    append(buffer, ".It");
    std::string_view names = option.names;
    while (!names.empty()) {
      auto name = take_until(names, ',');
      name.remove_prefix(1);
      // A long option is the flag "-name" after mdoc's own dash.
      if (name.starts_with('-')) name.remove_prefix(1);
      const bool is_long = name.size() > 1;
      append_format(buffer, " Fl {}{}{}", is_long ? "-" : "", name, names.empty() ? "" : " ,");
    }
    if (!option.value.empty()) append_format(buffer, " Ar {}", option.value);
    append_format(buffer, "\n{}.\n", option.help);
  }
  if (!heading.empty()) append(buffer, ".El\n");
}

}  // namespace pageloupe
