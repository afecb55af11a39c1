// SPDX-License-Identifier: MIT
#include "ptop/settings.h"

#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

SettingOptions defaults() {
  SettingOptions options;
  CommandLine line({.tool = "ptop", .summary = "", .synopsis = "", .examples = ""});
  add_setting_options(line, options);
  return options;
}

TEST_CASE("all ready-made sets of columns and their orders are columns that exist", "[ptop]") {
  const auto settings = make_settings(defaults());
  REQUIRE(settings);
  for (const auto& set : kColumnSets) {
    INFO(set.name);
    CHECK(find_column_set(set.name));
    CHECK(resolve_columns(std::string(set.columns), {}));
  }
}

TEST_CASE("a setting that means nothing is refused with its name", "[ptop]") {
  auto options = defaults();
  options.set = "sets";
  CHECK_FALSE(make_settings(options));
  options = defaults();
  options.sets[0].columns = "pid,rsss";
  const auto refused = make_settings(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().contains("main-columns"));
  CHECK(refused.error().contains("did you mean 'rss'"));
  options = defaults();
  options.scale = "x";
  CHECK_FALSE(make_settings(options));
}

TEST_CASE("what is saved gives the same settings again", "[ptop]") {
  auto options = defaults();
  options.tree = options.no_kernel = options.solaris = true;
  options.set = "growth";
  options.delay = "1.5";
  options.cpu_meter = "figures";
  const auto settings = make_settings(options);
  REQUIRE(settings);
  CHECK_FALSE(settings->kernel);
  CHECK_FALSE(settings->irix);
  const auto text = settings_text(*settings);
  for (const auto* line : {"set = \"growth\"", "delay = \"1.5\"", "tree = true", "no-kernel = true",
                           "solaris = true", "cpu-meter = \"figures\"", "threads = false"})
    CHECK(text.contains(line));
}

TEST_CASE("a delay is a number of seconds, with a unit where one is given", "[ptop]") {
  using std::chrono::milliseconds;
  CHECK(parse_delay("1.5", milliseconds{10}) == milliseconds{1500});
  CHECK(parse_delay("500ms", milliseconds{10}) == milliseconds{500});
  CHECK(parse_delay("1m", milliseconds{10}) == milliseconds{60000});
  for (const auto* bad : {"", "x", "-1", "0", "nan", "1e99", "1 s"})
    CHECK_FALSE(parse_delay(bad, milliseconds{10}));
}

TEST_CASE("a delay that is saved is the same when it is read again", "[ptop]") {
  constexpr std::chrono::milliseconds kLeast{10};
  CHECK(parse_delay("0.012345678", kLeast) == std::chrono::nanoseconds(12'345'678));
  CHECK(parse_delay("4.35", kLeast) == std::chrono::milliseconds(4350));
}

}  // namespace
}  // namespace pageloupe::ptop
