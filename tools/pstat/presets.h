// SPDX-License-Identifier: MIT
// The ready-made views: those of ps, with its headers, and our own.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cli/column_spec.h"

namespace pageloupe::pstat {

struct PresetColumn {
  std::string_view name{};    // in the table of fields
  std::string_view header{};  // empty: the field's own
  int width = 0;              // 0: the field's own
};

// A view whose columns do not depend on other options.
struct Preset {
  std::string_view name{};  // of --view
  std::string_view help{};
  std::span<const PresetColumn> columns{};
};

// What makes up a view of UNIX ps: -f, -l, -j … may be combined, and each adds its columns.
enum class UnixPart : std::uint8_t {
  full,        // -f
  extra_full,  // -F
  long_list,   // -l
  jobs,        // -j
  lwp,         // -L
  spid,        // -T
  scheduling,  // -c
  no_flags,    // -y
  processor,   // -P
  bsd,         // any of BSD's options beside these: the state, and the arguments in place of the name
  count_
};

class UnixParts {
 public:
  constexpr UnixParts() = default;
  constexpr UnixParts(UnixPart part) : bits_(1U << static_cast<unsigned>(part)) {}  // NOLINT: a set of one

  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool any(UnixParts of) const { return (bits_ & of.bits_) != 0; }
  constexpr UnixParts& operator|=(UnixParts other) {
    bits_ |= other.bits_;
    return *this;
  }
  friend constexpr UnixParts operator|(UnixParts a, UnixParts b) { return a |= b; }
  friend constexpr bool operator==(UnixParts, UnixParts) = default;

 private:
  std::uint32_t bits_ = 0;
};
constexpr UnixParts operator|(UnixPart a, UnixPart b) { return UnixParts(a) | UnixParts(b); }

// All named views, BSD's and ours.
[[nodiscard]] std::span<const Preset> presets();
[[nodiscard]] const Preset* find_preset(std::string_view name);

// "PID TTY TIME CMD" and what the parts add to it and take from it, in the order of ps.
[[nodiscard]] std::vector<ColumnSpec> unix_columns(UnixParts parts);

// The columns of a named view; with lwp or spid among `parts` also those that name a thread, where ps puts
// them.
[[nodiscard]] std::vector<ColumnSpec> preset_columns(const Preset& preset, UnixParts parts);

// -O: ps's default with the list behind the PID.
[[nodiscard]] std::vector<ColumnSpec> preloaded_columns(std::span<const ColumnSpec> list);

}  // namespace pageloupe::pstat
