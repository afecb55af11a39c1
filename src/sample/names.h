// SPDX-License-Identifier: MIT
// Names of users and groups, each looked up once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guard.h"

namespace pageloupe {

class Names {
 public:
  // Of this machine's users, or of another's: then only those are known that are set.
  enum class Of : std::uint8_t { this_machine, another };
  explicit Names(Of machine = Of::this_machine) : machine_(machine) {}
  // Of this machine's. A service that keeps them and does not answer keeps nobody waiting, with a Guard.
  explicit Names(std::shared_ptr<Guard> guard) : machine_(Of::this_machine), guard_(std::move(guard)) {}

  // The name, or the number where there is none, or as long as the service hangs. The view lasts as long as
  // the object.
  [[nodiscard]] std::string_view user(std::uint32_t uid);
  [[nodiscard]] std::string_view group(std::uint32_t gid);

  // What its users and groups are called, in place of what is looked up.
  void set_user(std::uint32_t uid, std::string_view name) { users_.insert_or_assign(uid, name); }
  void set_group(std::uint32_t gid, std::string_view name) { groups_.insert_or_assign(gid, name); }

 private:
  using Known = std::unordered_map<std::uint32_t, std::string>;
  template <class LookUp>
  [[nodiscard]] std::string_view find(Known& known, std::uint32_t id, LookUp look_up);

  Of machine_;
  std::shared_ptr<Guard> guard_{};
  Known users_;
  Known groups_;
  Known unanswered_;  // numbers, by themselves
};

}  // namespace pageloupe
