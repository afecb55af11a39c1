// SPDX-License-Identifier: MIT
#include "proc/syscall.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("the stack pointer is the last but one word of syscall", "[proc]") {
  const auto in_call =
      parse_stack_pointer("202 0x7f7a2c000b60 0x189 0x0 0x0 0x0 0xffffffff 0x7f7a32b09c80 0x7f7a33089f16\n");
  REQUIRE(in_call);
  CHECK(*in_call == Address{0x7f7a32b09c80});
  const auto outside = parse_stack_pointer("-1 0x7ffd6d3b2ab0 0x7f7a3308cd5d\n");
  REQUIRE(outside);
  CHECK(*outside == Address{0x7ffd6d3b2ab0});
}

TEST_CASE("a running thread's stack pointer is not applicable", "[proc]") {
  const auto pointer = parse_stack_pointer("running\n");
  REQUIRE_FALSE(pointer);
  CHECK(pointer.error().code == Errc::not_applicable);
}

TEST_CASE("a syscall line of another form is malformed", "[proc]") {
  for (const std::string_view text : {"", "\n", "202\n", "-1 7ffd 7f7a\n", "-1 0x 0x7f\n", "-1 0xzz 0x7f\n",
                                      "-1 0x17ffd6d3b2ab000000 0x7f\n", "0x7f\n"}) {
    INFO(text);
    const auto pointer = parse_stack_pointer(text);
    REQUIRE_FALSE(pointer);
    CHECK(pointer.error().code == Errc::malformed);
  }
}

TEST_CASE("a syscall line that is cut gives no argument for the stack pointer", "[proc]") {
  constexpr std::string_view kLine =
      "202 0x7f7a2c000b60 0x189 0x0 0x0 0x0 0xffffffff 0x7f7a32b09c80 0x7f7a33089f16\n";
  for (std::size_t length = 0; length + 1 < kLine.size(); ++length) {
    INFO(kLine.substr(0, length));
    const auto pointer = parse_stack_pointer(kLine.substr(0, length));
    CHECK((!pointer || *pointer == Address{0x7f7a32b09c80}));
  }
}

}  // namespace
}  // namespace pageloupe
