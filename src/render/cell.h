// SPDX-License-Identifier: MIT
// One typed value as text: for people, and for programs.
#pragma once

#include "field/field.h"
#include "render/escape.h"

namespace pageloupe {

// How people want their quantities of memory.
enum class SizeUnit : std::uint8_t {
  human,  // 4K, 1.5M, 12G
  bytes,
  kib,
};

struct CellStyle {
  TextStyle text{};
  SizeUnit size = SizeUnit::human;
  Timestamp now{};  // what "today" is, for the looks of times
};

// Appends the cell of a table; returns the columns it takes on a terminal.
std::size_t append_cell(Buffer& buffer, const Value& value, const CellStyle& style, Look look = Look::plain);

// Lower-case hexadecimal, zeros before it up to `width` digits (16 at most).
void append_hex(Buffer& buffer, std::uint64_t value, std::size_t width);

// A decimal number, blanks before it up to `width` columns.
void append_padded(Buffer& buffer, std::uint64_t value, std::size_t width);

// "4K", "1.5M", "12G": three digits at most, powers of 1,024.
void append_human_size(Buffer& buffer, Bytes size);

// True for columns whose cells stand flush right.
[[nodiscard]] bool is_right_aligned(Type type);

// The column's name with its base unit, "rss_bytes", "cpu_ns": the key in JSON and CSV.
[[nodiscard]] std::string machine_name(const Column& column);

// Appends the value as JSON: numbers in base units, addresses and inodes as strings, null without a value.
// False where bytes of a text were replaced, see append_json_string.
bool append_json_value(Buffer& buffer, const Value& value);

// Appends the value as a CSV field: as in JSON, texts as in a table, without quotes where none are needed,
// empty without a value.
void append_csv_value(Buffer& buffer, const Value& value, TextStyle style);

}  // namespace pageloupe
