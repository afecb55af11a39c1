// SPDX-License-Identifier: MIT
#include "proc/text_feed.h"

#include <array>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

#include "proc/text_stream.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

std::shared_ptr<Guard> new_guard() { return std::make_shared<Guard>(std::make_shared<Background>()); }

// A stream of what that descriptor gives, read by another thread.
Result<TextStream> stream_of(const std::shared_ptr<Guard>& guard, UniqueFd fd) {
  auto shared = std::make_shared<UniqueFd>(std::move(fd));
  auto feed =
      FeedReader::open(guard, {"1/maps"}, [shared]() -> Result<UniqueFd> { return std::move(*shared); });
  if (!feed) return std::unexpected(feed.error());
  return TextStream(std::move(*feed));
}

std::string numbered_lines(std::size_t count, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += std::to_string(i) + std::string(width, static_cast<char>('a' + i % 26)) + "\n";
  return text;
}

// What a parser does that consumes whole lines; `step`: how many calls of fill() come before.
std::string read_by_lines(TextStream& stream, std::size_t step) {
  std::string text;
  for (bool more = true; more;) {
    for (std::size_t i = 0; i < step && more; ++i) more = stream.fill().value_or(false);
    const auto pending = stream.pending();
    const auto end = pending.rfind('\n');
    if (end == std::string_view::npos) continue;
    text += pending.substr(0, end + 1);
    stream.consume(end + 1);
  }
  return text;
}

TEST_CASE("a text that another thread reads comes whole, whatever its lines are cut into", "[background]") {
  const auto width = GENERATE(std::size_t{3}, std::size_t{90}, std::size_t{5000}, std::size_t{70'000});
  const auto step = GENERATE(std::size_t{1}, std::size_t{5});
  const auto text = numbered_lines(3'000'000 / (width + 5), width);
  const auto guard = new_guard();
  auto stream = stream_of(guard, descriptor_with(text));
  REQUIRE(stream);
  CHECK(read_by_lines(*stream, step) == text);
  CHECK(stream->at_end());
}

TEST_CASE("a stream that is left early lets its thread go", "[background]") {
  const auto text = numbered_lines(100'000, 90);
  const auto guard = new_guard();
  for (int i = 0; i < 20; ++i) {
    auto stream = stream_of(guard, descriptor_with(text));
    REQUIRE(stream);
    CHECK(stream->fill() == true);
  }
}

TEST_CASE("what came before a text hangs is given, then it is blocked", "[background]") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  UniqueFd writer(ends[1]);
  constexpr std::string_view kText = "a line\nand a ";
  REQUIRE(::write(writer.get(), kText.data(), kText.size()) == static_cast<ssize_t>(kText.size()));
  const auto guard = new_guard();
  auto stream = stream_of(guard, UniqueFd(ends[0]));
  REQUIRE(stream);
  CHECK(stream->fill() == true);
  CHECK(stream->pending() == kText);
  const auto more = stream->fill();
  REQUIRE_FALSE(more);
  CHECK(more.error().code == Errc::blocked);
  CHECK(guard->left_behind() == 1);
}

TEST_CASE("the error of opening is the stream's", "[background]") {
  const auto feed =
      FeedReader::open(new_guard(), {"1/maps"}, []() -> Result<UniqueFd> { return fail(Errc::denied); });
  REQUIRE_FALSE(feed);
  CHECK(feed.error().code == Errc::denied);
}

}  // namespace
}  // namespace pageloupe
