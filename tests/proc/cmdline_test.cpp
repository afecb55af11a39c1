// SPDX-License-Identifier: MIT
#include "proc/cmdline.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

using namespace std::string_view_literals;

TEST_CASE("arguments are joined by single blanks", "[proc]") {
  CHECK(join_arguments("python3\0-m\0http.server\0"sv) == "python3 -m http.server");
  CHECK(join_arguments("one\0"sv) == "one");
  CHECK(join_arguments("no end"sv) == "no end");
}

TEST_CASE("a kernel thread has no arguments", "[proc]") {
  CHECK(join_arguments("").empty());
  CHECK(join_arguments("\0\0\0"sv).empty());
}

TEST_CASE("the padding of a title that was rewritten is cut", "[proc]") {
  CHECK(join_arguments("nginx: worker process\0\0\0\0"sv) == "nginx: worker process");
  CHECK(join_arguments("postgres: idle    \0"sv) == "postgres: idle");
}

TEST_CASE("an empty argument in the middle stays as two blanks", "[proc]") {
  CHECK(join_arguments("sh\0\0x\0"sv) == "sh  x");
}

TEST_CASE("arguments keep control characters and bytes that are no UTF-8", "[proc]") {
  CHECK(join_arguments("a\nb\0\x1b[2J\xff\0"sv) == "a\nb \x1b[2J\xff");
}

}  // namespace
}  // namespace pageloupe
