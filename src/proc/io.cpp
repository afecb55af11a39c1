// SPDX-License-Identifier: MIT
#include "proc/io.h"

#include "proc/keyed.h"

namespace pageloupe {
namespace {

enum class IoKey : std::uint8_t {
  rchar,
  wchar,
  syscr,
  syscw,
  read_bytes,
  write_bytes,
  cancelled_write_bytes,
  count_
};

constexpr auto kIoKeys = std::to_array<KeySpelling<IoKey>>({
    {IoKey::rchar, "rchar"},
    {IoKey::wchar, "wchar"},
    {IoKey::syscr, "syscr"},
    {IoKey::syscw, "syscw"},
    {IoKey::read_bytes, "read_bytes"},
    {IoKey::write_bytes, "write_bytes"},
    {IoKey::cancelled_write_bytes, "cancelled_write_bytes"},
});
static_assert(in_enum_order(kIoKeys));

}  // namespace

Result<PidIo> parse_io(std::string_view text) {
  KeyedValues<IoKey> values;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto spelling = take_until(rest, ':');
    const auto key = find_key(kIoKeys, spelling);
    if (!key) continue;
    const auto value = to_number<std::uint64_t>(trim(rest));
    if (!value) return malformed("io", kIoKeys[static_cast<std::size_t>(*key)].text, line);
    values.set(*key, *value);
  }
  for (const auto& [key, spelling] : kIoKeys) {
    if (!values[key]) return malformed("io", spelling);
  }
  return PidIo{
      .rchar = {*values[IoKey::rchar]},
      .wchar = {*values[IoKey::wchar]},
      .syscr = *values[IoKey::syscr],
      .syscw = *values[IoKey::syscw],
      .read_bytes = {*values[IoKey::read_bytes]},
      .write_bytes = {*values[IoKey::write_bytes]},
      .cancelled_write_bytes = {*values[IoKey::cancelled_write_bytes]},
  };
}

}  // namespace pageloupe
