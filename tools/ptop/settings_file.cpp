// SPDX-License-Identifier: MIT
// Where the settings are kept.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"
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

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
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
  if (!make_folders(path)) return failed(errno);
  const auto temporary = path + ".new";
  ::unlink(temporary.c_str());
  const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return failed(errno);
  if (!write_all(fd.get(), settings_text(settings)) || ::fsync(fd.get()) != 0) return failed(errno);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed(errno);
  return {};
}

}  // namespace pageloupe::ptop
