// SPDX-License-Identifier: MIT
#include "render/kept_row.h"

#include <string>

#include "support/catch.h"

using namespace pageloupe;

namespace {

// A row as text, and how many of its cells were written rather than copied.
struct Written {
  std::string text;
  std::size_t cells = 0;
};

Written write(KeptRow& kept, const std::vector<Value>& values) {
  Buffer buffer;
  append(buffer, "before|");
  Written written;
  kept.append(buffer, values, [&](std::size_t i) {
    ++written.cells;
    const auto* bytes = std::get_if<Bytes>(&values[i]);
    const auto* text = std::get_if<std::string_view>(&values[i]);
    const auto number = bytes != nullptr ? std::to_string(bytes->value) : "?";
    append(buffer, "<");
    append(buffer, text != nullptr ? *text : number);
    append(buffer, ">");
  });
  written.text = std::string(buffer.view().substr(7));
  return written;
}

}  // namespace

TEST_CASE("a kept row writes the cells that changed and copies the others", "[render]") {
  KeptRow kept(3);
  CHECK(write(kept, {Bytes{1}, "one", Errc::denied}).cells == 3);
  const auto second = write(kept, {Bytes{1}, "longer", Errc::denied});
  CHECK(second.text == "<1><longer><?>");
  CHECK(second.cells == 1);
  const auto third = write(kept, {Bytes{1024}, "longer", Errc::denied});
  CHECK(third.text == "<1024><longer><?>");
  CHECK(third.cells == 1);
  CHECK(write(kept, {Bytes{1024}, "longer", Errc::denied}).cells == 0);
  CHECK(write(kept, {Bytes{1024}, "longer", Errc::denied}).text == "<1024><longer><?>");
}

TEST_CASE("a kept row tells values of two types apart, and reasons", "[render]") {
  KeptRow kept(1);
  CHECK(write(kept, {Bytes{0}}).cells == 1);
  CHECK(write(kept, {std::uint64_t{0}}).cells == 1);
  CHECK(write(kept, {Errc::denied}).cells == 1);
  CHECK(write(kept, {Errc::gone}).cells == 1);
  CHECK(write(kept, {Errc::gone}).cells == 0);
}

TEST_CASE("a kept row compares texts by their bytes, wherever they stand", "[render]") {
  KeptRow kept(1);
  std::string name = "a name that is too long for a small string";
  CHECK(write(kept, {std::string_view(name)}).cells == 1);
  name[0] = 'A';
  CHECK(write(kept, {std::string_view(name)}).text.starts_with("<A name"));
  const std::string same = name;
  CHECK(write(kept, {std::string_view(same)}).cells == 0);
}
