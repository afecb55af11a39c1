// SPDX-License-Identifier: MIT
// The members of a saved mapping, and what they set in a row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/scalar.h"
#include "sample/process_map.h"

namespace pageloupe {

class MappingMembers {
 public:
  MappingMembers();

  // Begins the next mapping, or the first of the next process.
  void begin_process();
  void begin();
  // Sets one member. False where the value is none of its kind; null is a value that is not known.
  [[nodiscard]] bool set(std::string_view key, const Scalar& value);
  // Finishes the mapping. False where it does not say where it is.
  [[nodiscard]] bool finish();

  [[nodiscard]] VmaRow& row() { return row_; }
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
  [[nodiscard]] const std::vector<SmapsReader::UnknownKey>& unknown_keys() const { return unknown_keys_; }

 private:
  enum class What : std::uint8_t {
    start,
    end,
    size,
    perms,
    offset,
    device,
    inode,
    kind,
    path,
    path_bytes,
    mapping,
    mapping_bytes,
    tid,
    stack_by,
    vm_flags,
    usage,
    unknown,
    made_of_others,
  };
  // What a key stands for; `index` is that of a key of smaps, or of unknown_keys_.
  struct Member {
    What what = What::made_of_others;
    std::size_t index = 0;
  };

  [[nodiscard]] Member member_of(std::string_view key);
  [[nodiscard]] Member learn(std::string_view key);
  [[nodiscard]] bool set_text(What what, std::string_view text);
  [[nodiscard]] bool set_number(const Member& member, std::uint64_t number);

  std::unordered_map<std::string, Member> known_;
  // The keys of one mapping in their order, which is that of the next one too.
  struct Place {
    std::string key{};
    Member member{};
  };
  std::vector<Place> order_;
  std::size_t at_ = 0;
  bool first_ = true;
  VmaRow row_{};
  std::optional<Bytes> size_{};
  bool has_start_ = false;
  bool has_end_ = false;
  std::vector<std::string> keys_;
  std::vector<SmapsReader::UnknownKey> unknown_keys_;
};

}  // namespace pageloupe
