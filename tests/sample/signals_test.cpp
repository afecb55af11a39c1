// SPDX-License-Identifier: MIT
#include "sample/signals.h"

#include <csignal>
#include <set>
#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("a signal is known by name, with and without SIG, in either case, and by number", "[sample]") {
  for (const auto* text : {"TERM", "SIGTERM", "term", "sigTerm", "15", " 15 "}) {
    CAPTURE(text);
    CHECK(parse_signal(text) == SIGTERM);
  }
  CHECK(parse_signal("CLD") == SIGCHLD);
  CHECK(parse_signal("POLL") == SIGIO);
}

TEST_CASE("signals of real time count from either end", "[sample]") {
  CHECK(parse_signal("RTMIN") == SIGRTMIN);
  CHECK(parse_signal("SIGRTMIN+3") == SIGRTMIN + 3);
  CHECK(parse_signal("rtmax-1") == SIGRTMAX - 1);
  CHECK_FALSE(parse_signal("RTMIN-1"));
  CHECK_FALSE(parse_signal("RTMAX+1"));
  CHECK_FALSE(parse_signal("RTMIN+"));
  CHECK_FALSE(parse_signal("RTMIN+99"));
  CHECK_FALSE(parse_signal("RTMIN+3x"));
}

TEST_CASE("what is no signal is none: 0, past the last, signs, other words", "[sample]") {
  for (const auto* text : {"", "0", "65", "-9", "+9", "SIG", "SIGSIGTERM", "TERMX", "9 9", "9x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_signal(text));
  }
}

TEST_CASE("every signal has a name of its own that reads back as it", "[sample]") {
  std::set<std::string> names;
  for (const int number : signal_numbers()) {
    const auto name = signal_name(number);
    CHECK(parse_signal(name) == number);
    CHECK(names.insert(name).second);
    CHECK(signal_help(number).empty() == (number >= SIGRTMIN));
  }
  CHECK(signal_name(SIGRTMIN + 3) == "RTMIN+3");
  CHECK(signal_name(SIGRTMAX) == "RTMAX");
  CHECK(signal_name(32) == "32");  // the C library's own
}

}  // namespace
}  // namespace pageloupe
