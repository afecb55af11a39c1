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

std::string independent_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TEST_CASE("a JSON string is byte for byte what an independent writer makes of it", "[render]") {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto text = random_text(random);
    if (json(text) != independent_json(text)) FAIL(json(text) << " is not " << independent_json(text));
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text{'x', static_cast<char>(byte), 'y'};
    CHECK(json(text) == independent_json(text));
  }
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

TEST_CASE("a CSV field is in quotes only where it must be", "[render]") {
  const auto csv = [](std::string_view text) {
    return appended([&](Buffer& buffer) { append_csv_field(buffer, text); });
  };
  CHECK(csv("a b;c") == "a b;c");
  CHECK(csv("a,b") == "\"a,b\"");
  CHECK(csv("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(csv("a\nb") == "\"a\nb\"");
  CHECK(csv("\r") == "\"\r\"");
  CHECK(csv("").empty());
}

}  // namespace
}  // namespace pageloupe
