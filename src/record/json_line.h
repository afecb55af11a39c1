// SPDX-License-Identifier: MIT
// A line of JSON Lines as a flat list of its members.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/scalar.h"

namespace pageloupe {

// {"pid":7,"statm":{"size_pages":3},"pids":[8,9]} is "pid" 7, "statm" opened, "size_pages" of "statm" 3,
// "pids" element 0 8, "pids" element 1 9.
struct LineMember {
  std::string_view section{};  // the object that it is in; empty: the line's own
  std::string_view name{};     // empty where the section begins
  std::uint32_t element = 0;   // its place in an array
  bool in_array = false;
  Scalar value{};
};

class JsonLine {
 public:
  // Errors: malformed, where the line is not one object, or is nested deeper than any of ours. What is nested
  // deeper than a member of a section is passed over. Needs a few times the memory of the line, and keeps it.
  [[nodiscard]] Result<void> parse(std::string_view line);

  // Of the last line; the views last until the next.
  [[nodiscard]] std::span<const LineMember> members() const { return members_; }

  // A member of the line's own.
  [[nodiscard]] const Scalar* find(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view name) const;
  [[nodiscard]] std::string_view text(std::string_view name) const;  // empty where there is none

 private:
  std::string texts_;
  std::vector<LineMember> members_;
};

}  // namespace pageloupe
