// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <set>
#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("every error has a reason and a name of its own", "[base]") {
  constexpr auto kLast = static_cast<int>(Errc::io);
  std::set<std::string> reasons;
  std::set<std::string> names;
  for (int i = 0; i <= kLast; ++i) {
    reasons.insert(std::string(reason(static_cast<Errc>(i))));
    names.insert(std::string(name(static_cast<Errc>(i))));
  }
  CHECK(reasons.size() == kLast + 1);
  CHECK(names.size() == kLast + 1);
  CHECK_FALSE(names.contains(""));
  CHECK(name(Errc::denied) == "denied");
}

TEST_CASE("malformed says which file, field and line", "[base]") {
  const Result<int> result = malformed("smaps", "Rss", 7);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::malformed);
  CHECK(result.error().file == "smaps");
  CHECK(result.error().field == "Rss");
  CHECK(result.error().line == 7);
  CHECK(result.error().os_error == 0);
}

}  // namespace
}  // namespace pageloupe
