// SPDX-License-Identifier: MIT
#include "pstat/accounts.h"

#include <cerrno>
#include <cstdio>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace pageloupe::pstat {
namespace {

constexpr std::size_t kLargestEntry = std::size_t{1} << 20;  // a group may have very many members

// `look_up` is called with a buffer that grows until the entry fits.
template <class Entry, class LookUp>
bool with_buffer(Entry& entry, std::vector<char>& buffer, LookUp look_up) {
  Entry* found = nullptr;
  buffer.resize(1024);
  while (look_up(entry, buffer, &found) == ERANGE && buffer.size() < kLargestEntry)
    buffer.resize(2 * buffer.size());
  return found != nullptr;
}

std::optional<std::uint32_t> user_id(const std::string& name) {
  ::passwd entry{};
  std::vector<char> buffer;
  const bool found = with_buffer(entry, buffer, [&](auto& to, auto& text, auto result) {
    return ::getpwnam_r(name.c_str(), &to, text.data(), text.size(), result);
  });
  return found ? std::optional<std::uint32_t>(entry.pw_uid) : std::nullopt;
}

std::optional<std::uint32_t> group_id(const std::string& name) {
  ::group entry{};
  std::vector<char> buffer;
  const bool found = with_buffer(entry, buffer, [&](auto& to, auto& text, auto result) {
    return ::getgrnam_r(name.c_str(), &to, text.data(), text.size(), result);
  });
  return found ? std::optional<std::uint32_t>(entry.gr_gid) : std::nullopt;
}

// The kernel's new_encode_dev(), which is what stat's tty_nr is.
std::optional<std::int32_t> terminal(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) return std::nullopt;
  const auto minor_number = minor(status.st_rdev);
  const auto encoded =
      (minor_number & 0xffU) | (major(status.st_rdev) << 8U) | ((minor_number & ~0xffU) << 12U);
  return static_cast<std::int32_t>(encoded);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The names of the file alone: a directory service may have a million, and is asked for single ones only.
std::vector<std::string> names_in(const char* path) {
  std::vector<std::string> names;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path, "re"));
  if (!file) return names;
  std::string name;
  bool in_name = true;
  for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) {
    if (c == ':' && in_name) names.push_back(name);
    in_name = c == '\n' || (in_name && c != ':');
    if (c == '\n' || c == ':') name.clear();
    if (in_name && c != '\n') name.push_back(static_cast<char>(c));
  }
  return names;
}

// Asks by another thread, where there is a Guard.
template <class Id>
std::function<std::optional<Id>(const std::string&)> asked(std::optional<Id> (*look_up)(const std::string&),
                                                           std::shared_ptr<Guard> guard,
                                                           std::shared_ptr<bool> unanswered) {
  if (!guard) return look_up;
  return [look_up, guard = std::move(guard), unanswered = std::move(unanswered)](const std::string& name) {
    const auto id =
        guard->ask({"names"}, [look_up, name]() -> Result<std::optional<Id>> { return look_up(name); });
    if (!id) *unanswered = true;
    return id.value_or(std::nullopt);
  };
}

}  // namespace

Accounts system_accounts(const std::shared_ptr<Guard>& guard) {
  const auto unanswered = std::make_shared<bool>(false);
  return {.user = asked(user_id, guard, unanswered),
          .group = asked(group_id, guard, unanswered),
          .device = asked(terminal, guard, unanswered),
          .user_names = [] { return names_in("/etc/passwd"); },
          .group_names = [] { return names_in("/etc/group"); },
          .unanswered = unanswered};
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns what it copies
}

}  // namespace pageloupe::pstat
