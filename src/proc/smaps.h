// SPDX-License-Identifier: MIT
// /proc/PID/maps and /proc/PID/smaps, record by record; see proc(5).
//
// One record of smaps is its line of maps, some 24 lines of keys in fixed columns, and VmFlags. The columns
// are the same in all records of one kernel, so they are learnt from the first; a record of another shape
// (a value over 95 GiB is wider) is read key by key.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proc/maps.h"
#include "proc/smaps_usage.h"
#include "proc/text_stream.h"

namespace pageloupe {

// One mapping and, where smaps was read, its use.
struct VmaRecord {
  Vma vma{};
  SmapsUsage usage{};
  std::vector<std::uint64_t>
      unknown{};           // values of SmapsReader::unknown_keys(), in that order; kNoValue where absent
  std::string vm_flags{};  // "rd wr mr mw": two letters each, blanks between

  static constexpr std::uint64_t kNoValue = ~std::uint64_t{0};
};

// True when `flags` holds the two letters, as in has_vm_flag(record.vm_flags, "ht").
[[nodiscard]] bool has_vm_flag(std::string_view flags, std::string_view letters);

class MapsReader {
 public:
  explicit MapsReader(UniqueFd maps) : MapsReader(TextStream(std::move(maps))) {}
  // Of which nothing was consumed yet.
  explicit MapsReader(TextStream maps) : stream_(std::move(maps)) {}

  // Fills `record.vma`; false at the end. The kernel gives no line for a process without memory.
  // Errors: gone, denied, io, malformed (with its line).
  [[nodiscard]] Result<bool> next(VmaRecord& record);

 private:
  TextStream stream_;
  std::uint32_t line_ = 0;
};

class SmapsReader {
 public:
  explicit SmapsReader(UniqueFd smaps) : SmapsReader(TextStream(std::move(smaps))) {}
  explicit SmapsReader(TextStream smaps) : stream_(std::move(smaps)) {}

  // Fills all of `record`; false at the end. Errors as MapsReader::next.
  [[nodiscard]] Result<bool> next(VmaRecord& record);

  // Keys of a later kernel than this program knows, in the kernel's spelling, and their unit ("kB" or "").
  struct UnknownKey {
    std::string text;
    bool kib = false;
  };
  [[nodiscard]] const std::vector<UnknownKey>& unknown_keys() const { return unknown_keys_; }

 private:
  static constexpr std::size_t kLabelWidth = 16;  // "Rss:            "
  static constexpr std::size_t kValueWidth = 8;
  static constexpr std::size_t kIncomplete = ~std::size_t{0};

  // Where one key stands in a record, counted from the end of the record's first line.
  struct Column {
    std::size_t at = 0;
    std::size_t length = 0;           // with the newline
    SmapsKey key = SmapsKey::count_;  // count_ for a key that is not known
    std::size_t unknown = 0;          // its place in unknown_keys_
    bool kib = false;
  };

  [[nodiscard]] Result<std::size_t> read_body(std::string_view text, VmaRecord& record);
  [[nodiscard]] bool read_columns(std::string_view body, VmaRecord& record);
  [[nodiscard]] bool read_column(const Column& column, const char* line);
  [[nodiscard]] bool read_key(std::string_view line, VmaRecord& record);
  void learn(std::string_view body);
  std::size_t unknown_index(std::string_view key, bool kib);

  TextStream stream_;
  std::uint32_t records_ = 0;
  std::vector<Column> columns_;
  std::size_t columns_end_ = 0;  // where the columns end: VmFlags follows
  // The columns of the record before, and what they said: most lines are the same in the next.
  std::string last_body_;
  VmaRecord last_;
  std::vector<UnknownKey> unknown_keys_;
};

}  // namespace pageloupe
