// SPDX-License-Identifier: MIT
#include "proc/io.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kIo =
    "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 5\n";

TEST_CASE("parse_io reads each counter", "[proc]") {
  const auto io = parse_io(kIo);
  REQUIRE(io);
  CHECK(io->rchar == Bytes{1});
  CHECK(io->wchar == Bytes{2});
  CHECK(io->syscr == 3);
  CHECK(io->syscw == 4);
  CHECK(io->read_bytes == Bytes{4096});
  CHECK(io->write_bytes == Bytes{8192});
  CHECK(io->cancelled_write_bytes == Bytes{5});
}

TEST_CASE("parse_io passes over keys of a later kernel", "[proc]") {
  CHECK(parse_io(std::string(kIo) + "later: many\n"));
}

TEST_CASE("parse_io says which key is missing or unreadable", "[proc]") {
  const auto missing = parse_io(kIo.substr(0, kIo.find("syscw")));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::malformed);
  CHECK(missing.error().field == "syscw");
  const auto negative = parse_io("rchar: 1\nwchar: -2\n");
  REQUIRE_FALSE(negative);
  CHECK(negative.error().field == "wchar");
  CHECK(negative.error().line == 2);
}

TEST_CASE("an io text cut at the end of a line is an error", "[proc]") {
  for (auto at = kIo.find('\n'); at + 1 < kIo.size(); at = kIo.find('\n', at + 1)) {
    CHECK_FALSE(parse_io(kIo.substr(0, at + 1)));
  }
}

}  // namespace
}  // namespace pageloupe
