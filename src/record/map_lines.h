// SPDX-License-Identifier: MIT
// Maps of processes in a recording, as lines behind the line of their process:
//   map       begins a map anew: {"record":"map","pid":7}, or says why there is none: "error":"denied"
//   vma       a mapping that is new or has changed, under the keys of `ppmap --json`
//   unmapped  the addresses at which mappings began that are no more
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "field/field.h"
#include "record/json_line.h"
#include "record/map_members.h"
#include "record/recorded.h"
#include "render/json_object.h"

namespace pageloupe {

// Appends what has changed since the sample before.
class MapLines {
 public:
  MapLines();

  // `whole`: what was written before is forgotten.
  void append(Buffer& buffer, Pid pid, std::span<const VmaRow> rows, bool whole);
  void append(Buffer& buffer, Pid pid, Errc error, bool whole);

  void forget(std::int32_t pid) { known_.erase(pid); }

 private:
  struct Known {
    std::optional<Errc> error{};
    std::unordered_map<std::uint64_t, std::uint64_t> rows{};  // digest of the line, by first address
  };

  [[nodiscard]] std::uint64_t line_of(const VmaRow& row);

  std::vector<const Field<VmaRow>*> fields_;
  JsonKeys keys_;
  std::vector<Value> values_;
  Buffer line_;
  std::unordered_map<std::int32_t, Known> known_;
};

// Takes what such lines say. False for a line that makes no sense.
class MapLineReader {
 public:
  static void begin(const JsonLine& line, RecordedMap& map);
  [[nodiscard]] bool vma(const JsonLine& line, RecordedMap& map);
  [[nodiscard]] static bool unmapped(const JsonLine& line, RecordedMap& map);

 private:
  MappingMembers members_;
};

}  // namespace pageloupe
