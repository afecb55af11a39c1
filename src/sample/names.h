// SPDX-License-Identifier: MIT
// Names of users and groups, each looked up once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pageloupe {

class Names {
 public:
  // Of this machine's users, or of another's: then only those are known that are set.
  enum class Of : std::uint8_t { this_machine, another };
  explicit Names(Of machine = Of::this_machine) : machine_(machine) {}

  // The name, or the number where there is none. The view lasts as long as the object.
  [[nodiscard]] std::string_view user(std::uint32_t uid);
  [[nodiscard]] std::string_view group(std::uint32_t gid);

  // What its users and groups are called, in place of what is looked up.
  void set_user(std::uint32_t uid, std::string_view name) { users_.insert_or_assign(uid, name); }
  void set_group(std::uint32_t gid, std::string_view name) { groups_.insert_or_assign(gid, name); }

 private:
  Of machine_;
  std::unordered_map<std::uint32_t, std::string> users_;
  std::unordered_map<std::uint32_t, std::string> groups_;
};

}  // namespace pageloupe
