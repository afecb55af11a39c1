// SPDX-License-Identifier: MIT
#include "render/escape.h"

#include <algorithm>
#include <random>

#include <nlohmann/json.hpp>

#include "render/support.h"
#include "render/utf8.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

using namespace std::string_view_literals;

std::string escaped(std::string_view text, TextStyle style = {.utf8 = true}) {
  return appended([&](Buffer& buffer) { append_escaped(buffer, text, style); });
}
std::size_t width(std::string_view text, TextStyle style = {.utf8 = true}) {
  Buffer buffer;
  return append_escaped(buffer, text, style);
}
std::string json(std::string_view text) {
  return appended([&](Buffer& buffer) { append_json_string(buffer, text); });
}

TEST_CASE("printable ASCII passes as it is, a backslash too", "[render]") {
  CHECK(escaped("/usr/bin/a b\\c~\"'") == "/usr/bin/a b\\c~\"'");
  CHECK(escaped("").empty());
}

TEST_CASE("one character that is not plain is found at every place of a text of any length", "[render]") {
  for (std::size_t length = 1; length <= 40; ++length) {
    const std::string plain(length, '~');
    CHECK(escaped(plain) == plain);
    for (std::size_t i = 0; i < length; ++i) {
      for (const char special : {'\0', '\x01', '\x1f', '\x7f', '\x80', '\xff'}) {
        auto text = plain;
        text[i] = special;
        CHECK(width(text) == length + 3);
      }
    }
  }
}

TEST_CASE("controls never reach a terminal", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  REQUIRE(locale.found());
  CHECK(escaped("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(escaped("\n\t\r") == "\\n\\t\\r");
  CHECK(escaped("\x7f\0\a"sv) == "\\x7f\\x00\\x07");
  CHECK(escaped("\u009b2J") == "\\u{9b}2J");
  CHECK(escaped("\x9b"
                "2J") == "\\x9b2J");
}

TEST_CASE("characters that reorder or hide others are shown by number", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  CHECK(escaped("a\u202eb") == "a\\u{202e}b");
  CHECK(escaped("\u2066\u200b\ufeff\u00ad") == "\\u{2066}\\u{200b}\\u{feff}\\u{ad}");
  CHECK(escaped("\u2028\u2029") == "\\u{2028}\\u{2029}");
  CHECK(escaped("\U000e0041") == "\\u{e0041}");
}

TEST_CASE("broken UTF-8 is shown byte by byte and what follows it is kept", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  CHECK(escaped("\xff\xfe") == "\\xff\\xfe");
  CHECK(escaped("\xc3(") == "\\xc3(");
  CHECK(escaped("\xe2\x82x") == "\\xe2\\x82x");
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(escaped("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(escaped("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("letters beyond ASCII pass with the columns that they take", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  CHECK(escaped("né") == "né");
  CHECK(width("né") == 2);
  CHECK(escaped("日本") == "日本");
  CHECK(width("日本") == 4);
  CHECK(width("e\u0301") == 1);
  CHECK(width("a\x1b") == 5);
}

TEST_CASE("where the locale is not UTF-8 every byte beyond ASCII is shown by number", "[render]") {
  CHECK(escaped("né", {}) == "n\\xc3\\xa9");
  CHECK(width("né", {}) == 9);
}

TEST_CASE("raw text passes untouched", "[render]") {
  CHECK(escaped("\x1b[2J\xff\n", {.raw = true}) == "\x1b[2J\xff\n");
}

// Strings of bytes that are likely to begin, continue and break characters.
std::string random_text(std::mt19937& random) {
  constexpr std::string_view kBytes =
      "a\"\\\n\t\b\f\r\x01\x1f\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc2\xc3\xdf\xe0\xe1\xe2\xed\xef\xf0\xf1\xf3"
      "\xf4\xf5\xff";
  std::string text(std::uniform_int_distribution<std::size_t>(0, 24)(random), '\0');
  for (auto& c : text) {
    const auto pick = std::uniform_int_distribution<std::size_t>(0, kBytes.size() * 2 - 1)(random);
    c = pick < kBytes.size() ? kBytes[pick]
                             : static_cast<char>(std::uniform_int_distribution<int>(0, 255)(random));
  }
  return text;
}

// What a parser makes of the string has to be the text, broken bytes replaced as an independent writer does.
std::string parsed(std::string_view written) { return nlohmann::json::parse(written).get<std::string>(); }

std::string independent(std::string_view text) {
  return parsed(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    if (!c.valid || c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0)) return false;
    if ((c.value >= 0x202a && c.value <= 0x202e) || (c.value >= 0x2066 && c.value <= 0x2069)) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

void check_json(std::string_view text) {
  const auto written = json(text);
  if (parsed(written) != independent(text) || !is_printable(written)) FAIL(written);
}

TEST_CASE("a JSON string is printable, and to an independent parser the text that it was made of",
          "[render]") {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) check_json(random_text(random));
  for (int byte = 0; byte < 256; ++byte) check_json(std::string{'x', static_cast<char>(byte), 'y'});
  for (char32_t c = 0x80; c < 0x110000; c += c < 0x3000 ? 1 : 7) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const auto low = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3fU)); };
    if (c < 0x800) check_json(std::string{static_cast<char>(0xc0 | c >> 6), low(0)});
    if (c >= 0x800 && c < 0x10000) check_json(std::string{static_cast<char>(0xe0 | c >> 12), low(6), low(0)});
    if (c >= 0x10000) check_json(std::string{static_cast<char>(0xf0 | c >> 18), low(12), low(6), low(0)});
  }
}

TEST_CASE("JSON writes DEL, C1 and reordering characters by number", "[render]") {
  CHECK(json("\x7f\u0080\u009b") == R"("\u007f\u0080\u009b")");
  CHECK(json("a\u202eb\u2066") == R"("a\u202eb\u2066")");
  CHECK(json("\U000e0041") == R"("\udb40\udc41")");
  CHECK(json("né 日本 \u00a0") == "\"né 日本 \u00a0\"");
}

TEST_CASE("append_json_string says whether the text could be kept", "[render]") {
  const auto whole = [](std::string_view text) {
    Buffer buffer;
    return append_json_string(buffer, text);
  };
  CHECK(whole(""));
  CHECK(whole("né \x1b \x7f"));
  CHECK_FALSE(whole("a\xff"));
  CHECK_FALSE(whole("\xe2\x82"));
}

TEST_CASE("escaped text never holds a control character, whatever it was made of", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  std::mt19937 random(2);
  for (int i = 0; i < 5'000; ++i) {
    std::string shown = escaped(random_text(random));
    std::string_view rest = shown;
    while (!rest.empty()) {
      const auto c = first_code_point(rest);
      if (!c.valid || c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0)) FAIL(shown);
      rest.remove_prefix(c.length);
    }
  }
}

TEST_CASE("base64 is that of RFC 4648", "[render]") {
  const auto base64 = [](std::string_view bytes) {
    return appended([&](Buffer& buffer) { append_base64(buffer, bytes); });
  };
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd\0"sv) == "//79AA==");
}

std::string csv(std::string_view text, TextStyle style) {
  return appended([&](Buffer& buffer) { append_csv_field(buffer, text, style); });
}

TEST_CASE("a CSV field is in quotes only where it must be", "[render]") {
  for (const bool raw : {false, true}) {
    const TextStyle style{.raw = raw};
    CHECK(csv("a b;c", style) == "a b;c");
    CHECK(csv("a,b", style) == "\"a,b\"");
    CHECK(csv("say \"x\"", style) == "\"say \"\"x\"\"\"");
    CHECK(csv("\"", style) == "\"\"\"\"");
    CHECK(csv("", style).empty());
  }
}

TEST_CASE("a CSV field is escaped as a cell of a table is", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  const TextStyle style{.utf8 = true};
  CHECK(csv("a\nb", style) == "a\\nb");
  CHECK(csv("\x1b[2J,\u009b", style) == "\"\\x1b[2J,\\u{9b}\"");
  CHECK(csv("\u202e\"\xff", style) == "\"\\u{202e}\"\"\\xff\"");
  CHECK(csv("né", style) == "né");
}

TEST_CASE("a raw CSV field is the bytes themselves", "[render]") {
  const TextStyle style{.raw = true};
  CHECK(csv("a\nb", style) == "\"a\nb\"");
  CHECK(csv("\r", style) == "\"\r\"");
  CHECK(csv("\x1b\xff", style) == "\x1b\xff");
}

}  // namespace
}  // namespace pageloupe
