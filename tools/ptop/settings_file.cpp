// SPDX-License-Identifier: MIT
// Where the settings are kept.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

#include "base/write_file.h"
#include "cli/rights.h"
#include "ptop/settings.h"

namespace pageloupe::ptop {
namespace {

std::string reason_of(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe)

// The folders above a file, each made where it is not there.
bool make_folders(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> settings_path() {
  // secure_getenv: nothing where the program has rights that its caller has not.
  const char* config = ::secure_getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return std::string(config) + "/pageloupe/ptop.toml";
  const char* home = ::secure_getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.config/pageloupe/ptop.toml";
  return std::nullopt;
}

std::expected<void, std::string> save_settings(const Settings& settings, const std::string& path) {
  const auto failed = [&path](int error) { return std::unexpected(path + ": " + reason_of(error)); };
  const CallersRights his;
  if (!make_folders(path)) return failed(errno);
  if (const int error = replace_file(path, settings_text(settings), 0600); error != 0) return failed(error);
  return {};
}

}  // namespace pageloupe::ptop
