// SPDX-License-Identifier: MIT
#include "render/cell.h"

#include <cstdio>
#include <limits>

#include "render/support.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

std::string human(std::uint64_t bytes) {
  return appended([&](Buffer& buffer) { append_human_size(buffer, Bytes{bytes}); });
}
std::string table(const Value& value, const CellStyle& style = {}) {
  return appended([&](Buffer& buffer) { append_cell(buffer, value, style); });
}
std::string json(const Value& value) {
  return appended([&](Buffer& buffer) { append_json_value(buffer, value); });
}
std::string csv(const Value& value) {
  return appended([&](Buffer& buffer) { append_csv_value(buffer, value, {}); });
}

TEST_CASE("a size for people changes its unit at 1,024 and never rounds up to 1,024 of one", "[render]") {
  CHECK(human(0) == "0");
  CHECK(human(1) == "1B");
  CHECK(human(1023) == "1023B");
  CHECK(human(1024) == "1K");
  CHECK(human(1535) == "1K");
  CHECK(human(1537) == "2K");
  CHECK(human(1023 * 1024 + 511) == "1023K");
  CHECK(human(1023 * 1024 + 512) == "1.0M");
  CHECK(human(1 << 20) == "1.0M");
  CHECK(human(3 << 19) == "1.5M");
  CHECK(human(99ULL << 20) == "99.0M");
  CHECK(human((100ULL << 20) - 1) == "100M");
  CHECK(human(1023ULL << 20) == "1023M");
  CHECK(human((1ULL << 30) - 1) == "1.0G");
  CHECK(human(1ULL << 40) == "1.0T");
  CHECK(human(1ULL << 50) == "1.0P");
  CHECK(human(1ULL << 60) == "1.0E");
  CHECK(human(std::numeric_limits<std::uint64_t>::max()) == "16.0E");
}

TEST_CASE("an absent value is a word in a table, null in JSON and empty in CSV", "[render]") {
  CHECK(table(Errc::denied) == "denied");
  CHECK(table(Errc::unsupported) == "n/a");
  CHECK(table(Errc::not_applicable) == "-");
  CHECK(json(Errc::denied) == "null");
  CHECK(csv(Errc::denied).empty());
}

TEST_CASE("every type has its form in a table, in JSON and in CSV", "[render]") {
  struct Case {
    Value value;
    std::string table, json, csv;
  };
  for (const auto& one : {
           Case{true, "yes", "true", "true"},
           Case{false, "no", "false", "false"},
           Case{~std::uint64_t{0}, "18446744073709551615", "18446744073709551615", "18446744073709551615"},
           Case{std::int64_t{-5}, "-5", "-5", "-5"},
           Case{Bytes{2048}, "2K", "2048", "2048"},
           Case{Percent{12.34567}, "12.3%", "12.346", "12.346"},
           Case{Address{0x400000}, "000000400000", "\"0x400000\"", "0x400000"},
           Case{Address{0xffffffffff600000}, "ffffffffff600000", "\"0xffffffffff600000\"",
                "0xffffffffff600000"},
           Case{Address{0}, "000000000000", "\"0x0\"", "0x0"},
           Case{Inode{9007199254740993}, "9007199254740993", "\"9007199254740993\"", "9007199254740993"},
           Case{Device{0xfe, 0x0a}, "fe:0a", "\"fe:0a\"", "fe:0a"},
           Case{Nanoseconds{1'500'000'000}, "1.50s", "1500000000", "1500000000"},
           Case{std::string_view("a,\"b"), "a,\"b", R"("a,\"b")", R"("a,""b")"},
       }) {
    CHECK(table(one.value) == one.table);
    CHECK(json(one.value) == one.json);
    CHECK(csv(one.value) == one.csv);
  }
}

TEST_CASE("a share that is no number is null in JSON", "[render]") {
  CHECK(json(Percent{std::numeric_limits<double>::quiet_NaN()}) == "null");
  CHECK(json(Percent{std::numeric_limits<double>::infinity()}) == "null");
}

TEST_CASE("sizes are in the unit that was asked for", "[render]") {
  CHECK(table(Bytes{1536}, {.size = SizeUnit::bytes}) == "1536");
  CHECK(table(Bytes{1536}, {.size = SizeUnit::kib}) == "1");
}

TEST_CASE("a machine's name of a column ends in its unit", "[render]") {
  CHECK(machine_name({.name = "rss", .type = Type::bytes}) == "rss_bytes");
  CHECK(machine_name({.name = "cpu", .type = Type::duration}) == "cpu_ns");
  CHECK(machine_name({.name = "share", .type = Type::percent}) == "share_percent");
  CHECK(machine_name({.name = "start", .type = Type::address}) == "start");
}

TEST_CASE("hexadecimal and decimal numbers are padded on the left and never cut", "[render]") {
  const auto hex = [](std::uint64_t value, std::size_t width) {
    return appended([&](Buffer& b) { append_hex(b, value, width); });
  };
  CHECK(hex(0, 1) == "0");
  CHECK(hex(0xab, 8) == "000000ab");
  CHECK(hex(~std::uint64_t{0}, 4) == "ffffffffffffffff");
  constexpr std::uint64_t kAllDigits = 0xfedcba9876543210;
  for (unsigned digits = 1; digits <= 16; ++digits) {
    const auto value = kAllDigits >> (64 - 4 * digits);
    for (std::size_t width = 1; width <= 16; ++width) {
      char expected[32];
      std::snprintf(expected, sizeof expected, "%0*llx", static_cast<int>(width),
                    static_cast<unsigned long long>(value));
      CHECK(hex(value, width) == expected);
    }
  }
  const auto padded = [](std::uint64_t value, std::size_t width) {
    return appended([&](Buffer& b) { append_padded(b, value, width); });
  };
  CHECK(padded(7, 3) == "  7");
  CHECK(padded(12345, 3) == "12345");
}

TEST_CASE("flags of a mapping are words in tables, and letters where they are not known", "[render]") {
  const auto words = [](std::string_view flags) {
    return appended([&](Buffer& b) { append_cell(b, flags, {}, Look::vm_flags); });
  };
  CHECK(words("rd wr mr gd ac") == "readable writable may-read grows-down accounted");
  CHECK(words("rd zz") == "readable zz");
  CHECK(words("\x1b[") == "\\x1b[");
  CHECK(words("").empty());
  CHECK(json(std::string_view("rd zz")) == "\"rd zz\"");
  Buffer buffer;
  CHECK(append_cell(buffer, std::string_view("rd zz"), {}, Look::vm_flags) == 11);
}

}  // namespace
}  // namespace pageloupe
