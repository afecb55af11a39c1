// SPDX-License-Identifier: MIT
#include "sample/names.h"

#include <cerrno>
#include <grp.h>
#include <pwd.h>
#include <vector>

namespace pageloupe {
namespace {

// Asks with a buffer that grows until the answer fits.
template <class Entry, class Ask, class Name>
std::string look_up(std::uint32_t id, Ask ask, Name name_of) {
  std::vector<char> buffer(1024);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int error = ask(id, &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < (1U << 20)) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    return error == 0 && found != nullptr ? name_of(*found) : std::to_string(id);
  }
}

}  // namespace

std::string_view Names::user(std::uint32_t uid) {
  const auto known = users_.find(uid);
  if (known != users_.end()) return known->second;
  if (machine_ == Of::another) return users_.emplace(uid, std::to_string(uid)).first->second;
  const auto name_of = [](const passwd& entry) { return std::string(entry.pw_name); };
  return users_.emplace(uid, look_up<passwd>(uid, ::getpwuid_r, name_of)).first->second;
}

std::string_view Names::group(std::uint32_t gid) {
  const auto known = groups_.find(gid);
  if (known != groups_.end()) return known->second;
  if (machine_ == Of::another) return groups_.emplace(gid, std::to_string(gid)).first->second;
  const auto name_of = [](const struct group& entry) { return std::string(entry.gr_name); };
  return groups_.emplace(gid, look_up<struct group>(gid, ::getgrgid_r, name_of)).first->second;
}

}  // namespace pageloupe
