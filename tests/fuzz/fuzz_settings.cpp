// SPDX-License-Identifier: MIT
// The file of settings of ptop. What was accepted and is saved says the same when it is read again.
#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "fuzz/fuzz_target.h"
#include "ptop/settings.h"

namespace {

using namespace pageloupe;
using namespace pageloupe::ptop;

// The settings that a file of this text makes; nothing where it is refused.
std::optional<Settings> read(std::string_view text) {
  const UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
  must(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  CommandLine line({.tool = "ptop", .summary = "", .synopsis = "", .examples = ""});
  SettingOptions options;
  add_setting_options(line, options);
  line.settings_file("--settings", "/proc/self/fd/" + std::to_string(file.get()), "");
  char name[] = "ptop";
  char* const words[] = {name};
  if (line.parse(words)) return std::nullopt;
  auto settings = make_settings(options);
  if (!settings) must(!settings.error().empty());
  return settings ? std::optional(std::move(*settings)) : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto settings = read(as_text(data, size));
  if (!settings) return 0;
  const auto saved = settings_text(*settings);
  const auto again = read(saved);
  must(again && settings_text(*again) == saved);
  return 0;
}
