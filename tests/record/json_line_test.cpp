// SPDX-License-Identifier: MIT
#include "record/json_line.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "record/base64.h"
#include "render/escape.h"
#include "support/catch.h"

using namespace pageloupe;

TEST_CASE("a line becomes the list of its members", "[record]") {
  JsonLine line;
  REQUIRE(line.parse(
      R"({"pid":7,"stat":{"comm":"a\n","nice":-5},"uid":[1,2],"ok":true,"load":0.5,"none":null})"));
  const auto members = line.members();
  REQUIRE(members.size() == 9);
  CHECK(line.whole("pid") == 7);
  CHECK((members[1].section == "stat" && members[1].name.empty()));
  CHECK((members[2].section == "stat" && members[2].name == "comm"));
  CHECK(std::get<std::string_view>(members[2].value) == "a\n");
  CHECK(std::get<std::int64_t>(members[3].value) == -5);
  CHECK((members[5].name == "uid" && members[5].element == 1));
  CHECK(std::get<bool>(members[6].value));
  CHECK(std::get<double>(members[7].value) == 0.5);
  CHECK(std::holds_alternative<std::monostate>(members[8].value));
}

TEST_CASE("an array in a section keeps its places, and what is deeper is passed over", "[record]") {
  JsonLine line;
  REQUIRE(line.parse(R"({"status":{"uid":[1,2],"deep":{"er":[[3]]},"gid":[4]},"list":[{"a":5},6]})"));
  std::string seen;
  for (const auto& member : line.members()) {
    const auto* value = std::get_if<std::uint64_t>(&member.value);
    if (value == nullptr) continue;
    seen += std::string(member.section) + "." + std::string(member.name) + "[" +
            std::to_string(member.element) + "]=" + std::to_string(*value) + " ";
  }
  CHECK(seen == "status.uid[0]=1 status.uid[1]=2 status.gid[0]=4 .list[1]=6 ");
}

TEST_CASE("a line that is no object, or has a rest, is malformed", "[record]") {
  JsonLine line;
  for (const auto* text : {"", "7", "[1]", "null", "{", R"({"a":1)", R"({"a":1}x)", R"({"a":1}{})",
                           R"({"a":01})", "{\"a\":\"\xff\"}", R"({"a":1e999})", R"({'a':1})"}) {
    INFO(text);
    CHECK_FALSE(line.parse(text));
    CHECK(line.members().empty());
  }
}

TEST_CASE("a line of brackets is refused before it takes memory", "[record]") {
  JsonLine line;
  CHECK_FALSE(line.parse("{\"a\":" + std::string(100'000, '[')));
  CHECK_FALSE(line.parse("{\"a\":" + std::string(17, '[') + std::string(17, ']') + "}"));
  CHECK(line.parse("{\"a\":" + std::string(15, '[') + std::string(15, ']') + "}"));
}

TEST_CASE("the largest and the smallest numbers come through", "[record]") {
  JsonLine line;
  REQUIRE(line.parse(R"({"a":18446744073709551615,"b":-9223372036854775808})"));
  CHECK(line.whole("a") == ~std::uint64_t{0});
  CHECK(std::get<std::int64_t>(*line.find("b")) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("base64 gives back every byte, and no text that is none", "[record]") {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(i * 37 + length));
    Buffer buffer;
    append_base64(buffer, bytes);
    CHECK(decode_base64(buffer.view()) == bytes);
  }
  for (const auto* text : {"a", "ab=", "ab=c", "a===", "ab c", "====", "ab-_"})
    CHECK_FALSE(decode_base64(text));
}
