// SPDX-License-Identifier: MIT
// Options that contradict each other, or would have no effect, are refused.
#include "tlbprobe/request.h"

#include "support/catch.h"

namespace pageloupe::tlbprobe {
namespace {

// In a function of its own: g++ 12 takes the text of an empty optional for uninitialised where it sees both.
[[gnu::noinline]] void set(std::optional<std::string>& option, std::string_view value) { option = value; }

std::string refusal(const Options& options) {
  const auto request = make_request(options, {});
  return request ? std::string("accepted") : request.error();
}

}  // namespace

TEST_CASE("without options everything is measured", "[tlbprobe]") {
  const auto request = make_request({}, {.terminal = true, .seed = 7});
  REQUIRE(request);
  CHECK(request->timed);
  CHECK(request->curve);
  CHECK(request->inference.seed == 7);
  CHECK(request->inference.data);
  CHECK(request->inference.code);
  CHECK(request->inference.huge_1g);
  CHECK(request->runs == 1);
}

TEST_CASE("one page size needs no stages of the others", "[tlbprobe]") {
  Options options;
  set(options.page_size, "4k");
  set(options.kind, "data");
  set(options.level, "1");
  const auto request = make_request(options, {});
  REQUIRE(request);
  CHECK_FALSE(request->inference.granule);
  CHECK_FALSE(request->inference.huge_2m);
  CHECK_FALSE(request->inference.code);
  CHECK_FALSE(request->inference.second_level);
  CHECK_FALSE(request->curve);
}

TEST_CASE("a value that is none is named with what is wanted", "[tlbprobe]") {
  Options options;
  SECTION("level") {
    set(options.level, "3");
    CHECK(refusal(options) == "--level is a whole number from 1 to 2, not '3'");
  }
  SECTION("page size") {
    set(options.page_size, "4m");
    CHECK(refusal(options) == "--page-size is one of all, 4k, 2m, 1g, not '4m'");
  }
  SECTION("time budget") {
    set(options.time_budget, GENERATE("", "0", "-1", "nan", "1e9", "5s", " 5"));
    CHECK(refusal(options).starts_with("--time-budget is a number of seconds"));
  }
  SECTION("runs") {
    set(options.runs, GENERATE("0", "1001", "-1", "x", ""));
    CHECK(refusal(options).starts_with("--runs is a whole number from 1 to 1000"));
  }
  SECTION("seed") {
    set(options.seed, "18446744073709551616");
    CHECK(refusal(options).starts_with("--seed is a whole number"));
  }
  SECTION("process") {
    set(options.reach, GENERATE("0", "-5", "x", "99999999999"));
    CHECK(refusal(options).ends_with("is not a process ID"));
  }
  SECTION("column") {
    set(options.report.output, "tlb,mesured");
    CHECK(refusal(options) ==
          "no column is called 'mesured'; did you mean 'measured'? (--columns lists them)");
  }
  SECTION("operand") {
    options.operands = {"1234"};
    CHECK(refusal(options) == "'1234': no operand is wanted; --reach takes a process");
  }
}

TEST_CASE("an option that would have no effect is refused", "[tlbprobe]") {
  Options options;
  options.quick = true;
  SECTION("cpu") { set(options.cpu, "0"); }
  SECTION("runs") { set(options.runs, "3"); }
  SECTION("curve") { options.curve = true; }
  SECTION("svg") { set(options.svg, "file.svg"); }
  SECTION("pool") { options.setup_hugepages = true; }
  SECTION("verbose") { options.verbose = true; }
  CHECK(refusal(options).starts_with("--quick times nothing, so --"));
}

TEST_CASE("options that contradict each other are refused", "[tlbprobe]") {
  Options options;
  SECTION("plots") { options.curve = options.no_curve = true; }
  SECTION("formats") { options.csv = options.report.json = true; }
  SECTION("a plot in JSON") { options.curve = options.report.json = true; }
  SECTION("a curve of a process") {
    set(options.reach, "1");
    options.curve = true;
  }
  CHECK(refusal(options) != "accepted");
}

TEST_CASE("another machine's dump is not timed", "[tlbprobe]") {
  Options options;
  set(options.cpuid, "dump.txt");
  const auto request = make_request(options, {.terminal = true});
  REQUIRE(request);
  CHECK_FALSE(request->timed);
  CHECK_FALSE(request->curve);
}

}  // namespace pageloupe::tlbprobe
