// SPDX-License-Identifier: MIT
#include "proc/text_stream.h"

#include <cerrno>
#include <fcntl.h>
#include <string>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

TEST_CASE("a stream is at its end once a read gave nothing, and stays there", "[proc]") {
  TextStream stream(descriptor_with("abc"));
  CHECK(stream.pending().empty());
  CHECK_FALSE(stream.at_end());
  CHECK(stream.fill().value());
  CHECK(stream.pending() == "abc");
  CHECK(stream.at_end());
  CHECK_FALSE(stream.fill().value());
  CHECK(stream.pending() == "abc");
}

TEST_CASE("what is pending stays in front of what is read next", "[proc]") {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i) + "\n";
  TextStream stream(descriptor_with(text));
  std::string seen;
  while (stream.fill().value()) {
    const auto pending = stream.pending();
    const auto taken = stream.at_end() ? pending.size() : pending.size() / 3 * 2;
    seen += pending.substr(0, taken);
    stream.consume(taken);
  }
  CHECK(seen == text);
}

TEST_CASE("a stream that nothing is consumed from grows until the end", "[proc]") {
  const std::string text(200'000, 'x');
  TextStream stream(descriptor_with(text));
  while (stream.fill().value()) {
  }
  CHECK(stream.pending() == text);
}

TEST_CASE("a read that fails is an error with its errno", "[proc]") {
  TextStream stream(UniqueFd(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  const auto more = stream.fill();
  REQUIRE_FALSE(more);
  CHECK(more.error().code == Errc::io);
  CHECK(more.error().os_error == EISDIR);
}

}  // namespace
}  // namespace pageloupe
