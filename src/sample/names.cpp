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

template <class LookUp>
std::string_view Names::find(Known& known, std::uint32_t id, LookUp look_up) {
  const auto found = known.find(id);
  if (found != known.end()) return found->second;
  if (machine_ == Of::another) return known.emplace(id, std::to_string(id)).first->second;
  auto name = guard_ ? guard_->ask({"names"}, [look_up, id]() -> Result<std::string> { return look_up(id); })
                     : Result<std::string>(look_up(id));
  if (name) return known.emplace(id, std::move(*name)).first->second;
  return unanswered_.emplace(id, std::to_string(id)).first->second;
}

std::string_view Names::user(std::uint32_t uid) {
  return find(users_, uid, [](std::uint32_t id) {
    return look_up<passwd>(id, ::getpwuid_r, [](const passwd& entry) { return std::string(entry.pw_name); });
  });
}

std::string_view Names::group(std::uint32_t gid) {
  return find(groups_, gid, [](std::uint32_t id) {
    const auto name_of = [](const struct group& entry) { return std::string(entry.gr_name); };
    return look_up<struct group>(id, ::getgrgid_r, name_of);
  });
}

}  // namespace pageloupe
