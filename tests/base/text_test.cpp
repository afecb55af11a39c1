// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <cstdint>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("take_until takes the stop with it and all where there is none", "[base]") {
  std::string_view text = "a,bc,,d";
  CHECK(take_until(text, ',') == "a");
  CHECK(take_until(text, ',') == "bc");
  CHECK(take_until(text, ',').empty());
  CHECK(text == "d");
  CHECK(take_until(text, ',') == "d");
  CHECK(text.empty());
  CHECK(take_until(text, ',').empty());
}

TEST_CASE("take_line cuts at the newline and not at a carriage return", "[base]") {
  std::string_view text = "one\r\n\ntwo";
  CHECK(take_line(text) == "one\r");
  CHECK(take_line(text).empty());
  CHECK(take_line(text) == "two");
  CHECK(text.empty());
}

TEST_CASE("take_word skips blanks and tabs before a word and leaves those behind it", "[base]") {
  std::string_view text = " \t12\tkB ";
  CHECK(take_word(text) == "12");
  CHECK(text == "\tkB ");
  CHECK(take_word(text) == "kB");
  CHECK(take_word(text).empty());
  CHECK(text.empty());
}

TEST_CASE("trim takes blanks and tabs off both ends only", "[base]") {
  CHECK(trim(" \ta b\t ") == "a b");
  CHECK(trim("\na\n") == "\na\n");
  CHECK(trim("   ").empty());
  CHECK(trim("").empty());
}

TEST_CASE("to_number takes the whole text or nothing", "[base]") {
  CHECK(to_number<std::uint64_t>("0") == 0);
  CHECK(to_number<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
  CHECK(to_number<std::int32_t>("-7") == -7);
  CHECK(to_number<std::uint64_t>("fFfF", 16) == 0xffff);
  for (const std::string_view text :
       {"", " 1", "1 ", "+1", "1x", "x", "-1", "0x1", "1.5", "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(to_number<std::uint64_t>(text));
  }
  CHECK_FALSE(to_number<std::int32_t>("2147483648"));
  CHECK_FALSE(to_number<std::uint8_t>("256"));
}

TEST_CASE("first_characters cuts no character apart", "[base]") {
  CHECK(first_characters("process_api", 8) == "process_");
  CHECK(first_characters("short", 8) == "short");
  CHECK(first_characters("\xe5\x90\x8d\xe5\x89\x8d", 1) == "\xe5\x90\x8d");
  CHECK(first_characters("a\xc3\xa9z", 2) == "a\xc3\xa9");
  CHECK(first_characters("", 8).empty());
  CHECK(first_characters("\xff\xfe", 1) == "\xff");
}

}  // namespace
}  // namespace pageloupe
