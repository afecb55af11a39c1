// SPDX-License-Identifier: MIT
#include "sample/logins.h"

#include <cstring>
#include <fcntl.h>
#include <string>
#include <utmpx.h>

#include "base/unique_fd.h"
#include "proc/held_file.h"
#include "proc/pread_exact.h"

namespace pageloupe {

std::size_t count_sessions(std::string_view utmp) {
  std::size_t sessions = 0;
  for (; utmp.size() >= sizeof(utmpx); utmp.remove_prefix(sizeof(utmpx))) {
    utmpx record{};
    std::memcpy(&record, utmp.data(), sizeof(record));
    if (record.ut_type == USER_PROCESS && record.ut_user[0] != '\0') ++sessions;
  }
  return sessions;
}

Result<std::size_t> read_sessions(const char* path) {
  UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return 0;
  if (!fd) return os_failure(errno, "utmp");
  std::string buffer;
  const auto text = HeldFile(std::move(fd), "utmp").read(buffer);
  if (!text) return std::unexpected(text.error());
  return count_sessions(*text);
}

}  // namespace pageloupe
